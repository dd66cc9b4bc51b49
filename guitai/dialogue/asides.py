"""What a customer says about the dialogue itself beside the errand, wherever in the sentence it stands: closed lists, pure.

The language step tells a sentence that is such a move from end to end (等一下). Here the words are known to come in the
middle of an errand, so that a few of them are enough: 等会儿哈，我翻翻那张纸条.
"""

from __future__ import annotations

import re

from guitai.messages.voice import Move

_WAIT = re.compile(
    r"^(?:[哎诶欸呃嗯哦噢啊呀好行那你您先请再就，,、。\s]|慢着|且慢)*(?:等(?!多|几|下次|明|以后|有空|到|了|半天|级|于|额)|稍等|稍候|慢着|慢点|别急|别催|不急|不着急|且慢|容我|让我[找翻掏想算数问看戴]|我(?:得|要)?先?(?:[找翻掏想算数戴](?:一|下|个|出|[找翻掏想算数问])|看看(?!我?的?[余卡账明流])))"
    r"|(?:还|我)没(?:数|找|想|拿|翻|掏|算|弄|看|戴|准备)(?:完|好|到|着|清楚?|出来|见)|我[^，。]{0,2}(?:[找翻掏算数想](?:一下|一?[找翻掏算数想]))|(?:得|要|先|去|等我)问(?:问|一下|一声|下)(?=$|我|俺|咱|家|老|儿|闺|女|媳|爱人|孩|他|她|对象)|[，,。]你?先?等(?:会|一?下|一会|等)儿?(?:啊|哈|呀|哦|嘛)?[。！!]?$|\b(?:wait|hold on|hang on|just a|one (?:moment|minute|second|sec)|let me (?:see|find|check|look|think))\b"
)
_SKIP = re.compile(
    r"跳过|略过|免了|不(?:用|必|想|方便)?(?:填|写|说|选|提供|告诉)了?$|不填|\bskip\b|\bleave it (?:out|blank|empty)\b"
)
_NO_SLIP = re.compile(
    r"(?:小票|回单|凭条|凭证|单子|收据|票据?)[^，。]{0,3}(?:不|免|别|甭)|(?:不|免|别|甭)(?:要|用|必|需要)?[^，。]{0,3}(?:小票|回单|凭条|单子|收据)|\bno (?:receipt|slip)\b"
)
_GOES_ON = re.compile(
    r"(?:接着|继续|往下|还是|照样|照旧|就)(?:给我|帮我|把[^，。]{0,4})?(?:办|来|转|取|存|汇|打|弄|做|走|交|买|还)|^继续|继续吧?$|\b(?:go on|carry on|continue|go ahead)\b"
)
_DROPS = re.compile(
    r"(?<!是)(?:不|别|甭|先不|暂时不|暂不)(?:想|要|用|打算|再)?(?:办|转|取|存|交|买|还|汇|打|弄|开|改|换|挂|订|约|申请|做|撤|充|缴)了?(?:了|吧|啦|咯|[，,。！!\s]|$)|退给?我|还给我|\b(?:cancel|forget it|never ?mind|don'?t want)\b"
)
_NO_DROP = re.compile(r"[办转取存交买还汇打弄开改换挂订约做撤充缴]不了|为什么|怎么|吗|[？?]")
_ALONE = re.compile(
    r"(?:不|别|甭)(?:用|必|要|想)?再?(?:等|叫|找|麻烦|喊)(?:人|柜员|工作人员|他们|你们)?了|不等|自己(?:来|办|弄|查|取|转|存|做)|\b(?:myself|won'?t wait|can'?t wait|not wait)\b"
)
_NO = re.compile(
    r"(?:不|不是|不行|不要|不用|不了|别|没有|没|算了|否|拉倒|取消|不办|不办了|no|nope|cancel)(?:不|不是|不行|不要|不用|别|算了|取消|了|吧|啊|呀|的|哦|谢谢|thanks|，|,|。|！|!|\s)*",
    re.IGNORECASE,
)
_WRONG = re.compile(
    r"[，,。\s]*(?:哦|噢|啊|哎|诶|这|这个|这里|那个|有|还|好像|金额|数|名字|人|收款人|账号|都|是|不|我|要|想|得|再|能|可以)*"
    r"(?:不对|不是|错了?|有问题|写错|弄错|搞错|说错|听错|改一?[改下]|修改|更正|重来|重新[填说来]|换一?[换个下])(?:不对|了|啊|呀|吧|的|嘛|哦|吗|一下|人|数|，|,|。|！|!|\s)*|(?:that'?s )?(?:wrong|not right)\W*",
    re.IGNORECASE,
)

