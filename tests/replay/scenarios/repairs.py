"""A scripted customer for every repair pattern: by words, and by touch alone where no words are needed for it."""

from __future__ import annotations

from guitai.scenarios.model import Scenario
from tests.replay.scenarios.book import scenario, turn, world

SENT = {"resolved": True, "money_moved_fen": 50_000, "direction": "out", "card_with": "customer", "asked_twice": []}
TAKEN = {"resolved": True, "money_moved_fen": 80_000, "direction": "out", "card_with": "customer", "asked_twice": []}
LOOKED = {"resolved": True, "money_moved_fen": 0, "card_with": "customer"}
NOTHING = {"money_moved_fen": 0, "card_with": "customer", "frozen": False}
CONFIRMED = (turn("touch", "confirm", action="serve"), turn("take_card"))
CASH = (*CONFIRMED, turn("take_notes"))
TO_CONFIRM = turn("say", "给赵敏转五百块", action="second_confirm", must_say=["500"])
BY_HAND = (turn("touch", {"intent": "withdraw_cash"}), turn("touch", {"amount_fen": 80_000}, must_say=["800"]))
BALANCE = ["52000|52,000"]

TEXT: dict[str, Scenario] = {
    "interruption": scenario(
        TO_CONFIRM,
        turn("say", "等一下，先看看我余额够不够", intent="query_balance", must_say=BALANCE),
        turn("say", "够，接着办", must_say=["500"]),
        *CONFIRMED,
        **SENT,
    ),
    "correction": scenario(
        turn("say", "给赵敏转八百", must_say=["800"]),
        turn("say", "哦不，五百", slots={"amount_fen": 50_000, "payee": "赵敏"}, must_say=["500"]),
        *CONFIRMED,
        **SENT,
    ),
    "cancel": scenario(TO_CONFIRM, turn("say", "算了，不转了", must_say=["不办了"]), turn("take_card"), **NOTHING),
    "cancel taken back": scenario(
        TO_CONFIRM, turn("say", "算了，不转了"), turn("say", "还是接着办吧", must_say=["500"]), *CONFIRMED, **SENT
    ),
    "skip": scenario(TO_CONFIRM, turn("say", "小票不要打了，跳过", must_say=["500"]), *CONFIRMED, **SENT),
    "chit-chat": scenario(
        turn("say", "取八百块", must_say=["800"]), turn("say", "你们这机器还会说话呢，真稀奇"), *CASH, **TAKEN
    ),
    "clarify": scenario(
        turn("say", "卡的事", must_say=["还是"]), turn("say", "后一个", must_not=["还是"]), money_moved_fen=0
    ),
    "cannot handle": scenario(
        turn("say", "帮我买张去武汉的火车票", must_say=["办不了|不会办", "柜员"]),
        turn("say", "那就查余额", intent="query_balance", must_say=BALANCE),
        turn("take_card"),
        **LOOKED,
    ),
    "repeat": scenario(TO_CONFIRM, turn("say", "你再说一遍", must_say=["500"]), *CONFIRMED, **SENT),
    "wait": scenario(
        turn("say", "我要取钱", kiosk_asks="amount"),
        turn("say", "等会儿，我找找眼镜", must_say=["等您"]),
        turn("say", "看清了，八百", slots={"amount_fen": 80_000}, must_say=["800"]),
        *CASH,
        **TAKEN,
    ),
    "silence": scenario(
        turn("say", "取八百块", must_say=["800"]), turn("silence", must_say=["800"]), turn("say", "在呢，对的"), *CASH, **TAKEN
    ),
    "hand over": scenario(
        TO_CONFIRM,
        turn("say", "我不放心，叫个工作人员来", action="human"),
        turn("teller accept"),
        turn("teller say", "您好，我来帮您看看。", must_say=["我来帮您看看"]),
        turn("teller decide", "approve"),
        turn("take_card"),
        handed_to_human=True,
        handover_history_min_turns=2,
        money_moved_fen=0,
    ),
    "human not waited for": scenario(
        turn("say", "有没有人啊，叫个工作人员", action="human"),
        turn("say", "不等了，我自己查余额", must_say=BALANCE),
        turn("take_card"),
        **LOOKED,
    ),
    "start and end": scenario(
        turn("say", "查一下余额", must_say=BALANCE), turn("say", "好了，没别的事了，谢谢"), turn("take_card"), screen_cleared=True, **LOOKED
    ),
    "again": scenario(
        turn("say", "给赵敏转三百"),
        turn("touch", "confirm"),
        turn("say", "再给她转两百", slots={"payee": "赵敏", "amount_fen": 20_000}, must_say=["200"]),
        *CONFIRMED,
        **SENT,
    ),
    "two in one breath": scenario(
        turn("say", "先查余额，再给赵敏转五百块", must_say=BALANCE),
        turn("say", "好的，接着办", must_say=["500"]),
        *CONFIRMED,
        **SENT,
    ),
    "line down and back": scenario(
        turn("network link_down"),
        turn("say", "给赵敏转五百块", must_say=["断了"]),
        turn("network link_up"),
        turn("say", "好了，接着办", must_say=["500"]),
        *CONFIRMED,
        **SENT,
    ),
}  # fmt: skip

