"""The demo's identity provider: one person of each role, in the place of a bank's own; and walking the login as a browser does.

The provider (oidc-provider-mock) asks nobody for a password. It is no part of what a bank installs.
"""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import httpx

from guitai.errors import GuitaiError

TELLER, SECOND_TELLER, SENIOR = "0218", "0219", "0220"
SUPERVISOR, RISK_OFFICER, TECHNICIAN, AUDITOR, ADMINISTRATOR = "0301", "0401", "0501", "0601", "0701"
ELSEWHERE, NOBODY = "0299", "0999"

PEOPLE: dict[str, dict[str, Any]] = {
    TELLER: {"name": "林峻", "roles": ["teller"], "skills": ["risk_desk"], "limit_fen": 5_000_000},
    SECOND_TELLER: {"name": "周敏", "roles": ["teller"], "skills": ["wealth"], "limit_fen": 5_000_000},
    SENIOR: {"name": "赵岚", "roles": ["teller"], "skills": ["senior", "language"], "limit_fen": 20_000_000},
    SUPERVISOR: {"name": "何静", "roles": ["supervisor"], "limit_fen": 100_000_000},
    RISK_OFFICER: {"name": "钱峰", "roles": ["risk_officer"], "skills": ["risk_desk"], "limit_fen": 50_000_000},
    TECHNICIAN: {"name": "孙工", "roles": ["technician"]},
    AUDITOR: {"name": "吴思", "roles": ["auditor"]},
    ADMINISTRATOR: {"name": "郑岩", "roles": ["administrator", "technician"]},
    ELSEWHERE: {
        "name": "冯远",
        "roles": ["teller"],
        "skills": ["risk_desk"],
        "branches": ["jiefang"],
        "limit_fen": 5_000_000,
    },
    NOBODY: {"name": "路人", "roles": ["gardener"]},
}
"""By subject: the claims of the ID token (docs/takeover.md)."""


@contextlib.contextmanager
def provider() -> Iterator[dict[str, str]]:
    """Run the provider on a free port of this machine; give the settings that name it."""
    with warnings.catch_warnings():
        import authlib.deprecate  # noqa: F401 - has its warnings always shown, the next line has not

        warnings.simplefilter("ignore")  # the provider still uses a part of authlib that is to go
        from oidc_provider_mock import User, run_server_in_thread

    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # a line for every request
    with run_server_in_thread(user_claims=[User(sub=sub, claims=claims) for sub, claims in PEOPLE.items()]) as server:
        yield {"CONSOLE__ISSUER": f"http://localhost:{server.server_port}", "CONSOLE__CLIENT_SECRET": "any"}


async def log_in(http: httpx.AsyncClient, person: str) -> None:
    """Walk the login; the client then has the cookie, and sends the CSRF token. Raises GuitaiError ``hq.login``."""
    leaving = await http.get("/auth/login")
    if not leaving.headers.get("location", "").startswith("http"):
        raise GuitaiError("hq.login", reason=leaving.headers.get("location", leaving.text))
    async with httpx.AsyncClient() as browser:
        returned = await browser.post(leaving.headers["location"], data={"sub": person})
    came = await http.get(returned.headers["location"])
    if came.headers.get("location") != "/":
        raise GuitaiError("hq.login", reason=came.headers.get("location", str(came.status_code)))
    http.headers["X-CSRF-Token"] = (await http.get("/api/me")).json()["csrf"]
