"""Names of people, companies and products, by surnames, word endings and the words around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from edge_models.language.spans import Span

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛"
    "闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文章季岳齐尚施洪华柳祝殷鲍费凌霍裴舒纪樊管卞骆柯翟梅申庄聂岑詹左关焦牛耿温倪葛邢阎兰路游辛甘车"
)
DOUBLE = "欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|令狐|慕容|司徒|夏侯"
_TITLES = "先生|女士|小姐|师傅|老板|经理|老师|总|姐|哥|叔|姨|婶|伯|嫂|大爷|大妈|阿姨|工|医生|主任|会计|律师|同志"
_STOP = (
    "转打汇付存给的那这要了吗呢把到过去钱账帐卡数几两元块号，。、！？,.? …“”和跟与是在有就去来说让叫收不没发也都想帮寄借还还取拿欠催退提您你我他她它"
    "零一二三四五六七八九十百千万0123456789个请用"
)
_GIVEN_NUMERALS = "一二三四五六七八九十千万元和"
"""Characters that stop a name at its end but may stand inside one (张一鸣, 王二喜)."""

_COMPANY_END = "有限责任公司|股份有限公司|有限公司|集团|商贸|贸易|建材|包装|五金|水产|粮油|商行|经营部|事务所|装饰|物流|科技|机械|服饰|食品|农资|饲料|家具|塑料|纺织"
_BRAND = "广州|杭州|宁波|苏州|上海|北京|深圳|南京|武汉|成都|重庆|天津|青岛|济南|厦门|福州|长沙|合肥|西安|郑州|无锡|温州|义乌|东莞|佛山"
_PERSON = (
    rf"(?:(?:{DOUBLE})[^{_STOP}][^{_STOP}]?"
    rf"|[老小][{SURNAMES}]|阿[^{_STOP}]"
    rf"|[{SURNAMES}](?:{_TITLES})"
    rf"|[{SURNAMES}](?:[^{_STOP}]|[{_GIVEN_NUMERALS}](?=[^{_STOP}]))[^{_STOP}]?"
    rf"|张三|李四|王五|赵六)"
)
_LATIN = r"[A-Z][a-z]+(?: [A-Z][a-z]+){0,2}"
_MOVE = r"(?:转账|转帐|赚账|转|打钱|打款|打|汇款|汇|付款|付|还|存|寄|拨|发|划)"
_ROLE = (
    r"(?:供应商|房东|租客|客户经理|客户|老板|同学|同事|朋友|战友|邻居|中介|老乡|亲家|表弟|表哥|堂弟|会计|包工头|师傅|护工|工人|我手下的工人|"
    r"我(?:弟弟?|哥哥?|姐姐?|妹妹?|侄子|侄女|外甥|外甥女|儿子|女儿|闺女|媳妇|老婆|老公|爸|妈|同学|同事|朋友)|那个…?给谁来着…哦|那个|一个叫|叫)?"
)
_PAYEES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:收款人|收款方|户名|对方户名|名字|姓名|对方)(?:姓名)?(?:是|叫|写的?是|改成|换成|改为|应该是|：|:|为)?，?(?P<v>{_PERSON}|{_LATIN})",
        r"收款人姓(?P<v>[一-龥])",
        rf"给{_ROLE}(?P<v>{_PERSON}|{_LATIN})(?=，|,|、|{_MOVE}|的|那|一?[一二两三四五六七八九十\d]|$|过去|发|买|。|打个)",
        rf"{_MOVE}(?:一?笔?钱?[一二两三四五六七八九十百千万零\d]*(?:块钱|块|元|欧元|美元)?)(?:给|到|去|至){_ROLE}(?P<v>{_PERSON}|{_LATIN})",
        rf"(?:向|往|对|跟){_ROLE}(?P<v>{_PERSON})(?=的?(?:账户|卡|账号|{_MOVE}))",
        rf"(?:^|[，。、…]|那个…?|欠)(?P<v>{_PERSON})(?=那笔|的[一二三四五六七八九\d]|[一二三四五六七八九]千|说货款|打来|转来|汇来)",
        rf"{_ROLE}(?P<v>{_PERSON})(?=的房租|的货款|那笔)",
        rf"(?:transfer|send|pay|wire)(?: [\w.,]+){{0,4}} to (?P<v>{_LATIN})",
        r"(?:转的|不是|是)(?P<v>(?:X))(?=，是)".replace("X", _PERSON),
        rf"(?<=，是)(?P<v>{_PERSON})(?=，|。|名字|$)",
    )
)
_COMPANY = re.compile(
    rf"(?P<v>(?:{_BRAND})?[^，。、！？的我你您她他给付转打汇到往从把让了在款方商一是和跟家这那]{{2,6}}?(?:{_COMPANY_END})(?:有限公司|公司)?)"
)
_MOVING = re.compile(r"给|转|汇|付|打|收款|货款|款|进来|那笔")
_KIN = re.compile(
    r"^(?:老(?:公|婆|伴|家|师|板|乡|妈|爸|爹|娘)|小(?:孩|区|姐|心|额|时)|孙(?:子|女|儿)|高[一点]|钱|任何|毛[钱的]|阿(?:姨|拉|里|婆|公|爷|妈|爸))"
)

_PRODUCT = re.compile(
    r"(?P<v>(?:安心|月月|日日|天天|周周|季季|年年|稳健|稳|鑫|金|添|聚|福满|福|悦|丰|乐|惠|恒|睿|财富|现金|朝朝|步步|零钱|灵活|增|富|天添|慧|尊)"
    r"[一-龥]{0,4}?(?:增利|月月享|添利|添益宝|日盈|月盈|日日盈|满堂|享存|山秋收|人生|益宝|盈\d*天?|日鑫|添金|利宝|计划\d*号?|优选|宝)(?!的|贝|马|贵|物|来|了(?!吗)))"
    r"|(?P<w>(?:沪深三百|中证五百|沪深300|中证500|上证50|创业板|纳斯达克|标普五百|标普500)(?:指数|ETF(?:联接)?)?|黄金ETF(?:联接)?)"
    r"|(?:那?个?叫|名字叫|买的是?|买点|买了|去年买的)(?P<x>[一-龥]{2,5})(?=的快|那款|这款|到期|能不能|取一半|，现金价值)"
    r"|(?:^|[，。])(?P<z>[一-龥]{2,5})(?=(?:那|这)款(?:大额存单|理财|基金|保险))"
)
_NO_PRODUCT = re.compile(r"理财|基金|保险|国债|黄金|存单|定期|那个|这个|你们|大额|什么|哪")


_BEGINS = frozenset(
    [
        "验证",
        "核实",
        "核查",
        "核对",
        "确认",
        "保管",
        "周转",
        "应急",
        "救急",
        "急用",
        "治病",
        "看病",
        "住院",
        "交费",
        "交租",
        "交学",
        "装修",
        "租房",
        "订货",
        "进货",
        "买房",
        "买车",
        "开店",
        "结账",
        "结清",
        "结婚",
        "充值",
        "抵押",
        "担保",
        "垫付",
        "报销",
        "帮忙",
        "帮我",
        "先用",
        "用于",
        "办理",
        "代办",
        "代付",
        "代收",
        "支付",
        "解冻",
        "提现",
        "刷单",
        "做账",
        "作为",
        "当作",
        "押金",
        "定金",
        "货款",
        "房租",
        "学费",
        "生活",
        "医药",
        "彩礼",
        "工资",
        "红包",
        "做手",
        "补交",
        "补课",
        "应付",
        "临时",
        "马上",
        "尽快",
    ]
)
"""Words that tell what money is for, or what is to be done: none of their first characters ends a name before the rest."""

_WHOLE = 3
_MOVES_A_SUM = re.compile(r"(?:周转|应付)(?:[零一二两三四五六七八九十百千万半几\d](?!下)|[账帐点些钱款个])")
"""Here the second character is the verb of the order, and the first belongs to the name: 给李周周转两千."""


def ended(text: str, name: str, end: int) -> str:
    """Return a name of three characters without a last one that begins the next word: 肖梅 of 给肖梅验证一下."""
    begins = len(name) == _WHOLE and text[end - 1 : end + 1] in _BEGINS
    return name[:-1] if begins and not _MOVES_A_SUM.match(text, end - 1) else name


def payees(text: str) -> Iterator[Span]:
    """Yield people and companies that money goes to or comes from; words for relatives are not names."""
    for match in _COMPANY.finditer(text):
        if len(match["v"]) >= 4 and _MOVING.search(text):
            yield Span("payee", match.start("v"), match.end("v"), match["v"])
    for pattern in _PAYEES:
        for match in pattern.finditer(text):
            name = ended(text, match["v"], match.end("v"))
            if not _KIN.match(name):
                yield Span("payee", match.start("v"), match.start("v") + len(name), name)


def products(text: str) -> Iterator[Span]:
    """Yield brand names of products."""
    for match in _PRODUCT.finditer(text):
        group = match.lastgroup or "v"
        name = match[group]
        if not _NO_PRODUCT.search(name) or group == "w":
            yield Span("product", match.start(group), match.end(group), name)
