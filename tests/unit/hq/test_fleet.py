"""What gives alarm, and that every metric a rule or the dashboard names is there."""

from __future__ import annotations

import json
import re
from contextlib import closing
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from guitai.wire.commands import Health, Software, State
from headquarters import fleet, metrics
from headquarters.app import bare_app
from headquarters.engine import Where
from headquarters.fleet import Found, Kiosk
from headquarters.store import Arrival, Store

from .test_store import chain

NOW = 1_764_000_000_000
FINE = Kiosk("kiosk-001", "heping", True, NOW, True, 40, 0, 0, 55, None)
MONITORING = resources.files("headquarters") / "monitoring"


@pytest.mark.parametrize(
    ("changes", "alarm"),
    [
        ({}, None),
        ({"online": False}, "silent"),
        ({"heard_ms": NOW - 60_000}, "silent"),
        ({"heard_ms": NOW - 59_000}, None),
        ({"heard_ms": NOW - 600_000, "beats": False}, None),
        ({"waiting_rows": 3, "stuck_s": 60}, "stuck_outbox"),
        ({"waiting_rows": 0, "stuck_s": 60}, None),
        ({"gap_since_ms": NOW - 60_000}, "gap"),
        ({"faults": {"camera": "frozen"}}, "camera"),
        ({"faults": {"microphone": "sound.dead_microphone"}}, "microphone"),
        ({"skew_ms": -60_000}, "clock_skew"),
        ({"disk_percent": 91}, "disk"),
        ({"disk_percent": 90}, None),
        ({"findings": (Found("disk.full", "stop", "disk.full|/", NOW),)}, "health"),
        ({"findings": (Found("certificate.soon", "watch", "certificate.soon|kiosk.crt", NOW),)}, None),
    ],
)
def test_each_fault_gives_its_own_alarm(changes: dict[str, Any], alarm: str | None) -> None:
    assert list(fleet.alarms(replace(FINE, **changes), NOW)) == ([alarm] if alarm else [])


def test_what_a_kiosk_finds_stands_until_it_is_over(place: Where) -> None:
    found = {"key": "disk.full|/", "code": "disk.full", "level": "stop", "about": [["free_mb", "9"]]}
    events = chain(
        ("audit", "health.found", found), ("audit", "health.over", {"key": "disk.full|/", "code": "disk.full"})
    )
    with closing(Store(place)) as store:
        fleet.heard(store.connection, "heping", "kiosk-001", State(online=True), NOW)
        fleet.project(store.connection, [("kiosk-001", "heping", events[0])])
        (one,) = fleet.kiosks(store.connection)
        assert [(each.code, each.level) for each in one.findings] == [("disk.full", "stop")]
        assert b'guitai_kiosk_finding{branch="heping",code="disk.full",kiosk="kiosk-001",level="stop"} 1.0' in (
            metrics.text(store.connection, NOW)
        )
        fleet.project(store.connection, [("kiosk-001", "heping", one) for one in (events[1], events[0])])
        assert fleet.kiosks(store.connection)[0].findings == ()


def test_state_topic_and_events_make_the_picture(place: Where) -> None:
    events = chain(
        ("session", "face.camera", {"state": "frozen"}),
        ("session", "device.state", {"device": "microphone", "usable": False, "code": "sound.dead_microphone"}),
        ("session", "device.state", {"device": "printer", "usable": False, "code": "x"}),
        ("session", "device.state", {"device": "microphone", "usable": True, "code": ""}),
        ("session", "face.camera", {"state": 7}),
    )
    with closing(Store(place)) as store:
        for row in reversed(events):  # arrival order is free
            store.add([Arrival("heping", "kiosk-001", row)], NOW)
        health = Health(waiting_rows=3, stuck_s=70, disk_percent=93)
        fleet.heard(store.connection, "heping", "kiosk-001", State(online=True, skew_ms=5, health=health), NOW)
        [found] = fleet.kiosks(store.connection)
        assert found == Kiosk("kiosk-001", "heping", True, NOW, True, 5, 3, 70, 93, None, {"camera": "frozen"})
        fleet.heard(store.connection, "heping", "kiosk-001", State(online=False), NOW + 1)
        [found] = fleet.kiosks(store.connection)
        assert list(fleet.alarms(found, NOW + 1)) == ["silent", "stuck_outbox", "camera", "disk"]


def test_a_kiosks_software_outlives_its_line(place: Where) -> None:
    ran = [Software(name="guitai-1-a"), Software(name="guitai-2-b", phase="waiting", release="c" * 64)]
    with closing(Store(place)) as store:
        for software in (ran[0], ran[1], ran[1], None):
            state = State(online=software is not None, software=software)
            fleet.heard(store.connection, "heping", "kiosk-001", state, NOW)
        assert [one.software for one in fleet.kiosks(store.connection)] == [ran[1]]


def exported(store: Store) -> set[str]:
    text = metrics.text(store.connection, NOW).decode()
    families = list(text_string_to_metric_families(text))
    return {sample.name for family in families for sample in family.samples} | {family.name for family in families}


def named(expression: str) -> set[str]:
    return set(re.findall(r"\bguitai_[a-z_]+", expression))


def test_every_metric_named_in_rules_and_dashboard_exists(place: Where) -> None:
    with closing(Store(place)) as store:
        there = exported(store)
    rules = [
        rule for group in yaml.safe_load((MONITORING / "alerts.yaml").read_text())["groups"] for rule in group["rules"]
    ]
    board = json.loads((MONITORING / "dashboard.json").read_text())
    expressions = [rule["expr"] for rule in rules]
    expressions += [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    expressions += [variable["query"] for variable in board["templating"]["list"]]
    assert named(" ".join(expressions)) <= there
    for rule in rules:
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["next"]
        assert rule["expr"].count("(") == rule["expr"].count(")")
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


def test_every_alarm_has_a_rule() -> None:
    text = (MONITORING / "alerts.yaml").read_text()
    assert set(re.findall(r'alarm="([a-z_]+)"', text)) == set(fleet.ALARMS)


@pytest.mark.parametrize(("host", "status"), [("127.0.0.1", 200), ("10.1.2.3", 403)])
async def test_only_this_machine_may_scrape(tmp_path: Path, host: str, status: int) -> None:
    with closing(Store(tmp_path / "hq.sqlite3")) as store:
        app = bare_app()
        app.state.services = type("Services", (), {"store": store})
        transport = httpx.ASGITransport(app, client=(host, 1234))
        async with httpx.AsyncClient(transport=transport, base_url="https://hq") as client:
            assert (await client.get("/metrics")).status_code == status
