"""Words for a decision's reasons, for the teller (never for the customer)."""

from __future__ import annotations

from guitai.messages.risk import RiskDecision

REASONS = {
    "login.local": "本地银行卡",
    "login.remote": "外地银行卡",
    "login.unknown": "开户地暂时查不到",
    "amount.absolute": "金额档位",
    "amount.unusual": "金额远高于平时",
    "frequency.usual": "往来频率正常",
    "frequency.first_payee": "首次给该收款人转账",
    "frequency.many_large": "24 小时内多笔大额",
    "frequency.many_withdrawals": "30 天内取款很多次",
    "semantic.none": "话语未见异常",
    "semantic.weak": "话语中有轻微迹象",
    "semantic.strong": "话语中有明显迹象",
    "device.clean": "设备正常",
    "device.degraded": "读卡器或密码键盘在本次服务中停用过",
    "device.tampered": "设备防拆报警",
    "credit.good": "信用记录良好",
    "credit.fair": "信用记录一般",
    "credit.poor": "信用记录较差",
    "credit.unknown": "信用记录暂时查不到",
}
FACTOR_NAMES = {
    "login": "登录地",
    "amount": "金额",
    "frequency": "往来频率",
    "semantic": "话语",
    "device": "设备",
    "credit": "信用",
}


def lines(decision: RiskDecision) -> tuple[str, ...]:
    """Return one line a factor, then one a floor: ``登录地 20.00：外地银行卡``."""
    parts = [
        f"{FACTOR_NAMES[part.factor]} {part.millionths() / 1_000_000:.2f}：{REASONS.get(part.reason, part.reason)}"
        for part in decision.contributions
    ]
    parts += [f"规则 {floor.floor}：{floor.evidence or floor.level}" for floor in decision.floors]
    return tuple(parts)
