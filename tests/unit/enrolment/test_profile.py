"""What headquarters gives a kiosk names headquarters wherever the shipped defaults name this machine."""

from __future__ import annotations

from guitai.config import Config, dump
from headquarters.enrolment.profile import configuration


def test_no_address_of_headquarters_is_left_at_its_default() -> None:
    config = Config.model_validate({"enrolment": {"url": "https://hq.bank:8443"}})
    given = configuration(config, "k1", "heping", {})
    ours = {
        (section, key)
        for section, values in dump(Config()).items()
        if isinstance(values, dict)
        for key, value in values.items()
        if isinstance(value, str) and value.startswith("https://127.0.0.1:8443")
    }
    assert ours >= {("bank", "url"), ("updates", "url"), ("uploads", "url")}
    told = {(section, key) for section, key in ours if "hq.bank" in str(given.get(section, {}).get(key))}
    assert told == ours
