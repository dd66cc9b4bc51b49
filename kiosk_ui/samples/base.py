"""What all samples share: the moment, the bar, the branch."""

from __future__ import annotations

from guitai.messages.view import (
    BarItem,
    View,
)

NOW_MS = 1_795_314_240_000
BAR = (
    BarItem("human", "人工", "human"),
    BarItem("back", "返回", "back"),
    BarItem("large", "大字", "big"),
    BarItem("ease", "更方便", "sun"),
    BarItem("again", "重说", "again"),
    BarItem("language", "语言", "lang"),
)
BAR_LARGE = (*BAR[:2], BarItem("large", "标准字", "big", on=True), *BAR[3:])
BASE = View(screen="conversation", lead="", bar=BAR, branch="和平路支行", mic="open")
