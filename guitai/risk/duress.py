"""Words of a robber beside the customer, or of a customer who is being forced. Closed lists, no model; pure.

The microphone cannot tell who speaks: what counts is that the words threaten the one they are said to (你), or that
the speaker is forced. A caller's threat that a customer tells of (他说要杀我儿子) is a story, and the scam score's.
"""

from __future__ import annotations

import re

_BODY = r"(?:胳膊|手指头?|手|腿|脖子|脸|喉咙)"
_VIOLENT = r"(?:弄|打|捅|砍|杀|宰|掐|勒|整|揍|崩|毙|剁|做|搞|烧)(?:死|残|废|烂)"
_SURE = re.compile(
    rf"(?:{_VIOLENT})(?:你|您)|(?:捅|砍|宰|废|灭|杀|毙)了?你(?!们)|(?:一刀|一枪)(?:捅|砍|宰|崩|杀|毙|了结)?(?:了|死)?你"
    rf"|(?:打断|卸|剁|割|砍|拧断|划烂|划花)(?:了|掉)?你(?:的)?(?:一条|一只|一根)?{_BODY}"
    r"|要(?:了)?你(?:的)?(?:小|狗|老)?命|你(?:的)?(?:小|狗|老)?命(?:还)?(?:要不要|不要了|不想要)|送你(?:上路|归西|见阎王)|给你(?:放放?血|一刀|一枪)"
    r"|(?:不想|想)(?:死|挨刀|挨枪|挨捅|吃枪子|吃刀子|见血)(?:就|的话|吗|是不是|是吧|你)|想活命|不想活了(?:是|吧|就|吗|你)|不想活就"
    r"|(?:刀子?|枪|家伙)(?:可|它)?不长眼|(?<![不哪没谁])敢(?:喊|叫|嚷|吭声|吱声|出声|报警|求救|声张|耍花样|耍花招|按铃)"
    r"|再(?:喊|叫|嚷|吭声|出声|废话)(?:一声|一句)?(?:就|我就|老子)|别(?:耍花样|耍花招|耍滑头|想报警|逼我动手)|不(?:许|准)(?:喊|叫|报警|声张|求救)"
    r"|让你(?:走|出)不(?:了|出)(?:这|去)|别想活着|杀你全家"
    r"|i(?:'ll| will)(?: fucking)? (?:kill|shoot|stab|cut|hurt) you|(?:scream|shout|call the police|make a sound)[^.]{0,20}(?:and i'?ll|or i'?ll|you'?re dead)"
    r"|don'?t you dare (?:scream|shout|call)|i(?:'ve got| have) a (?:knife|gun)",
    re.IGNORECASE,
)
_FORCED = re.compile(
    r"救命(?!的?(?:钱|药|稻草|恩|费))|救救我(?!们?的?(?:女儿|姑娘|外公|外婆|公公|婆婆|同学|同事|老师|老板|老师傅|闺女|儿子|娃|孩子|宝宝|孙|妈|母亲|爸|父亲|爹|娘|爷|奶|姥|老公|老婆|爱人|媳妇|老伴|丈夫|妻子|哥|姐|弟|妹|家|亲|朋友|公司|店|厂|狗|猫|卡|钱|账))|(?:拿|用|掏)(?:着|出)?(?:刀子?|枪|匕首)[^，。]{0,4}(?:逼|顶|指|对|架|抵|威胁)着?(?:我|俺)"
    r"|(?:他|她|他们|这个?人|那个?人|这男的|那男的|有人|后面|旁边|边上)(?:的人|那人|那个人)?(?:正|在|正在)?(?:逼|劫持|挟持|胁迫|绑)着?(?:我|俺)(?:取|转|拿|来|过来|到|把|去|给|$)"
    r"|(?:我|俺)(?:被|让|叫)(?:人|他|他们|她)?(?:劫持|绑架|挟持|胁迫|绑|抢劫)(?:了|着)|(?:偷偷|悄悄|快)(?:地)?(?:帮|替|给)我报警"
    r"|being (?:forced|held)|(?:he|they)(?:'s| is|'re| are) (?:forcing|threatening) me|at (?:gun|knife) ?point",
    re.IGNORECASE,
)
_ROUGH = re.compile(
    r"(?:放|给我)老实|老实(?:点|些|按|取|转|输|交|拿|一点)|(?:别|不许|不准)(?:出声|吱声|吭声|吭气|喊人|乱喊|乱叫|回头|乱动|乱看|东张西望)|有你好(?:看|受)|给你好看|别想(?:走|跑|出去)"
    r"|少(?:跟我)?(?:废话|啰嗦|罗嗦)|(?:不|敢不)(?:取|转|给|拿|交)(?:出来)?(?:试试|你试试)|(?:动手(?!术|办|做)|收拾你|揍你|抽你|弄你)"
)


def threatened(text: str, *, company: bool) -> bool:
    """Return whether the words are those of a robbery; rough ones only with somebody standing close to the customer."""
    return bool(_SURE.search(text) or _FORCED.search(text) or (company and _ROUGH.search(text)))
