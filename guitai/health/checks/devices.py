"""How do the devices do, in their own words?"""

from __future__ import annotations

from collections.abc import Iterable

from firmware_bridge.client.connected import connected
from firmware_bridge.client.link import Link
from firmware_bridge.words.book import Language, name_of, service_name
from firmware_bridge.words.readings import Reading, readings
from guitai.config import Config
from guitai.health.finding import Finding, finding

LANGUAGES: tuple[Language, ...] = ("zh", "en")


async def devices(config: Config) -> list[Finding]:
    """Devices that do not answer, do not work, or need somebody soon.

    Raises GuitaiError ``technician.no_services`` when nobody may be asked: the doctor says so, rather than that all is well.
    """
    async with connected(config) as services:
        return [finding("devices.silent", name=link.name) for link in services.silent] + of_links(services.up.values())


def of_links(links: Iterable[Link]) -> list[Finding]:
    """What services that are connected say of themselves."""
    found = []
    for link in sorted(links, key=lambda link: link.name):
        troubles = (one for one in readings(link.status, link.interfaces) if one.sentence.level != "ok")
        found += [_of(link, one) for one in troubles]
    return found


def _of(link: Link, one: Reading) -> Finding:
    says = one.sentence
    code = "devices.stopped" if says.level == "stop" else "devices.attention"
    where = {
        language: f"{service_name(link.name, link.interfaces, language)} {name_of('places', one.where, language)}".strip()
        for language in LANGUAGES
    }
    return finding(
        code,
        name_zh=where["zh"],
        name_en=where["en"],
        zh=says.zh,
        en=says.en,
        next_zh=says.next_zh or "—",
        next_en=says.next_en or "-",
    )