TOUCH: dict[str, Scenario] = {
    "interruption": scenario(
        turn("touch", {"intent": "withdraw_cash"}),
        turn("touch", {"intent": "query_balance"}, must_say=BALANCE),
        turn("touch", {"intent": "withdraw_cash"}),
        turn("touch", {"amount_fen": 80_000}, must_say=["800"]),
        *CASH,
        **TAKEN,
    ),
    "correction": scenario(
        turn("touch", {"intent": "withdraw_cash"}),
        turn("touch", {"amount_fen": 30_000}, must_say=["300"]),
        turn("touch", {"amount_fen": 80_000}, must_say=["800"]),
        *CASH,
        **TAKEN,
    ),
    "correction of the payee": scenario(
        turn("touch", {"intent": "transfer"}),
        turn("touch", {"payee": "钱小红"}),
        turn("touch", {"payee": "赵敏"}),
        turn("touch", {"amount_fen": 50_000}, slots={"payee": "赵敏"}, must_say=["500"]),
        *CONFIRMED,
        setup=world(
            history={"known_payees": ["赵敏", "钱小红"], "typical_transfer_fen": 100_000, "transfers_30d": 2},
            payees={
                name: {"account_no": number, "bank": "本行", "first_transfer": False}
                for name, number in (("赵敏", "6200000000000000000"), ("钱小红", "6217000012345678903"))
            },
        ),
        **SENT,
    ),
    "cancel": scenario(*BY_HAND, turn("touch", "cancel", must_say=["不办了"]), turn("take_card"), **NOTHING),
    "clarify": scenario(turn("say", "卡的事", must_say=["还是"]), turn("touch", {"intent": "swallowed_card"}, must_not=["还是"]), money_moved_fen=0),
    "cannot handle": scenario(turn("say", "帮我买张去武汉的火车票"), *BY_HAND, *CASH, **TAKEN),
    "wait": scenario(
        turn("touch", {"intent": "withdraw_cash"}),
        turn("silence", must_say=["慢慢找"]),
        turn("touch", {"amount_fen": 80_000}),
        *CASH,
        **TAKEN,
    ),
    "silence": scenario(*BY_HAND, turn("silence", must_say=["800"]), *CASH, **TAKEN),
    "hand over": scenario(
        *BY_HAND,
        turn("touch", "human", action="human"),
        turn("teller accept"),
        turn("teller decide", "approve"),
        turn("take_card"),
        handed_to_human=True,
        money_moved_fen=0,
    ),
    "start and end": scenario(
        turn("touch", {"intent": "query_balance"}, must_say=BALANCE), turn("touch", "confirm"), turn("take_card"), **LOOKED
    ),
    "one after the other": scenario(
        turn("touch", {"intent": "query_balance"}, must_say=BALANCE),
        turn("touch", "continue"),
        *BY_HAND,
        *CASH,
        **TAKEN,
    ),
    "line down and back": scenario(
        turn("network link_down"),
        turn("touch", {"intent": "query_balance"}, must_say=["断了"], must_not=["52000"]),
        turn("network link_up"),
        turn("touch", {"intent": "query_balance"}, must_say=BALANCE),
        turn("take_card"),
        **LOOKED,
    ),
}  # fmt: skip
"""Asking to repeat, leaving the slip out and chit-chat are words; 重说 is pressed in tests/unit/session/test_midway.py."""
