"""A sentence that takes the errand itself back: 那先不转了, 今天不交了, 不存了，把钱退我, 是我自己取的，不用查了.

The heads hear the errand's name and take it for an order. The words that decide stand at the end, in a clause of their own,
and are few: a no, the errand's verb, 了. Somebody else's refusal (他不还了) and a card that will not be kept (卡不用了) are none.
"""

from __future__ import annotations

import re

_WHO = (
    r"(?:那|就|我|俺|咱|我们|咱们|侬|今天|今儿|今日|这次|这回|先|暂时|还是|也|都|干脆|要不|要么|算了|哎|唉|哦|噢|嗯|好|行|等等|等一下|这钱|钱|这个|那个|这笔|那笔|现金|"
    r"听你的|你|您|姑娘|师傅|真|可|倒|反正|所以|既然|这样|的话|不|别|吧|啊|呀)*?"
)
_NO = r"(?:不想|不用|不要|不必|不打算|不敢|先不|甭|唔|冇|别|莫|不)"
_BESIDE = r"(?:再|先|急着|给我|帮我|替我|给他|给她|跟他|给人家|给你|在这|急|用|着)*"
_VERB = (
    r"(?:转账|转帐|汇款|打款|取款|取钱|存钱|存款|还款|付款|打钱|寄钱|缴费|交费|充值|申请|办理|打印|签约|分期|补办|补卡|换卡|开户|销户|赎回|贷款|提前还|提前取|改密码|重置|"
    r"转|汇|打|取|存|买|交|缴|充|办|弄|整|搞|做|还|付|赎|贷|投|补|换|查|兑|印|寄|捐|借|提|领|约|开|销|签|拿|攞)"
)
_THING = r"(?:这个|这笔|那个|那笔|它|他|她|钱|款|账|定期|死期|理财|基金|国债|保险|信用卡|卡|存单|现金|流水|单子|密码|户|号|么子|啥|什么|那么多|这么多|现钱)*"
_DONE = r"(?:了|啦|咯|喽|勒|嘞|鸟)"
_END = r"(?:吧|啊|哈|呀|嘛|哦|先|好了|就这样)*"
_DROPPED = re.compile(rf"{_WHO}(?:{_NO}{_BESIDE}{_VERB}{_THING}{_DONE}{_END})+")
_BARE = re.compile(rf"(?:我|那|就|先|还是|可)*(?:不|别)(?:转|汇|取|存|买|交|办|付|给){_END}")
"""Without 了 only after something else was said: 她说号被盗了，不转."""

_GIVES_UP = re.compile(
    r"(?:那|就|还是|我看|要不|干脆|哎|唉|罢了)*(?:算了|拉倒|作罢|罢了)(?:吧|算了|了|啊|不办了|不弄了)*|"
    r"(?:那|就|还是|我|先|今天)*(?:下次|下回|改天|改日|回头|过两天|明天|以后)(?:再(?:来|说|办|弄|讲)吧?|吧)"
)
_ASIDE = re.compile(
    r"(?:那)?(?:你)?(?:把)?(?:我的?)?(?:钱|卡|现金|身份证|东西|存折|折子)?(?:先)?(?:退|还|吐|给|拿)(?:出来|回来|回)?(?:还)?(?:给)?(?:我)?(?:就行|吧|出来|回来|卡)*|退卡(?:吧)?|"
    r"(?:我)?(?:先)?(?:走|回|回家|回去|撤|闪)(?:了|吧|去)*|谢谢.{0,3}|麻烦.{0,4}|不好意思|对不起|抱歉|打扰了|再见|拜拜|没事了?|没事没事|就这样吧?|好吧|行吧|先这样|"
    r"(?:我)?(?:再)?(?:想想|看看|考虑考虑|考虑一下|琢磨琢磨|商量商量|问问)(?:再说|再来|吧)?|"
    r"(?:下次|下回|改天|改日|回头|过两天|明天|以后)(?:再)?(?:来|说|办|弄|讲)?(?:吧|再说)?|退出(?:去|来)?|返回|取消(?:吧)?|算了(?:吧)?|头晕|放着吧?|留着吧?|留着.{1,6}"
)
_SHORTEST = 4
"""Characters of an errand named anew."""

_MARK = re.compile(r"[，。！？；、,.!?;…~\s]+")
_TOLD = re.compile(r"怎么|为什么|为啥|凭什么|咋|[吗呢么？?]|如果|要是|万一|的话")
_RECALLED = re.compile(r"延时|预约|还没到|没到账|撤|追回|来着|确定|确认|犹豫期|光问|只问")
"""What is already on its way is recalled, not dropped; 确定，不改了 is a yes."""

_CLOSED = re.compile(r"谢|走啦|可以了|没事了|好了")
"""Words of goodbye: 谢谢，下次再来 takes nothing back."""

KEPT = frozenset({"complaint", "human_agent", "cancel"})
"""A complaint that ends with 不办了 stays one."""


def withdrawn(text: str) -> bool:
    """Return whether the sentence ends by taking back what it, or the one before it, asked for."""
    pieces = [piece for piece in _MARK.split(text) if piece]
    if not pieces or _RECALLED.search(text):
        return False
    gives_up = len(pieces) > 1 and bool(_GIVES_UP.fullmatch(pieces[-1])) and not _CLOSED.search(text)
    while len(pieces) > 1 and _ASIDE.fullmatch(pieces[-1]) and not _DROPPED.fullmatch(pieces[-1]):
        if _BARE.fullmatch(pieces[-1]):
            break
        pieces.pop()
    if _TOLD.search(pieces[-1]):
        return False
    return gives_up or bool(_DROPPED.fullmatch(pieces[-1])) or (len(pieces) > 1 and bool(_BARE.fullmatch(pieces[-1])))


_STEPS_OVER = re.compile(
    rf"{_WHO}(?:{_NO}(?:等|排|排队|找人|麻烦你|麻烦别人|跟你说|说|试|看){_DONE}{_END})|(?:那|哎|唉|嗯|哦)*(?:算了|不划算|划不来|不合算|太贵了?|太慢了?|太麻烦了?|等(?:了)?半天了?|晓得晓得|知道知道)(?:算了|吧)*"
)


def instead(text: str) -> int:
    """Return where the words begin that are wanted instead of what is given up before them (算了，一次还清), or 0."""
    at = 0
    for match in _MARK.finditer(text):
        piece = text[at : match.start()]
        if not (_DROPPED.fullmatch(piece) or _STEPS_OVER.fullmatch(piece)):
            break
        at = match.end()
    return at if len(text) - at >= _SHORTEST else 0