_NOTHING = re.compile(
    r"(?:[哦噢嗯啊我就还是先那都也，,。、\s]|什么|啥|哪儿|哪里)*"
    r"(?:(?:不|别|甭)(?:用|要|想|必)?再?[改换动](?:什么|啥)?|没(?:有|什么|啥|哪里|哪儿)*(?:不对|错|要改|问题)?|都?对的?|不(?:用|必))"
    r"(?:没(?:有|什么|啥)?(?:不对|错)?|(?:不|别|甭)(?:用|要|想|必)?再?[改换动]|都?对|都?挺?好|就这样|谢谢|[了吧啊呀的您你，,。！!\s])*"
    r"|(?:no\W+)?nothing(?: (?:is wrong|to change))?\W*|(?:it'?s|that'?s|all) (?:fine|right|correct)\W*",
    re.IGNORECASE,
)

_RATHER = re.compile(
    r"^(?:[哎唉哦噢嗯好那]|行了|得了|我?不等了?|[，,。！\s])*(?:算了|得了|行了|不说了|罢了|拉倒|还是先?)(?!吧?[。！]?$)"
)
"""At the beginning only."""

_UPSET = re.compile(
    r"气死|烦死|急死人|气人|恼火|火大|窝火|受够|不像话|岂有此理|欺负人|坑(?:人|爹|我)|耍(?:我|人|猴)|糊弄|忽悠我|磨磨[唧叽蹭]|没完没了|什么(?:破|烂|鬼|狗屁|垃圾|玩意|态度)"
    r"|破(?:机器|机子|玩意|银行|东西|柜子)|(?<!捡|拾)垃圾(?!桶|费|站|箱|处|清|分|袋)|太差|差劲|他妈|妈的|扯淡|胡扯|有病吧|神经病|(?:听|说)(?:的)?不?懂?人话|\b(?:ridiculous|useless|bullshit|damn|stupid machine)\b",
    re.IGNORECASE,
)


def move(text: str) -> Move:
    """Return wait, skip or continue where the words in the middle of an errand say so, else nothing."""
    said = text.strip().lower()
    if no_slip(said) or _SKIP.search(said):
        return "skip"
    if _WAIT.search(said):
        return "wait"
    return "continue" if _GOES_ON.search(said) else ""


def no_slip(text: str) -> bool:
    """Whether no paper is wanted."""
    return bool(_NO_SLIP.search(text.lower()))


def drops(text: str) -> bool:
    """Whether the errand under way is not wanted any more: 不存了，把钱退我."""
    return bool(_DROPS.search(text.lower())) and not _NO_DROP.search(text) and not no_slip(text)


def drops_in_the_end(text: str) -> bool:
    """Whether the errand is not wanted any more, and no wait follows that: 等下，不取了, but not 先别转，等一下."""
    found = _DROPS.search(text.lower())
    return found is not None and drops(text) and not _WAIT.search(text.lower()[found.end() :])


def rather(text: str) -> bool:
    """Whether the words give up what was wanted before for what follows: 算了，给我取一千吧."""
    return bool(_RATHER.search(text))


def upset(text: str) -> bool:
    """Whether strong words say what the customer feels, however the sentence sounds as a whole."""
    return bool(_UPSET.search(text))


def alone(text: str) -> bool:
    """Whether the customer will not wait for a human any longer."""
    return bool(_ALONE.search(text.lower()))


def beside(text: str) -> bool:
    """Whether the words are about the dialogue, so that they are no name."""
    return bool(move(text)) or drops(text) or only_no(text) or wrong(text)


def only_no(text: str) -> bool:
    """Whether the words are a no and nothing else."""
    return bool(_NO.fullmatch(text.strip()))


def wrong(text: str) -> bool:
    """Whether the words only say that something is not right: 不对, 名字错了, 改一下."""
    return bool(_WRONG.fullmatch(text.strip()))


def nothing(text: str) -> bool:
    """Whether an answer to what is wrong says that nothing is: 没有不对, 不改了."""
    return bool(_NOTHING.fullmatch(text.strip()))
