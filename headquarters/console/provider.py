"""The bank's identity provider: OpenID Connect, code flow with PKCE. We are a relying party and keep no password.

OpenID Connect Core 1.0 section 3.1, RFC 7636 (PKCE), RFC 9207 (issuer in the answer).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from guitai.clock import Clock
from guitai.config import Console
from guitai.errors import GuitaiError
from headquarters.console.logins import Leaving

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""What an ID token may be signed with: never ``none``, never a shared secret."""

SCOPE = "openid profile"
TIMEOUT_S = 5.0
LEEWAY_S = 60
METADATA_LIFE_MS = 3_600_000
WELL_KNOWN = "/.well-known/openid-configuration"


class Provider:
    """One provider. Raises GuitaiError ``hq.provider`` (it cannot be reached) and ``hq.login`` (what it said is not to be trusted)."""

    def __init__(self, config: Console, redirect_uri: str, clock: Clock) -> None:
        self._config, self._redirect_uri, self._clock = config, redirect_uri, clock
        self._metadata: dict[str, Any] = {}
        self._read_ms = 0
        self._keys = KeySet([])

    async def address(self, leaving: Leaving) -> str:
        """Return where the browser goes to log in."""
        metadata = await self._known()
        asked = {
            "response_type": "code", "client_id": self._config.client_id, "redirect_uri": self._redirect_uri, "scope": SCOPE,
            "state": leaving.state, "nonce": leaving.nonce, "code_challenge": leaving.challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        address = str(metadata["authorization_endpoint"])
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    async def claims(self, code: str, leaving: Leaving, issuer: str | None = None) -> dict[str, Any]:
        """Return the checked claims of the ID token behind a code. `issuer`: what the answer said it comes from, if it did."""
        if issuer not in (None, self._config.issuer):
            raise GuitaiError("hq.login", reason="issuer")
        metadata = await self._known()
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self._redirect_uri,
            "code_verifier": leaving.verifier, "client_id": self._config.client_id,
        }  # fmt: skip
        secret = self._config.client_secret.get_secret_value()
        basic = httpx.BasicAuth(self._config.client_id, secret) if secret else None
        answer = await self._ask("POST", metadata["token_endpoint"], data=form, auth=basic)
        return await self._checked(str(answer.get("id_token", "")), leaving.nonce)

    async def _checked(self, token: str, nonce: str) -> dict[str, Any]:
        try:
            claims = await self._verified(token)
            jwt.JWTClaimsRegistry(
                int(self._clock.unix_ms() / 1000), LEEWAY_S,
                iss={"essential": True, "value": self._config.issuer}, aud={"essential": True, "value": self._config.client_id},
                exp={"essential": True}, iat={"essential": True}, sub={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(claims)  # fmt: skip
        except (JoseError, ValueError) as error:
            raise GuitaiError("hq.login", reason="id_token") from error
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != self._config.client_id:
            raise GuitaiError("hq.login", reason="azp")
        return claims

    async def _verified(self, token: str) -> dict[str, Any]:
        """Return the claims of a signed token; keys are read again once if none fits, as providers change them."""
        try:
            return jwt.decode(token, self._keys, ALGORITHMS).claims
        except (JoseError, ValueError):
            self._keys = KeySet.import_key_set(await self._ask("GET", (await self._known())["jwks_uri"]))  # type: ignore[arg-type]  # plain JSON; joserfc checks it
            return jwt.decode(token, self._keys, ALGORITHMS).claims

    async def _known(self) -> dict[str, Any]:
        if not self._config.issuer:
            raise GuitaiError("hq.provider", reason="console.issuer is empty")
        now = self._clock.unix_ms()
        if not self._metadata or now - self._read_ms >= METADATA_LIFE_MS:
            found = await self._ask("GET", self._config.issuer.rstrip("/") + WELL_KNOWN)
            if found.get("issuer") != self._config.issuer:
                raise GuitaiError("hq.provider", reason="it names another issuer")
            self._metadata, self._read_ms = found, now
        return self._metadata

    async def _ask(self, method: str, url: str, **given: Any) -> dict[str, Any]:
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_S) as http:
                answer = await http.request(method, url, **given)
            answer.raise_for_status()
            found = answer.json()
        except httpx.HTTPStatusError as error:
            code = (
                "hq.login" if method == "POST" else "hq.provider"
            )  # it refuses this code, or does not know its own documents
            raise GuitaiError(code, reason=f"status {error.response.status_code}") from error
        except (httpx.HTTPError, ValueError) as error:
            raise GuitaiError("hq.provider", reason=type(error).__name__) from error
        if not isinstance(found, dict):
            raise GuitaiError("hq.provider", reason="no object")
        return found
