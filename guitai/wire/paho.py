"""What paho has to be told, and does not offer."""

from __future__ import annotations

import contextlib
import socket
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.properties import Properties


def cut(client: paho.Client) -> None:
    """End the connection without a word: the thread in it sees the end of the stream."""
    connection = client.socket()
    if isinstance(connection, socket.socket):  # an ssl.SSLSocket is one
        with contextlib.suppress(OSError, ValueError):
            connection.shutdown(socket.SHUT_RDWR)


def no_delay(_client: paho.Client, _userdata: Any, connection: Any) -> None:
    """Small messages must not wait for one another's acknowledgement (Nagle): 40 ms a hop."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def properties(packet: int) -> Properties:
    """Return the properties of a kind of packet, none set."""
    return Properties(packet)  # type: ignore[no-untyped-call]  # paho leaves this constructor untyped
