"""Checks a whole book of flows and tables: every mistake with file and line, before any customer meets it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from pydantic import ValidationError

from guitai.dialogue.book import FLOWS_FOLDER, TABLES, shipped
from guitai.dialogue.check import check
from guitai.dialogue.check_links import Around
from guitai.dialogue.check_tables import check_table
from guitai.dialogue.schema import Flow
from guitai.yaml_lines import Document, Mistake, document, near


def check_files(files: Mapping[str, str], answers: Collection[str] | None = None) -> tuple[Mistake, ...]:
    """Return every mistake of a book's texts by name, in the order of files and lines.

    Args:
        files: The texts by name.
        answers: Ids of the reviewed answers a flow may name. None: they are not looked up, since they change on their own
            and a flow has words for one that is gone; so a version that was in use can always be read again.
    """
    names = {f"{table}.yaml" for table in TABLES}
    read = {name: document(name, text) for name, text in files.items()}
    found = [
        Mistake(
            name, 1, f"the file is missing: `guitai flows copy` gives all of them{near(name, files.keys() - names)}"
        )
        for name in sorted(names - files.keys())
    ]
    flow_files = {name: one for name, one in read.items() if name.startswith(FLOWS_FOLDER)}
    for name in sorted(files.keys() - names - flow_files.keys()):
        found.append(Mistake(name, 1, f"no such file is used{near(name, names - files.keys())}"))
    flows = _flows(flow_files)
    by_kind = {flow.kind: flow for flow in flows.values()}
    replies, intents = (_keys(read.get(f"{table}.yaml")) for table in ("replies", "intents"))
    kinds: dict[str, str] = {}
    for name in sorted(flow_files):
        taken = {intent: one.kind for other, one in flows.items() if other != name for intent in one.intents}
        found += check(flow_files[name], Around(replies, intents, by_kind, taken, answers))
        if (flow := flows.get(name)) is not None:
            if flow.kind in kinds:
                found.append(read[name].mistake(("kind",), f"{flow.kind} is already in {kinds[flow.kind]}"))
            kinds.setdefault(flow.kind, name)
    if len(flows) == len(flow_files):  # else others would be blamed for what is wrong in a flow
        places = {flow.kind: read[name] for name, flow in flows.items()}
        found += [*_own(by_kind, places), *_icons(by_kind, places)]
        for table in TABLES:
            if (one := read.get(f"{table}.yaml")) is not None:
                found += check_table(table, one, by_kind, intents, shipped())
    return tuple(sorted(set(found)))


def _own(flows: Mapping[str, Flow], read: Mapping[str, Document]) -> Iterator[Mistake]:
    """Businesses the program itself goes by: they work a machine, and the first screen has their buttons."""
    for kind, ours in shipped().flows.items():
        devices = {step.device for step in ours.steps if step.device is not None}
        if not devices:
            continue
        if kind not in flows:
            told = f"the business {kind} is missing: the program itself goes by it{near(kind, flows.keys() - shipped().flows.keys())}"
            yield Mistake(f"{FLOWS_FOLDER}{kind}.yaml", 1, told)
            continue
        for name in sorted(ours.slots.keys() - flows[kind].slots.keys()):
            told = f"{name} is missing: the program itself goes by it{near(name, flows[kind].slots.keys() - ours.slots.keys())}"
            yield read[kind].mistake(("slots",), told)
        for device in sorted(devices - {step.device for step in flows[kind].steps}):
            yield read[kind].mistake(
                ("steps",), f"the step `device: {device}` is missing: the program itself goes by it"
            )


def _icons(flows: Mapping[str, Flow], read: Mapping[str, Document]) -> Iterator[Mistake]:
    drawn = {flow.icon for flow in shipped().flows.values()} | {group.icon for group in shipped().menu.values()}
    for kind, flow in flows.items():
        if flow.icon not in drawn:
            meant = near(flow.icon, drawn) or f"; there are {', '.join(sorted(drawn))}"
            yield read[kind].mistake(("icon",), f"there is no icon {flow.icon}{meant}")


def _flows(files: Mapping[str, Document]) -> dict[str, Flow]:
    """Return the flows that can be read, by file."""
    found = {}
    for name, one in files.items():
        try:
            found[name] = Flow.model_validate(one.data)
        except ValidationError:
            continue
    return found


def _keys(found: Document | None) -> frozenset[str]:
    return frozenset(map(str, found.data)) if found is not None and isinstance(found.data, dict) else frozenset()
