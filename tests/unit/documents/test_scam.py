"""Messages as people get them: those of frauds are noticed, honest ones are left alone."""

from __future__ import annotations

import pytest

from guitai.documents.layout import sentences
from guitai.documents.scam import signal_of

FRAUDS = (
    "您好，我是市公安局的王警官，您涉嫌一起洗钱案。请马上把钱转到安全账户，不要告诉家人。",
    "【京东金融】您的校园贷账户需注销，否则影响征信，请联系客服并共享屏幕操作",
    "恭喜您抽中一等奖苹果电脑，请先支付个人所得税3800元方可领取",
    "你的贷款已批准，由于银行卡号填错账户被冻结，需先交解冻费5000元",
    "跟着老师做，内部消息稳赚不赔，今天充值翻倍返还",
    "在家兼职刷单，垫付后立返佣金，日赚300",
    "妈，我手机坏了换了个新号码，急需交学费，你先转5000给我老师",
    "我是李总，正在开会不方便接电话，你先帮我垫20万打到客户账上",
    "把你收到的验证码发给我，我来帮你退款",
    "您的医保卡已停用，请点击链接http://abc.top认证，逾期将注销",
    "银行问你就说是装修用，不要挂断电话",
    "取现后交给我们上门的专员，凭暗号交接",
    "这里是通信管理局，您名下号码涉嫌诈骗，转接公安专案组处理",
    "提现失败，您的账户流水异常，需缴纳保证金后才能提现",
    "宝宝，这个平台我叔叔有内幕，你投入10万一周就能提现",
    "ETC已失效，请登录 etc-gov.cc 重新认证",
    "征信修复，专业铲单，先付费后见效",
    "为保护资金，请将余额转入监管账户进行清查",
)
HONEST = (
    "【工商银行】您尾号3802卡11月26日支出500.00元，余额1,234.56元。",
    "【建设银行】验证码123456，用于登录手机银行，请勿告诉他人，工作人员不会索要。",
    "【反诈中心】凡是要求转账到安全账户的都是诈骗，请勿相信，如有疑问拨打96110。",
    "妈，我这个月生活费花完了，给我转2000呗",
    "【顺丰】您的快递已到丰巢，取件码8-2-3321，请及时领取。",
    "明天家长会，请大家下午3点到教室。",
    "【国家电网】您户号本月电费132.5元，请于25日前缴纳，可在网上国网缴费。",
    "张姐，货款3万5已经打给你了，查收一下。",
    "房东：这个月房租2800，麻烦转我卡上，谢谢。",
    "【移动】您的话费余额不足10元，请及时充值。",
    "您的信用卡本期账单5,230.00元，到期还款日12月5日，请按时还款，避免逾期影响征信。",
    "【12306】您购买的G1234次车票已出票成功。",
    "公司通知：下周一发工资，请大家核对银行卡号。",
    "警惕冒充公检法诈骗，不要向陌生人透露验证码，不要共享屏幕。",
    "【医保局】您2026年度居民医保请于12月31日前在税务APP缴费。",
    "爸，手机我给你买好了，周末回来带给你",
    "【招商银行】您购买的R2理财产品今日到期，本息已入账。",
    "孩子住院了，先跟你借五千，下月发工资还你",
    "【税务局】您的个税退税申请已受理，退税款将汇入您绑定的银行卡。",
    "群里通知，物业费今天截止，请尽快缴纳。",
)


@pytest.mark.parametrize("text", FRAUDS)
def test_a_fraud_is_noticed(text):
    signal = signal_of(sentences((text,)))
    assert signal.strength != "none"
    assert signal.type
    assert signal.evidence


@pytest.mark.parametrize("text", HONEST)
def test_an_honest_message_is_left_alone(text):
    assert signal_of(sentences((text,))).strength == "none"


@pytest.mark.parametrize(
    "text",
    [
        "没有安全账户这回事。",
        "凡是让您转到安全账户的都是诈骗。",
        "请勿共享屏幕。",
        "切勿将验证码告诉任何人。",
        "谨防刷单返利骗局。",
        "工作人员不会索要验证码，更不会要求您转账到安全账户。",
    ],
)
def test_a_warning_against_it_does_not_count(text):
    assert signal_of(sentences((text,))).strength == "none"


def test_a_warning_in_one_sentence_covers_no_other():
    assert signal_of(sentences(("请勿相信陌生来电。请立即将资金转入安全账户。",))).strength == "strong"
