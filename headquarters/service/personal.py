"""Whether a masked sentence still tells who somebody is, or a secret. Pure and careful: it rather drops one too many.

Names are found by the words around them, by titles, and by jieba's tagger (nr) where the word begins with a surname.
None of these is complete alone; what the kiosk's own entity finder saw is gone before (〔姓名〕).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦马苗凤花方俞任袁柳"
    "鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅卞齐康伍余顾孟黄穆萧尹姚邵湛汪祁毛禹狄戴宋庞熊纪舒屈项祝董梁杜阮蓝闵季"
    "贾路江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍虞万柯管卢莫房解应宗丁宣邓洪包左石崔吉龚程邢裴陆荣翁甄曲封靳焦谷侯全班"
    "仇甘厉祖武符刘景詹龙叶司黎白蒲卓蔺池乔闻党翟谭劳申冉桑牛边燕尚温庄晏柴瞿阎连习向古易廖耿匡文寇广阙欧利师巩聂辛简"
    "饶曾沙丰关相查游竺权盖益桓公肖闫付代覃兰佟涂苟区单成车仝"
)
GIVEN = frozenset(
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平桂英华玉兰萍红鹏宇浩然梓涵轩欣怡诗雨晨博文嘉豪思远建国志强海燕春梅德福翠花淑珍凤"
    "琳琴云莲真环雪爱妹香月莺媛瑞凡佳琼勤贞莉叶璧璐娅琦晶妍茜秋珊莎锦黛青倩婷姣婉娴瑾颖露瑶婵雁蓓仪荷丹蓉眉君蕊薇菁梦岚苑婕馨瑗琰韵融园艺咏卿聪澜纯毓悦"
    "昭冰爽琬茗羽希宁飘育滢馥筠柔竹霭凝晓欢霄枫芸菲寒伊亚宜姬舒影荔枝纨毅俊峰东辉力永健世广义兴良山仁波贵龙胜祥武飞彬富顺杰涛昌成康星光达安岩茂林坚彪诚敬震振壮群豪心邦承乐绍功松善厚庆友裕河哲江"
    "翰朗伯宏言若鸣朋斌梁栋维启克伦翔旭泽辰士致树炎泰盛雄琛钧冠策腾榕风航弘熙睿昊炫宸皓骏煜祺懿瀚晟宗喜根贤杨"
)
"""Characters that given names are often made of; those that stand after any word just as often are left out."""

BETWEEN = "子刚明天新学建国永志文小海世家正长元清利生民光保信金玉"
"""Between surname and given name, as in 王子涵."""

COMPOUND = frozenset(
    {"欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容", "夏侯", "司徒", "南宫"}
)
_WORDS = (
    "孙子 孙女 周转 谢谢 师傅 盖章 盖红 连 金 付 成 应 向 单 于 相 关 解 全 章 钱 查明 "
    "费明 单明 易明 房东 安全 公安 成功 欧元 金融 高兴 韩国 班长 卫生 公园 凌晨 吉利 许可 "
    "广东 安心 花生 管家 方言 全国 单元 白云 游乐 乐园 庄园 温柔 车平 费学 区民 师发 司法 "
    "代表 万达 高风 高中 金安 张新 张信 成英 包红 安保 公平 关心 单位 成人 成长 公司 方便 "
    "花光 任何 何时 应该"
)
NO_NAME = frozenset(_WORDS.split())
"""Words that look like names and are none."""

ORDINARY = tuple(sorted(word for word in NO_NAME if len(word) > 1))

_CARD = re.compile(r"[卡钱]")
_FRAMED = re.compile(r"我叫|叫做|名叫|名字[是叫]|户名|姓名|收款人[是叫]|本人[是叫]|开户人")
_NAME = f"(?:{'|'.join(sorted(COMPOUND))}|[{''.join(sorted(SURNAMES))}])[一-龥]{{1,2}}"
_TITLED = re.compile(
    f"[{''.join(sorted(SURNAMES))}][一-龥]{{0,2}}(?:先生|女士|小姐|太太|老师|经理|警官|医生|主任|阿姨|师傅|总)"
)
_TO = re.compile(f"(?:给|替|帮|和|跟|找|是){_NAME}(?:转|汇|打|存|还|付|充|查|取|办|的)")
_DIGITS = re.compile(r"\d(?:[ \-.,，、]?\d){4,}")
_SPOKEN = re.compile(r"[零〇一二三四五六七八九幺两](?:[ ,，、]?[零〇一二三四五六七八九幺两]){4,}")
_SECRET = re.compile(
    r"(?:密码|口令|验证码|校验码|pin).{0,8}?(?:\d[ \-]?){3}|(?:密码|口令|验证码|校验码|pin).{0,8}?[零〇一二三四五六七八九幺两]{3}"
)
_HANDLE = re.compile(r"(?=[a-z_@.]*\d)(?=[\d_@.]*[a-z])[a-z\d_@.]{6,}|@")
_ADDRESS = re.compile(
    r"[路街弄巷村栋幢室][\d一二三四五六七八九十]+|[\d一二三四五六七八九十]+(?:号楼|栋|幢|单元|室|弄|号院)|小区"
)


def plain(text: str) -> str:
    """Return the text in one form: full-width as half-width, lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def left_in(text: str, counted: Iterable[str] = ()) -> str:
    """Return what personal is left in a sentence (secret, number, handle, address, name), empty when nothing is found.

    `counted` are amounts, dates and counts in it as they were spoken: their digits tell nobody.
    """
    text = plain(text)
    if "隐去" in text or _SECRET.search(text):
        return "secret"
    numbers = text
    for value in counted:
        numbers = numbers.replace(plain(value), " ") if len(value) < MOST_COUNTED else numbers
    if "*" in text or _DIGITS.search(numbers) or _SPOKEN.search(numbers):
        return "number"
    if _HANDLE.search(text):
        return "handle"
    if _ADDRESS.search(text):
        return "address"
    if (
        _FRAMED.search(text)
        or _TITLED.search(text)
        or _TO.search(text)
        or any(map(_is_name, _tagged(text)))
        or _has_full_name(text)
    ):
        return "name"
    return ""


_FULL = re.compile(f"[{''.join(sorted(SURNAMES))}][{BETWEEN}]?[{''.join(sorted(GIVEN))}]")

MOST_COUNTED = 12
"""Characters of an amount; anything longer is no amount, whatever it was taken for."""


def _is_name(word: str) -> bool:
    surname = word[:2] in COMPOUND or word[0] in SURNAMES
    return surname and word not in NO_NAME and not _CARD.search(word)


def _tagged(text: str) -> list[str]:
    """Return the words the tagger takes for names."""
    import jieba
    import jieba.posseg

    jieba.setLogLevel("ERROR")
    pairs = [(pair.word, pair.flag) for pair in jieba.posseg.cut(text)]
    return [word for word, flag in pairs if flag.startswith("nr") or word in COMPOUND]


def _has_full_name(text: str) -> bool:
    """Whether a character of given names stands behind a surname."""
    matches = (_FULL.match(text, at) for at in range(len(text)))
    return any(match is not None and not match.group().startswith(ORDINARY) for match in matches)
