"""What a browser may keep: built files whose names change with their contents; never the index, never an answer of the API."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from headquarters.app import HEADERS
from headquarters.page import IMMUTABLE, NO_STORE, ConsolePage, NothingKept


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/assets/Queue-CKEDUgZg.js", IMMUTABLE), ("/assets/plain.js", NO_STORE), ("/", NO_STORE), ("/index.html", NO_STORE),
        ("/assets/Gone-CKEDUgZg.js", NO_STORE),
    ],
)  # fmt: skip
async def test_only_what_is_named_after_its_contents_is_kept(tmp_path: Path, path: str, kept: str) -> None:
    (tmp_path / "assets").mkdir()
    for name in ("index.html", "assets/Queue-CKEDUgZg.js", "assets/plain.js"):
        (tmp_path / name).write_text("x")
    app = Starlette(middleware=[Middleware(NothingKept)])
    app.mount("/", ConsolePage(directory=tmp_path, html=True))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://hq") as http:
        answer = await http.get(path)
        assert answer.headers.get_list("cache-control") == [kept]
        again = await http.get(path, headers={"If-None-Match": answer.headers.get("etag", "")})
        assert again.headers.get_list("cache-control") == [kept]


def test_the_server_itself_says_nothing_of_it() -> None:
    """uvicorn adds its headers to ours: two different words on one answer would be the browser's choice."""
    assert "Cache-Control" not in dict(HEADERS)
