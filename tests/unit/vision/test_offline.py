"""The eyes have no network, whatever a library in them wants: tried in a process of its own, for it cannot be undone."""

from __future__ import annotations

import subprocess
import sys

from edge_models.vision.offline import absent

TRIES = """
import errno, socket, threading
from edge_models.vision.offline import forbid_network
go, results = threading.Event(), []

def attempt():
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK):
        try:
            socket.socket(family, socket.SOCK_DGRAM).close()
            results.append("open")
        except OSError as error:
            results.append(errno.errorcode[error.errno])

def later():
    go.wait()
    attempt()

early = threading.Thread(target=later)
early.start()
assert forbid_network()
go.set()
early.join()
attempt()
late = threading.Thread(target=attempt)
late.start()
late.join()
socket.socket(socket.AF_UNIX).close()
socket.socketpair()
try:
    socket.getaddrinfo("play.googleapis.com", 443)
    results.append("resolved")
except OSError:
    pass
print(*results)
"""


def test_no_thread_of_the_process_can_open_a_network_socket():
    done = subprocess.run([sys.executable, "-c", TRIES], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.split() == ["EAFNOSUPPORT"] * 9


def test_an_absent_module_is_absent_only_meanwhile():
    import colorsys

    with absent("colorsys"):
        try:
            import colorsys as found
        except ImportError:
            found = None
    assert found is None
    assert sys.modules["colorsys"] is colorsys
    with absent("surely_never_installed"):
        pass
    assert "surely_never_installed" not in sys.modules
