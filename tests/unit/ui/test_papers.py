"""The screens of a paper: fields, what may be asked, the long answers; in both languages, also in large print."""

from __future__ import annotations

import pytest

from guitai.messages.document import DocumentClause, DocumentField
from guitai.view import view
from kiosk_ui.layout import arrange
from tests.unit.session.test_documents import SCAM, Tray
from tests.unit.ui.test_layout import LANDSCAPE, NOW, PORTRAIT, check

LOAN = {
    "kind": "loan_contract",
    "fields": (
        DocumentField("amount_fen", "50000000"), DocumentField("lender", "江城银行股份有限公司"), DocumentField("rate_bp", "345"),
        DocumentField("term", "P360M"), DocumentField("start_date", "2026-03-01"), DocumentField("end_date", "2056-02-29"),
    ),
    "clauses": tuple(
        DocumentClause(topic, f"第{n}条", ("30日", "一年", "1%"))
        for n, topic in enumerate(("early_repayment", "penalty", "fees", "guarantee", "risk_level"), 5)
    ),
}  # fmt: skip


@pytest.mark.parametrize("window", [PORTRAIT, LANDSCAPE])
@pytest.mark.parametrize("presses", [(), ("large",), ("language",), ("large", "language")])
@pytest.mark.parametrize(("paper", "asks"), [(LOAN, ""), (LOAN, "early_repayment"), (LOAN, "cooling_off"), (SCAM, "")])
def test_everything_has_its_place(measure, window, presses, paper, asks):
    tray = Tray()
    tray.open()
    tray.laid(**paper)
    for target in (*presses, *([f"pick:{asks}"] if asks else [])):
        tray.press(target)
    scene = arrange(view(tray.state, "江城银行"), window, measure, NOW)
    check(scene, 44)
    assert {f"pick:{topic}" for topic in ("early_repayment", "none")} <= {
        t.name for t in scene.targets
    } or paper is SCAM
