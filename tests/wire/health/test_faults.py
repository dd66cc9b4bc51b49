"""Real faults, one by one: the doctor names each, says what customers notice and what to do, and mends what it may."""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from edge_models.vision.hub import Hub
from edge_models.vision.smoothing import State
from firmware_bridge.sound.mixer import Mixer
from firmware_bridge.sound.server import SoundServer
from guitai.cli.provision import provision_all
from guitai.config import Config
from guitai.health import examine as examination
from guitai.health.checks import disk as disk_module
from guitai.health.checks.certificates import certificates
from guitai.health.checks.devices import devices
from guitai.health.checks.disk import disk
from guitai.health.checks.keys import keys
from guitai.health.checks.line import bank, broker
from guitai.health.checks.models import models
from guitai.health.checks.processes import port, processes
from guitai.health.checks.senses import senses
from guitai.health.finding import Finding
from guitai.messages.device import Device, DeviceState
from guitai.messages.face import CameraState
from guitai.tables import SOCKETS
from guitai.wire.sockets import serve
from guitai.wire.tls import Identity, server_context
from headquarters import pki
from tests.fixtures.ports import free_port
from tests.wire.devices_cli.conftest import Bench


@pytest.fixture
def sound(config: Config) -> Config:
    """A provisioned machine with nothing wrong."""
    provision_all(config)
    config.paths.state.mkdir(parents=True)
    return config


def codes(found: list[Finding]) -> list[str]:
    for one in found:
        for words in (one.what, one.customers, one.then):
            assert words["zh"]
            assert words["en"]
    return [one.code for one in found]


def renew(folder: Path, begins_days: int, ends_days: int) -> None:
    """Put a certificate with other times in the kiosk's place; days from now."""
    now = datetime.now(UTC)
    old = x509.load_pem_x509_certificate((folder / "kiosk.crt").read_bytes())
    signer = load_pem_private_key((folder / "ca.key").read_bytes(), None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    builder = x509.CertificateBuilder(old.issuer, old.subject, old.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now + timedelta(days=begins_days)).not_valid_after(
        now + timedelta(days=ends_days)
    )
    (folder / "kiosk.crt").write_bytes(builder.sign(signer, hashes.SHA256()).public_bytes(Encoding.PEM))


async def test_a_sound_machine_has_no_fault_in_keys_certificates_and_disk(sound: Config) -> None:
    assert await keys(sound) + await certificates(sound) + await disk(sound) == []


async def test_a_missing_key(sound: Config) -> None:
    (sound.paths.keys / "journal.key").unlink()
    found = await keys(sound)
    assert codes(found) == ["keys.missing"]
    assert "journal.key" in found[0].what["en"]


async def test_a_key_others_can_read_is_closed(sound: Config) -> None:
    (sound.paths.keys / "kiosk.key").chmod(0o644)
    found = await keys(sound)
    assert codes(found) == ["keys.open"]
    assert [failed for _, failed in examination.mend(found)] == [""]
    assert await keys(sound) == []


@pytest.mark.parametrize(
    ("begins", "ends", "code"),
    [(-800, -1, "certificate.expired"), (-700, 10, "certificate.soon"), (3, 800, "certificate.not_yet")],
)
async def test_a_certificate_out_of_its_time(sound: Config, begins: int, ends: int, code: str) -> None:
    renew(sound.paths.keys, begins, ends)
    assert codes(await certificates(sound)) == [code]


async def test_a_certificate_of_another_authority(sound: Config, tmp_path: Path) -> None:
    pki.provision(tmp_path / "others", sound.kiosk.id)
    for name in ("kiosk.crt", "kiosk.key"):
        (sound.paths.keys / name).write_bytes((tmp_path / "others" / name).read_bytes())
    assert codes(await certificates(sound)) == ["certificate.stranger"]


async def test_a_certificate_without_its_key(sound: Config) -> None:
    (sound.paths.keys / "kiosk.key").write_bytes((sound.paths.keys / "hq.key").read_bytes())
    assert codes(await certificates(sound)) == ["certificate.other_key"]


async def test_another_kiosks_certificate(sound: Config) -> None:
    other = sound.model_copy(update={"kiosk": sound.kiosk.model_copy(update={"id": "kiosk-777"})})
    assert codes(await certificates(other)) == ["certificate.other_kiosk"]


async def test_a_garbled_certificate(sound: Config) -> None:
    (sound.paths.keys / "kiosk.crt").write_text("-----BEGIN CERTIFICATE-----\nabc\n")
    assert codes(await certificates(sound)) == ["certificate.unreadable"]


async def test_a_folder_that_is_not_there(config: Config) -> None:
    assert codes(await disk(config)) == ["disk.read_only"]


async def test_a_full_disk_is_relieved_of_unfinished_downloads(
    sound: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = sound.model_copy(update={"paths": sound.paths.model_copy(update={"models": tmp_path / "models"})})
    half = here.paths.models / "whisper-base" / "model.bin.unfinished"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"half")
    monkeypatch.setattr(disk_module, "LEAST_MB", 10**9)  # no disk is that large: this one is full
    found = await disk(here)
    assert codes(found) == ["disk.full"]
    examination.mend(found)
    assert not half.exists()


async def test_models_that_are_not_what_the_catalogue_says(sound: Config, tmp_path: Path) -> None:
    here = sound.model_copy(update={"paths": sound.paths.model_copy(update={"models": tmp_path / "models"})})
    file = here.paths.models / "yunet" / "face_detection_yunet_2023mar.onnx"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"not it")
    found = await models(here)
    assert codes(found) == ["models.damaged"]
    assert "yunet" in found[0].what["zh"]
    assert found[0].repair is not None


