"""Shuts a kiosk out: its certificate is refused, it may read and write nothing, and its live connection is cut."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from cryptography import x509

from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.wire.mqtt import Connected, Endpoint, MqttLink
from guitai.wire.tls import Identity
from headquarters import pki
from headquarters.broker import shut_out

CUT_TIMEOUT_S = 20.0


async def shut(config: Config, certificate: Path, broker_folder: Path) -> str:
    """Revoke a kiosk's certificate and cut its connection; return the kiosk's name.

    Raises GuitaiError ``hq.not_ours``, ``hq.not_cut``, ``mqtt.keys``.
    """
    try:
        found = x509.load_pem_x509_certificate(certificate.read_bytes())
    except (OSError, ValueError) as error:
        raise GuitaiError("mqtt.keys", path=certificate, reason=str(error)) from error
    kiosk = pki.common_name(found)
    try:
        pki.revoke(config.enrolment.authority or config.paths.keys, found)
    except (OSError, ValueError) as error:  # a bank's own authority has its key elsewhere, and has to list it there
        raise GuitaiError("mqtt.keys", path=config.paths.keys, reason=str(error)) from error
    if not shut_out(broker_folder, kiosk):
        raise GuitaiError("hq.not_cut", kiosk=kiosk)
    mqtt, port = config.mqtt, config.headquarters.broker_port
    host = config.headquarters.broker_host or mqtt.host
    await cut(Endpoint(host, port, mqtt.keepalive_s, kiosk, Identity.of(config.paths.keys, "hq")), kiosk)
    return kiosk


async def cut(endpoint: Endpoint, kiosk: str) -> None:
    """End the live connection of a kiosk by taking its client id over (MQTT 5, section 3.1.4: reason 0x8E).

    Mosquitto 2.0 reads its lists of revoked certificates again, but keeps connections that exist. `endpoint` is
    headquarters' own. Call it after the certificate is revoked: else the kiosk comes back. Raises ``hq.not_cut``.
    """
    async with MqttLink(replace(endpoint, client_id=kiosk), [f"bank/v1/+/{kiosk}/state"]) as line:
        try:
            async with asyncio.timeout(CUT_TIMEOUT_S):
                while not isinstance(await line.next(), Connected):
                    pass
        except TimeoutError as error:
            raise GuitaiError("hq.not_cut", kiosk=kiosk) from error
