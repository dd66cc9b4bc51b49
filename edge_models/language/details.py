"""What slots need beyond the 13 types of the notation: who, what for, when, which bill, how much risk. They may overlap those.

Types and their canonical values: ``term`` ISO 8601 (P3M, P1Y); ``range`` of a statement (last_month, last_3m, last_year, today, 2026-11, a/b);
``instalments`` (12); ``time`` (14:30, AM, PM); ``ordinal`` (2, -1 the last); ``relation`` (儿子); ``bank`` (工商银行); ``bill`` (水费); ``user_no``
digits; ``card_kind`` (储蓄卡); ``purpose`` (装修); ``reason`` (丢失); ``arrival`` (realtime, normal, next_day); ``pay_kind`` (full, minimum);
``risk_answer`` (none, little, some, much); ``share`` (all, half); ``notes`` the sum of notes that are counted (五张一百的: 500.00);
``recipient`` a name by its place in the sentence, beyond the names the notation counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from edge_models.language import numerals, recipients, when
from edge_models.language.spans import Span

TYPES = frozenset(
    {
        "term", "range", "instalments", "time", "ordinal", "relation", "bank", "bill", "user_no", "card_kind", "purpose", "reason", "arrival",
        "pay_kind", "risk_answer", "share", "notes", "recipient",
    }
)  # fmt: skip

_WORDS: dict[str, dict[str, str]] = {
    "relation": {
        "儿子": r"(?:我|俺|咱)?(?:大|小)?儿子|我(?:家)?娃儿?|犬子", "女儿": r"(?:我|俺|咱)?(?:大|小)?(?:女儿|闺女|姑娘(?=家))", "丈夫": r"(?:我|俺)?(?:老公|丈夫|爱人|先生(?=的卡))", "妻子": r"(?:我|俺)?(?:老婆|媳妇儿?|妻子|太太)",
        "老伴": r"(?:我|俺)?老伴儿?", "父亲": r"(?:我|俺)(?:爸爸?|爹|父亲|老爸|老爹)|老爸|老爹", "母亲": r"(?:我|俺)(?:妈妈?|娘|母亲|老妈)|老妈|老娘", "父母": r"(?:我|俺)?(?:爸妈|父母)", "孙子": r"(?:我|俺)?(?:大)?孙子|孙儿", "孙女": r"(?:我|俺)?孙女儿?",
        "哥哥": r"(?:我|俺)(?:大|二|堂|表)?哥哥?", "姐姐": r"(?:我|俺)(?:大|二|堂|表)?姐姐?(?!夫)", "弟弟": r"(?:我|俺)(?:大|二|小|堂|表)?弟弟?(?!媳)", "妹妹": r"(?:我|俺)(?:大|二|小|堂|表)?妹妹?(?!夫)",
        "侄子": r"(?:我|俺)?侄子", "侄女": r"(?:我|俺)?侄女", "外甥": r"(?:我|俺)?外甥(?!女)", "外甥女": r"(?:我|俺)?外甥女", "女婿": r"(?:我|俺)?女婿", "儿媳": r"(?:我|俺)?儿媳妇?",
        "房东": r"房东", "中介": r"中介", "老板": r"(?:我)?(?<![一-龥])老板|我们?老板", "同事": r"(?:我)?同事", "同学": r"(?:我)?同学", "朋友": r"(?:我)?(?:男|女)?朋友", "老师": r"老师(?!傅)",
        "邻居": r"邻居", "客户": r"(?<!大)客户(?!号|经理)", "供应商": r"供应商|供货商", "工人": r"(?:我)?工人|包工头", "医院": r"医院", "学校": r"学校|幼儿园", "物业": r"物业", "本人": r"我自己|本人|自己(?:的)?(?=卡|账|户|另|$)",
    },
    "bank": {
        "工商银行": r"(?:中国)?工商银行|工行", "农业银行": r"(?:中国)?农业银行|农行", "中国银行": r"中国银行|中行", "建设银行": r"(?:中国)?建设银行|建行", "交通银行": r"交通银行|交行", "邮储银行": r"(?:中国)?邮政储蓄银行|邮储(?:银行)?|邮政(?:银行)?",
        "招商银行": r"招商银行|招行", "中信银行": r"中信(?:银行)?", "光大银行": r"光大(?:银行)?", "民生银行": r"民生(?:银行)?", "浦发银行": r"浦发(?:银行)?|浦东发展银行", "兴业银行": r"兴业(?:银行)?", "平安银行": r"平安(?:银行)?(?!福|险)",
        "华夏银行": r"华夏(?:银行)?", "广发银行": r"广发(?:银行)?", "农商银行": r"农商(?:银?行)?|农信社?|信用社|农村信用社", "本行": r"本行|你们?(?:这个?)?(?:行|银行)|咱们?行|同行(?=转|的)",
    },
    "bill": {
        "水费": r"(?:自来)?水费|水钱|交水(?!果)", "电费": r"电费|电钱|交电(?!话)", "燃气费": r"(?:燃气|煤气|天然气|气)费?(?=费|$|的?(?:钱|户|账))|(?:燃气|煤气|天然气)费?", "话费": r"(?:手机|电话)?话费|电话费|手机费", "有线电视费": r"有线(?:电视)?费?|电视费|数字电视",
        "宽带费": r"宽带费?|网费", "取暖费": r"(?:取暖|供暖|暖气|采暖)费?", "物业费": r"物业费", "社保费": r"社保费|医保费|(?:交|缴)(?:社保|医保)|新农合", "学费": r"学费", "罚款": r"(?:交通)?罚款|罚单|违章", "税费": r"(?:个人所得|契|车船)?税费?(?=$|，|。|款|多少)|交税", "停车费": r"停车费", "油费": r"油卡|加油卡",
    },
    "card_kind": {
        "信用卡": r"信用卡|贷记卡|(?i:\bcredit cards?\b)", "储蓄卡": r"储蓄卡|借记卡|银行卡|工资卡|(?i:\b(?:debit|bank|savings|atm) cards?\b)", "存折": r"存折|折子|(?i:\bpass ?books?\b)", "社保卡": r"社保卡|社会保障卡", "存单": r"存单|单子(?=丢|没|找不)",
    },
    "purpose": {
        "装修": r"装修", "学费": r"(?:交|付|缴)?学费|上学|读书(?:用|钱)", "看病": r"看病|住院|手术|押金(?=.{0,4}医院)|医药费|买药|药费", "房租": r"房租|租金", "货款": r"货款|进货|材料款|尾款", "工资": r"(?:发)工资|工钱|结工钱",
        "生活费": r"生活费|家用|零花钱", "买房": r"买房子?|首付|房款", "买车": r"买车|车款|提车", "红包": r"红包|份子钱|压岁钱|随礼|礼金", "结婚": r"结婚|彩礼|婚礼|办喜事", "旅游": r"旅游|出去玩|出国玩", "还款": r"还(?:款|债|账|朋友钱)|还他钱", "投资": r"投资|炒股|做生意|周转",
        "赡养": r"养老|赡养费", "留学": r"留学", "种地": r"化肥|种子|农药|买饲料", "保险": r"交保险|保费", "签证": r"签证",
    },
    "reason": {
        "丢失": r"丢了|弄丢|不见了|找不(?:到|着)了?|掉了|落(?:在|车上)|遗失", "被盗": r"被偷|偷了|让人偷|被抢|被扒", "损坏": r"坏了|断了|折了|裂了|消磁|读不出|刷不出|磁条|芯片(?:坏|不)", "到期": r"(?:快|要)?(?:到期|过期)了?", "被吞": r"被吞|吞了|吞卡",
        "急用": r"急(?:着)?用(?:钱)?|等(?:着)?钱用|周转不开|急需", "遗忘": r"(?:密码)?(?:忘了|忘记了?|想不起来|记不得|记不住)|输错", "换号": r"换(?:了)?(?:手机)?号|号码?换了|老号(?:不用|停)", "出国": r"出国|去国外",
    },
    "arrival": {
        "realtime": r"实时|立刻到|马上到|立即到账|秒到|现在就到|快的", "normal": r"普通(?:到账|的)?|两小时|2小时|不急着到|慢点(?:到|没关系)", "next_day": r"次日|第二天到|明天到|隔天到|24小时后?|二十四小时后?",
    },
    "pay_kind": {
        "minimum": r"最低(?:还款)?(?:额)?|还最少|最少还", "full": r"全额|全部还|全还|一次性?还清|还清|都还了?|还干净",
    },
    "risk_answer": {
        "none": r"(?:一分(?:钱)?)?(?:都|也)?不(?:能|想|愿意?|可以)(?:承受)?(?:亏|赔|损失)|保本|不(?:要|想)(?:有)?风险|亏不起|别亏|绝对不能亏|没有风险|稳(?:一点|的|当|妥)", "little": r"(?:能|可以)?(?:承受)?(?:亏|赔|损失)?一?(?:点点?|丁点|些)(?:儿)?(?:亏|损失|风险)?(?:没事|没关系|能接受|可以|还行)|(?:能)?(?:承受|接受)一?(?:点|些)(?:点|儿)?(?:亏|损失|风险)?|小亏|少亏|亏一点|百分之(?:五|十)以内",
        "some": r"亏(?:个)?百分之(?:十|二十)|亏一?(?:两|二|一)成|中等风险|适中|有赚有赔", "much": r"亏(?:多少|一半|光)(?:都|也)(?:行|没事|无所谓|能接受)|高风险|不怕亏|博一把|风险大点?没事|大风险",
    },
    "share": {
        "all": r"全部|全都|全(?=取|转|拿|存|提|还|换|赎|部|出)|所有的?(?:钱)?|统统|(?:都|全)(?:取|转|拿|提|赎|存)(?:出来|了|走|进去|掉)?|一分不留|清空|取光|取完", "half": r"一半",
    },
}  # fmt: skip
_TABLE = tuple((kind, norm, re.compile(pattern)) for kind, table in _WORDS.items() for norm, pattern in table.items())
CREDIT_CARD = "信用卡"
CARD_KINDS = tuple(_WORDS["card_kind"])

_NOT_THE_CARD = re.compile(
    r"(?:不是|没有?(?:办过?|开过?)?|还(?:了|清|掉)?)(?:[我俺咱你您他她的张]|别人|人家|我们|那张|这张)*$"
    r"|\b(?:not|no|isn't|wasn't|pa(?:y|ys|id|ying)(?: off)?)(?:\s+(?:have|my|the|his|her|their|a))*\s+$",
    re.IGNORECASE,
)
"""Before the words 信用卡: it is another card, there is none, or it is what the money paid off."""

_CARD_IS_WELL = re.compile(
    r"(?:那边|那张|[里上的倒都也是])*(?:没事|没问题|没有问题|没被(?:盗|刷|动)|好好的(?![在放])|正常(?![用使刷消还])|不受影响|(?:不用|不要|别)(?:停|动|管|挂失))"
    r"|(?:\s+(?:is|was)|'s)(?:\s+still)?\s+(?:fine|ok|okay|safe|all right|alright|not (?:affected|touched|involved))\b",
    re.IGNORECASE,
)
"""Behind the words 信用卡: nothing happened to it. That it is still there, or not lost, tells nothing."""

_N = numerals.NUMBER
_INSTALMENTS = re.compile(
    rf"(?:分(?:成|个)?)?(?P<v>{_N})个?期(?!限|间)|分(?:成|个)?(?P<m>{_N})个?月|分(?P<y>一|两|二|三|半)年"
)
_ORDINAL = re.compile(r"第(?P<n>[一二三四五六七八九十\d]{1,2})(?:个|笔|张|款|条|项|种|位|行)?|(?P<last>最后|最下面|末尾)(?:那)?(?:一)?(?:个|笔|张|款|条|项)|(?P<first>最上面|头一|最前面|上面)(?:那)?(?:一)?(?:个|笔|张|款|条|项)|(?P<side>左边|右边)(?:那)?(?:一)?(?:个|张)")  # fmt: skip
_USER_NO = re.compile(r"(?:户号|用户号|缴费号|客户号|用户编号|编号|表号)(?:是|为|：|:)?(?P<v>[\d零〇一二三四五六七八九幺 \-]{4,24})|^(?P<w>\d{6,12}|[零〇一二三四五六七八九幺]{6,12})$")  # fmt: skip
_FEWEST_MONTHS, _MOST_INSTALMENTS = 2, 60


_NOTES = re.compile(
    rf"(?P<n>{numerals.NUMBER})张(?:面值|面额)?"
    r"(?:(?P<each>一百|五十|二十|[十五]|100|50|20|10)(?:块|元)?(?:钱)?的?|红票子?|红的|大票子?|大钞|毛爷爷|百元(?:的|大?钞)?)"
)


def find(text: str) -> Iterator[Span]:
    """Yield the details; of the same type no two share a character."""
    for kind, norm, pattern in _TABLE:
        for match in pattern.finditer(text):
            if match.end() > match.start() and not (norm == CREDIT_CARD and _spared(text, match)):
                yield Span(kind, match.start(), match.end(), norm)
    yield from recipients.recipients(text)
    yield from when.terms(text)
    yield from when.ranges(text)
    yield from when.times(text)
    for special in (_instalments, _ordinals, _user_numbers, _notes):
        yield from special(text)


def _spared(text: str, card: re.Match[str]) -> bool:
    return bool(_NOT_THE_CARD.search(text[: card.start()]) or _CARD_IS_WELL.match(text, card.end()))


def _notes(text: str) -> Iterator[Span]:
    found = list(_NOTES.finditer(text))
    counted = [(numerals.number(one["n"]), numerals.number(one["each"] or "100")) for one in found]
    sums = [count * each for count, each in counted if count and each]
    if found and len(sums) == len(found):
        yield Span("notes", found[0].start(), found[-1].end(), f"{sum(sums):.2f}")


def _instalments(text: str) -> Iterator[Span]:
    for match in _INSTALMENTS.finditer(text):
        if match["y"]:
            count = {"半": 6, "一": 12, "二": 24, "两": 24, "三": 36}[match["y"]]
        else:
            value = numerals.number(match["v"] or match["m"])
            count = int(value) if value is not None and value == int(value) else 0
        if _FEWEST_MONTHS <= count <= _MOST_INSTALMENTS:
            yield Span("instalments", match.start(), match.end(), str(count))


def _ordinals(text: str) -> Iterator[Span]:
    for match in _ORDINAL.finditer(text):
        if match["n"]:
            value = numerals.number(match["n"])
            norm = numerals.plain(value) if value is not None else ""
        else:
            norm = "-1" if match["last"] or match["side"] == "右边" else "1"
        if norm and norm != "0":
            yield Span("ordinal", match.start(), match.end(), norm)


def _user_numbers(text: str) -> Iterator[Span]:
    for match in _USER_NO.finditer(text):
        group = "v" if match["v"] else "w"
        yield Span("user_no", match.start(group), match.end(group), numerals.digits(match[group]))
