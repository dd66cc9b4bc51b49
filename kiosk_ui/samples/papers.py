"""Papers and proof: a document under the camera, the identity card, the receipt, a masked balance."""

from __future__ import annotations

from dataclasses import replace

from guitai.messages.view import (
    ChoicePart,
    CountdownPart,
    ListPart,
    Option,
    PicturePart,
    QrPart,
    Row,
    TextPart,
    View,
)
from kiosk_ui.samples.base import BASE, NOW_MS


def papers() -> dict[str, View]:
    """Return the screens at which something is laid down, read, or taken away."""
    return {
        "id_card": replace(
            BASE,
            screen="insert_card",
            lead="请把*身份证*放在亮灯处。",
            more="人像朝上，放平就行。",
            parts=(
                PicturePart("id_card", "身份证放这里，不用插进去"),
                ChoicePart((Option("back", "没带身份证", icon="x", style="minor"),)),
            ),
        ),
        "document": replace(
            BASE,
            screen="document",
            lead="请把纸*放平*，四个角都露出来。",
            more="放好别动，我自己会照。",
            parts=(
                PicturePart("document", "再往左挪一点"),
                CountdownPart(NOW_MS + 52_000, 60_000, "还有", extend_label="我要慢一点，多给我一分钟"),
                ChoicePart((Option("back", "不照了", icon="x", style="minor"),)),
            ),
        ),
        "document_read": replace(
            BASE,
            screen="document",
            lead="看清了，是一张*定期存单*。",
            more="我念的对不对，您核一下。",
            captions=("我念的对不对，您核一下。",),
            parts=(
                PicturePart("document"),
                ListPart(
                    (
                        Row("到期日", "2026年11月24日", "看到的", "done"),
                        Row("金额", "30,000.00 元", "看到的", "done"),
                    ),
                    "form",
                ),
                ChoicePart(
                    (
                        Option("again", "再照一次", icon="again"),
                        Option("confirm", "对，没错", icon="check", style="primary"),
                    ),
                    "pair",
                ),
            ),
        ),
        "receipt": replace(
            BASE,
            screen="receipt",
            lead="办好了，要*回单*吗？",
            more="打出来，或者用手机扫一扫存下来。",
            parts=(
                TextPart("给刘 * 芳转 5,000 元，已受理\n明天 10:24 到账，到账前可以撤回", "note", "check"),
                ChoicePart(
                    (
                        Option("receipt:paper", "打一张", icon="print"),
                        Option("receipt:phone", "用手机扫码存", icon="qr"),
                        Option("receipt:none", "不要回单", icon="x"),
                    )
                ),
            ),
        ),
        "receipt_qr": replace(
            BASE,
            screen="receipt",
            lead="请用手机*扫一扫*。",
            more="存到手机里，随时能看。",
            parts=(
                QrPart("https://kiosk.example/r/7Q2M-4VXD-91HK", "二维码 10 分钟内有效，只能存一次"),
                CountdownPart(NOW_MS + 41_000, 60_000, "还有", extend_label="我要慢一点，多给我一分钟"),
                ChoicePart((Option("receipt:done", "存好了", icon="check", style="primary"),)),
            ),
        ),
        "veiled": replace(
            BASE,
            screen="satisfaction",
            lead="旁边有人，*金额先盖住了*。",
            more="",
            parts=(
                ChoicePart((Option("unveil", "没关系，给我看", icon="hand"),)),
                ChoicePart(
                    (
                        Option("solved:no", "还没有", icon="neutral"),
                        Option("solved:yes", "解决了", icon="smile"),
                    ),
                    "pair",
                ),
            ),
        ),
    }
