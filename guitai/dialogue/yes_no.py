"""A closed grammar for yes and no: when the kiosk has just asked, few words are enough and their meaning is clear."""

from __future__ import annotations

import re
from typing import Literal

_NO = re.compile(
    r"没(有)?(解决|办好|弄好|好|见过|用)|还没|不(对|是|行|认识|要|用)|没有$|^(不|没|没有)$|不太|有问题|\bno\b|\b(?:can)?not(?:hing)?\b|n['’]t\b"
)
_YES = re.compile(
    r"解决|办好|好了|可以|没问题|^(对|是|嗯|好|行|成|中|要)|对的|是的|见过|认识|搞定|满意|\byes\b|done|solved"
)
_CLOSES = re.compile(
    r"记下|记住|知道了|明白|有数|清楚了|懂了|晓得|收到|谢|麻烦你|麻烦您|辛苦|再见|拜拜|没别的|没有别的|没(?:有|啥|什么)?其[他它]|没事了|没什么事|不用了|不麻烦|就这样|就这些|行了|好了|可以了|走了"
    r"|(?:再|先|得|还是|回去|好好)(?:(?:考虑|琢磨|商量|合计|想)(?:一下|下)?){1,2}(?:再说|再来|再定|吧|[。！!\s]|$)|(?:(?:考虑|琢磨|商量|合计|想)(?:一下|下)?){2}(?:再说|再来|再定|吧|[。！!\s]|$)|回头再说|^[哦噢喔嗯啊]*(?:原来)?(?:是)?(?:这样|如此)(?:子|啊|呀|的|吗)*[。！!]*$"
    r"|\b(got it|thanks|thank you|bye|that'?s (?:all|everything|it)|no more|nothing else|i'?m (?:done|all set)|think (?:it over|about it))\b"
)
_LAST_WORDS = re.compile(
    r"((?:^|[，,。！!\s嗯哦噢好行就也]|别的|其他的?|其它的?)没(?:得|有|啥|什么)?(?:别的|其他的?|其它的?)?(?:事情?|业务|要办的|要弄的)?了|没(?:得|啥|什么)事了|齐活了|妥了|(?:办|弄)完了|到这儿?吧|不办别的了?|别的不办了?|没事了|没啥事了|不用了|没别的了?|没有别的了?|就这样吧?|就这些了?|谢谢(你|您|啊|了|哈|姑娘|小台)*|再见|拜拜|不麻烦了?|不办了)[。！!～~\s]*$"
)
_EITHER = re.compile(
    r"(是|行|好|对|可|能|会|要|用|有|成|中|得|肯|准)(?:不|没)\1|(?:可|能|需|应)不(?:可以|能|需要|应该)|[吗么][？?]?$"
)
"""Words that ask for a yes or a no are none themselves: 娃不来行不行."""

_COMES_BACK = re.compile(
    r"(?:下回|下次|下趟|下礼拜|下周|下个?月|改天|改日|回头|周末|礼拜[一二三四五六天日]|周[一二三四五六日]|明[天儿]|明后天|后天|过[两几]天|过阵子|有空|有时间|到时候?|等[^，。]{1,8}?(?:了|好|再)|(?:发了|拿到)[^，。]{1,4})"
    r"[^，。]{0,8}(?:来|说|办|弄|讲|看|取|买|存|找你)|(?:先|得|要|那我?|我)(?:先)?(?:回去|回家|去家里?|回屋|回单位)[^，。]{0,4}(?:拿|取|找|商量|问|想|看|准备)"
)
"""Who says when they will be back wants nothing more today."""

_STILL = re.compile(r"没(解决|办好|弄好)|还没|不(对|行)|有问题|怎么|为什么|多少|吗|呢[？?]?$|[？?]")
MOST_CHARS = 12
"""A longer answer is about something else."""


CLOSING_CHARS = 16


def yes_or_no(text: str) -> Literal["yes", "no"] | None:
    """Return what a short answer means, or None when it is no answer to yes or no."""
    words = re.sub(r"[\s，。！？、,.!?啊呀吧呢哦的了]+$", "", text.strip().lower())
    if not words or (len(words) > MOST_CHARS and not words.isascii()):
        return None
    if _EITHER.search(words):
        return None
    if re.search(r"(?<!有)没有?问题|\bno problem", words):
        return "yes"
    if _NO.search(words):
        return "no"
    return "yes" if _YES.search(words) else None


def closes(text: str) -> bool:
    """Whether a short sentence says that nothing more is wanted: 记下了, 不用了谢谢."""
    words = text.strip().lower()
    if len(words) > CLOSING_CHARS and not words.isascii():
        return False
    return bool(_CLOSES.search(words) or _COMES_BACK.search(words)) and not _STILL.search(words)


def comes_back(text: str) -> bool:
    """Whether a short sentence says that the customer will be back another time, and asks nothing: 我回去拿一下."""
    words = text.strip().lower()
    return len(words) <= CLOSING_CHARS and bool(_COMES_BACK.search(words)) and not _STILL.search(words)


def ends_closing(text: str) -> bool:
    """Whether a sentence, whatever it was about, ends with words that want nothing more: 是短信费啊，那没事了."""
    return bool(_LAST_WORDS.search(text.strip())) and not _STILL.search(text)
