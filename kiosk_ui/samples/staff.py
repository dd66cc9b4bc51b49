"""What a technician sees when the machine is handed over to her."""

from __future__ import annotations

from dataclasses import replace

from guitai.messages.view import ChoicePart, Gauge, GaugePart, ListPart, Option, Row, TextPart, View
from kiosk_ui.samples.base import BASE


def staff() -> dict[str, View]:
    """Return the technician's screen."""
    devices = (
        Row("读卡器", "回收箱 1 张", state="ok", icon="card"),
        Row("出钞模块", "出口传感器 S7 遮挡", state="fault", icon="cash"),
        Row("密码键盘", "加密自检通过　09:58", state="ok", icon="pad"),
        Row("回单打印机", "纸剩 12%，约 40 张", state="watch", icon="print"),
        Row("身份证阅读器", "上次读取 10:11", state="ok", icon="id"),
        Row("摄像头　两路", "15 帧/秒，镜头干净", state="ok", icon="cam"),
        Row("麦克风、喇叭", "回声 −52 dB", state="ok", icon="mic"),
        Row("机柜门", "前门开　09:52　张伟", state="watch", icon="lock"),
    )
    gauges = (
        Gauge("箱 1　100 元", 86), Gauge("箱 2　100 元", 54), Gauge("箱 3　50 元", 22, low=True), Gauge("箱 4　10 元", 71),
        Gauge("回收", 8),
    )  # fmt: skip
    figures = (Row("待上传记录", "0 条"), Row("总行连接", "通"), Row("银行连接", "通"), Row("软件版本", "1.4.2"))
    deeds = (Option("tech:touch", "试触摸屏", icon="hand"),)
    return {
        "technician": replace(
            BASE,
            screen="technician",
            lead="技术员模式",
            more="把钥匙转回营业位，就回到客户界面",
            tone="hold",
            mic="shut",
            parts=(
                TextPart("出钞停用：出口传感器 S7 一直被挡\n擦一擦 S7，再看一遍。", "alert"),
                ListPart(devices, "status"),
                GaugePart(gauges),
                ListPart(figures, "figures"),
                ChoicePart(deeds),
            ),
        )
    }
