"""TLS 1.3 with certificates on both ends: the one way our processes talk to the broker, headquarters and the bank host."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from guitai.errors import GuitaiError


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are and whom we believe: file paths of PEM certificates and a key."""

    authority: Path
    certificate: Path
    key: Path

    @classmethod
    def of(cls, keys: Path, name: str) -> Identity:
        """Return the identity `name` (``kiosk``, ``hq``, ``broker``) as `guitai provision` lays it out."""
        return cls(keys / "ca.crt", keys / f"{name}.crt", keys / f"{name}.key")


def client_context(identity: Identity) -> ssl.SSLContext:
    """Return a client's context: checks the server's name, shows our certificate. Raises GuitaiError ``mqtt.keys``."""
    return _load(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), identity)


def server_context(identity: Identity) -> ssl.SSLContext:
    """Return a server's context that asks for a client certificate but lets a browser go on without one.

    Raises GuitaiError ``mqtt.keys``.
    """
    context = _load(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), identity)
    context.verify_mode = ssl.CERT_OPTIONAL
    return context


def _load(context: ssl.SSLContext, identity: Identity) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    try:
        context.load_verify_locations(identity.authority)
        context.load_cert_chain(identity.certificate, identity.key)
    except (OSError, ssl.SSLError) as error:
        raise GuitaiError("mqtt.keys", path=identity.certificate, reason=str(error)) from error
    return context
