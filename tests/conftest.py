"""Shared fixtures: throw-away folders, the pulled models, what each mark needs to run, and which tests run beside others."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from edge_models.catalog import shipped
from guitai.config import Config, Paths
from headquarters.engine import DATABASE, KEYRING, Where, beside
from headquarters.postgres import PROGRAMS, Postgres

REPOSITORY = Path(__file__).resolve().parents[1]
MODELS = Path(os.environ.get("GUITAI__PATHS__MODELS", REPOSITORY / "var" / "models"))
SYSTEM_PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", PROGRAMS])
NEEDS = {
    "window": "Xvfb",
    "broker": "mosquitto",
    "espeak": "espeak-ng",
    "pcscd": "pcscd",
    "postgres": "postgres",
    "tpm": "swtpm",
}
"""What a mark needs from the machine. Models are looked for in the models folder."""
DOOR, ROOM = REPOSITORY / "tests", REPOSITORY / "tests" / "budgets"
"""Folders that are locked, never written: a test goes through the door into the room, where others are or nobody is."""

# Of pytest's own terminal, from its readline: a program under test asks its terminal.
for _size in ("COLUMNS", "LINES"):
    os.environ.pop(_size, None)


@pytest.fixture(autouse=True)
def own_logs() -> None:
    """No test goes by what a command before it made of the logs: the doctor, say, silences all but the gravest."""
    structlog.reset_defaults()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """A test that measures is alone: it waits for the other workers' tests, and they for it. No time limit runs yet."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return (yield)
    alone = item.get_closest_marker("alone") is not None
    with contextlib.ExitStack() as room:
        # Whoever wants to be alone keeps the door shut while the room empties, or it never would.
        with _locked(DOOR, fcntl.LOCK_EX):
            room.enter_context(_locked(ROOM, fcntl.LOCK_EX if alone else fcntl.LOCK_SH))
        return (yield)


@contextlib.contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)  # closing is not enough while a forked child holds the handle too
        os.close(handle)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Long bytes give a test no name: made bytes may hold the second (a gzip's do), and workers must name tests alike."""
    return argname if isinstance(val, bytes) and len(val) > 16 else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that uses the models is marked so, however it asked for them. What measures comes first.

    Later each would wait for the other worker's test, which may be a long one, and then keep the other waiting.
    """
    for item in items:
        if "models_dir" in getattr(item, "fixturenames", ()):
            item.add_marker("models")
    items.sort(key=lambda item: ROOM not in item.path.parents)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose mark asks for something this machine lacks; fail it where nothing may be missing."""
    for mark, program in NEEDS.items():
        if item.get_closest_marker(mark) and shutil.which(program, path=SYSTEM_PATH) is None:
            _lacks(f"{program} is not installed (script/setup installs it)", os.environ.get("CI") == "true")
    if item.get_closest_marker("models"):
        missing = [
            name
            for name, entry in shipped().items()
            if not all((MODELS / name / file.path).is_file() for file in entry.files)
        ]
        required = os.environ.get("CI") == "true" or bool(os.environ.get("GUITAI_REQUIRE_MODELS"))
        if missing:
            _lacks(f"not pulled into {MODELS}: {', '.join(missing)} (script/setup --with-test-models)", required)


def _lacks(reason: str, required: bool) -> None:
    if required:
        pytest.fail(f"required here, yet {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """The folder of pulled models; for edge_models.store.Store."""
    return MODELS


@pytest.fixture
def short_dir() -> Iterator[Path]:
    """A throw-away folder with a path short enough for unix sockets."""
    folder = Path(tempfile.mkdtemp(prefix="g"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def config(tmp_path: Path, short_dir: Path) -> Config:
    """The default configuration with every folder thrown away afterwards, but the models' shared one."""
    return Config(paths=Paths(run=short_dir, state=tmp_path / "state", models=MODELS, keys=tmp_path / "keys"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server on a unix socket, started for the tests that ask for it. No test cuts the machine's power."""
    server = Postgres(survives_power_cuts=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Where:
    """Where headquarters' tables are: each test that asks runs over a SQLite file and over a PostgreSQL database."""
    if request.param == "sqlite":
        return beside(tmp_path / DATABASE)
    server: Postgres = request.getfixturevalue("postgres")
    return Where(server.create(f"t{uuid.uuid4().hex}"), tmp_path / KEYRING)
