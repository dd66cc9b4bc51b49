"""Names of payees that are no names: what frauds call the account the money is to go to. Closed lists; pure."""

from __future__ import annotations

import re

from guitai.messages.voice import Strength

_SURE = re.compile(
    r"安全账[户号]|安全帐[户号]|解冻|清查|核查|资金监管|专案组|保证金账|验资|刷流水|返利|理赔专|退款专|safe account|unfreez",
    re.IGNORECASE,
)
_LIKELY = re.compile(
    r"专员|客服|警官|导师|接待员|业务员|放款|保证金|认证金|解封|刷单|中奖|customer service|officer\b", re.IGNORECASE
)


def sign_of(name: str) -> Strength:
    """Return how strongly a payee's name sounds like a fraud's: people and firms have names, not offices."""
    if _SURE.search(name):
        return "strong"
    return "weak" if _LIKELY.search(name) else "none"