async def test_a_port_in_other_hands(sound: Config) -> None:
    server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    taken = server.sockets[0].getsockname()[1]
    here = sound.model_copy(update={"devices": sound.devices.model_copy(update={"port": taken})})
    assert codes(await port(here)) == ["port.taken"]
    server.close()
    await server.wait_closed()
    assert await port(here) == []


async def test_a_process_that_does_not_answer(sound: Config) -> None:
    async with serve(sound.paths.run / SOCKETS["core"], _silent):
        found = await processes(sound)
    assert codes(found) == ["processes.silent"]
    assert "speech" in found[0].what["en"]
    assert "core" not in found[0].what["en"]


async def _silent(_stream: object) -> None:
    pass


@pytest.mark.parametrize(
    ("device", "kind", "code", "says"),
    [
        ("printer", "offline", "devices.stopped", "凭条打印机"),
        ("printer", "paper_out", "devices.stopped", "凭条打印机"),
        ("statement_printer", "paper_low", "devices.attention", "对账单打印机"),
        ("card_reader", "jam", "devices.stopped", "读卡器"),
        ("pin_pad", "offline", "devices.stopped", "密码键盘"),
        ("dispenser", "offline", "devices.stopped", "现金机"),
        ("id_reader", "offline", "devices.stopped", "身份证阅读器"),
    ],
)
async def test_a_device_in_trouble(config: Config, device: str, kind: str, code: str, says: str) -> None:
    async with Bench.over(config) as bench:
        before = [one.what["en"] for one in await devices(bench.config)]
        await bench.hands.fault(device, kind)
        new = [one for one in await devices(bench.config) if one.what["en"] not in before]
    assert code in codes(new)
    assert any(says in one.what["zh"] for one in new)
    assert all(len(one.then["zh"]) > 1 for one in new)


async def test_devices_that_may_not_be_asked_are_not_called_well(sound: Config) -> None:
    here = sound.model_copy(update={"devices": sound.devices.model_copy(update={"port": free_port()})})
    found = await examination.examine(here)
    assert any(one.code == "check.failed" and "devices" in one.what["en"] for one in found)


@pytest.mark.parametrize(
    ("sense", "why"),
    [
        ("microphone", "sound.dead_microphone"),
        ("loudspeaker", "sound.no_device"),
        ("handset", "sound.stalled"),
        ("camera", "camera.stopped"),
    ],
)
async def test_a_dead_sense(sound: Config, sense: Device, why: str) -> None:
    server = SoundServer(Mixer())
    server.report(DeviceState(sense, usable=False, code=why))
    async with serve(sound.paths.run / SOCKETS["sound"], server.handle):
        found = await senses(sound)
    assert codes(found) == [f"{sense}.dead"]
    assert why in found[0].what["zh"]


