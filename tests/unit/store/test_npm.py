"""npm packages come through the real npm, from a registry of one package on loopback."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from edge_models import packages
from guitai.errors import GuitaiError

VOICE = b"\0\1\2\3" * 256


def tarball() -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        for name, content in (
            ("package/package.json", b'{"name": "voices", "version": "1.0.0"}'),
            ("package/voices/one.bin", VOICE),
        ):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return data.getvalue()


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    archive = tarball()

    class Registry(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = f"http://127.0.0.1:{self.server.server_address[1]}"
            if self.path == "/voices":
                digest = "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode()
                dist = {"tarball": f"{url}/voices.tgz", "integrity": digest}
                version = {"name": "voices", "version": "1.0.0", "dist": dist}
                packument = {"name": "voices", "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": version}}
                body = json.dumps(packument).encode()
            elif self.path == "/voices.tgz":
                body = archive
            else:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Registry) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{server.server_address[1]}")
        monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
        monkeypatch.setenv("npm_config_userconfig", "/dev/null")
        yield "npm:voices==1.0.0"
        server.shutdown()
        thread.join()


def test_a_member_of_an_npm_package_is_read(registry: str, tmp_path: Path):
    archive = packages.fetch(registry, None, tmp_path / "kept")
    with packages.member(archive, "package/voices/one.bin") as stream:
        assert stream.read() == VOICE
    with pytest.raises(GuitaiError) as caught, packages.member(archive, "package/voices/two.bin"):
        pass
    assert caught.value.code == "models.bad_archive"
    assert not packages.is_kept(registry, tmp_path / "kept")


def test_a_package_nobody_published_is_a_clear_error(registry: str, tmp_path: Path):
    with pytest.raises(GuitaiError) as caught:
        packages.fetch("npm:nobody==1.0.0", None, tmp_path)
    assert caught.value.code == "models.download_failed"


def test_a_damaged_npm_archive_is_refused(registry: str, tmp_path: Path):
    archive = packages.fetch(registry, None, tmp_path / "kept")
    archive.write_bytes(archive.read_bytes()[:80])
    with pytest.raises(GuitaiError) as caught, packages.member(archive, "package/voices/one.bin") as stream:
        stream.read()
    assert caught.value.code == "models.bad_archive"