async def test_a_covered_camera(sound: Config) -> None:
    hub = Hub(lambda _: None, lambda _: None, None)  # type: ignore[arg-type]  # nobody reads a page here
    told = asyncio.Event()

    async def handle(stream: object) -> None:
        told.set()
        await hub.handle(stream)  # type: ignore[arg-type]

    async with serve(sound.paths.run / SOCKETS["vision"], handle):
        looking = asyncio.create_task(senses(sound))
        await told.wait()
        hub.publish(State(), (CameraState("covered"),))
        assert codes(await looking) == ["camera.covered"]


@contextlib.asynccontextmanager
async def tls_server(folder: Path, *, demands: bool, answer: bytes = b"") -> AsyncIterator[int]:
    """Serve TLS with `folder`'s headquarters certificate while the block runs; yield the port."""
    context = server_context(Identity.of(folder, "hq"))
    context.verify_mode = ssl.CERT_REQUIRED if demands else ssl.CERT_OPTIONAL

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, ssl.SSLError):
            await reader.read(1)
            writer.write(answer)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


def with_line(config: Config, port: int) -> Config:
    mqtt = config.mqtt.model_copy(update={"host": "127.0.0.1", "port": port})
    bank = config.bank.model_copy(update={"url": f"https://127.0.0.1:{port}/bank/v1"})
    return config.model_copy(update={"mqtt": mqtt, "bank": bank})


async def test_a_line_that_is_cut(sound: Config) -> None:
    here = with_line(sound, free_port())
    assert codes(await broker(here)) == ["line.unreachable"]
    assert codes(await bank(here)) == ["bank.unreachable"]


async def test_a_good_line(sound: Config) -> None:
    async with tls_server(sound.paths.keys, demands=True) as port:
        assert await broker(with_line(sound, port)) == []


async def test_somebody_poses_as_headquarters(sound: Config, tmp_path: Path) -> None:
    pki.provision(tmp_path / "others", "kiosk-001")
    async with tls_server(tmp_path / "others", demands=False) as port:
        assert codes(await broker(with_line(sound, port))) == ["line.stranger"]
        assert codes(await bank(with_line(sound, port))) == ["line.stranger"]


async def test_headquarters_refuses_our_certificate(sound: Config, tmp_path: Path) -> None:
    # The other end believes another authority; we still believe ours.
    pki.provision(tmp_path / "others", "kiosk-001")
    for name in ("hq.crt", "hq.key"):
        (tmp_path / "others" / name).write_bytes((sound.paths.keys / name).read_bytes())
    async with tls_server(tmp_path / "others", demands=True) as port:
        assert codes(await broker(with_line(sound, port))) == ["line.refused"]


async def test_a_clock_that_is_wrong(sound: Config) -> None:
    then = datetime.now(UTC) - timedelta(hours=3)
    answer = f"HTTP/1.1 404 Not Found\r\nDate: {then:%a, %d %b %Y %H:%M:%S} GMT\r\n\r\n".encode()
    async with tls_server(sound.paths.keys, demands=False, answer=answer) as port:
        found = await bank(with_line(sound, port))
    assert codes(found) == ["clock.wrong"]
    assert "1080" in found[0].what["en"]


@pytest.fixture
def say(config: Config, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Run the real command line over a configuration file."""
    import subprocess
    import sys

    def run(text: str, *arguments: str) -> tuple[int, str]:
        file = tmp_path / "kiosk.toml"
        file.write_text(text)
        paths = {f"GUITAI__PATHS__{name.upper()}": str(path) for name, path in config.paths if path is not None}
        done = subprocess.run(
            [sys.executable, "-m", "guitai", "--config", str(file), "doctor", *arguments],
            capture_output=True, text=True, env={**os.environ, **paths},
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    return run


def test_a_mistake_in_the_configuration_is_named_in_both_languages(say: Callable[..., tuple[int, str]]) -> None:
    code, said = say("[mqtt]\nhots = 'broker.bank'\n")
    assert (code, "mqtt.hots" in said, "Traceback" in said) == (1, True, False)
    assert "下一步：" in said
    assert "next: " in say("[mqtt]\nhots = 'x'\n", "--lang", "en")[1]


def test_what_can_be_mended_is(say: Callable[..., tuple[int, str]], sound: Config) -> None:
    (sound.paths.keys / "e2e.key").chmod(0o640)
    assert "别人也能读" in say("")[1]
    assert "已修复：收回权限" in say("", "--repair")[1]
    assert "别人也能读" not in say("")[1]
