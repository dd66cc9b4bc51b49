"""Words that ask about a business instead of beginning it: 办信用卡要什么条件 wants an answer, not the application.

What the flow itself tells from the customer's own account (`tells`) stays its own, and a flow that only looks up is none that could be
begun by mistake.
"""

from __future__ import annotations

import re

from guitai.dialogue.data import FLOWS, flow_for
from guitai.dialogue.schema import Flow
from guitai.knowledge.answers import by_id, in_use
from guitai.messages.voice import AnswerGuess, CustomerSaid, Entity

SURE = 0.6
"""An answer's probability from which words that ask get it, though they name an errand, too."""

VERY_SURE = 0.9
"""The same where words that ask were taken for looking something up."""

_ASKS = re.compile(
    r"[什啥]么?(条件|材料|手续|资料|证件|要求|资格)|哪些(条件|材料|手续|证件)|条件是|"
    r"(要|需要|需|得|用)(带|拿|备|准备|交|提供|有|弄|出)?(点|些|上)?(什么|啥|哪些)|(什么|啥)样?的?人(能|可以)|"
    r"(手续费|工本费|年费|月费|服务费|违约金|罚息|利率|年化|收益率|费用|收费)(是|要|收|得|有|怎么|贵|高|低|多少|几|[吗不没呢]|$)|"
    r"(收|要|有)(多少|几|不收|没有|啥|什么)?(钱|手续费|费用|费|违约金|利息)[吗不没么呢]|要钱[吗不么]|多少钱|免费[吗不么]|收不收|"
    r"(起存|起投|起购|门槛|起点|最低要?存|起步)(是|要|多少|几|金额|$)|几个点|多少个点|划算[吗不么]|合算[吗不么]|"
    r"(要|得|需要)?(多久|几天|多长时间|多少天|几个工作日)(能|才|可以|到|办|下来|拿|寄|批|$|[呢啊呀])|提前(几天|多久)|"
    r"有(什么|啥)(用|好处|区别|不同|风险|优惠)|保本[吗不么]|有风险[吗不么没]|安全[吗不么]|靠谱[吗不么]|"
    r"(划不划算|行不行得通|保不保本|合不合算)|"
    r"(得|要|必须|需要|用|非)[^，。]{0,4}(本人|亲自|陪|到场|一起|签字|面签)[^，。]{0,5}([吗不么]|啊|呀|[？?]|$)|(一回事|一样|一个东西|区别|不同|差别|分别)[吗不么没啊呀嘛]?[？?]?$|哪个(好|划算|合适|合算|安全|强|高|多|靠谱)|"
    r"(为|凭)(什么|啥|何)|干[嘛啥]非?(得|要)|(什么|啥)意思|是个?(什么|啥)(东西|意思|玩意|规定)?[？?呀啊]?$|是不是(得|要|必须|非得)|非(得|要)[^，。]{1,12}(吗|啊|呀|不可)|会不会(亏|赔|损失)|"
    r"what do i need|requirements|how long does|how much does|is there a (fee|charge)|any fee|what('s| is) the (fee|rate|minimum)"
)
_OWN = re.compile(
    r"(要|该|得|应|需)还(多少|几)|(还款|月供|账单|欠款)(是|有|要)?多少|欠(了|着|你们)?(多少|几)|还(差|剩|欠)多少|how much (do|is) .*(owe|due)|"
    r"(哪[天日]|几号|什么时候|啥时候|啥时|何时|多会儿|几时)[^，。]{0,8}(还|扣|到期|出账)|(还款日|扣款日|账单日|最后期限)[^，。]{0,4}(哪|几|什么|啥)|when .*\b(due|pay)"
)
_BEGINS = re.compile(
    r"都行|都可以|随便|无所谓|(帮|给|替)我(办|开|存|转|取|还|申请|预约|换|补|挂)|我(要|想)(办|开|存|转|取|还|申请)(?!.*[吗呢？?什啥])"
)


_VAGUE = (
    (r"手续费|费用|收费", ("fee_query", "credit_card_annual_fee")),
    (r"利率|利息", ("deposit_rate", "loan_query")),
    (r"限额|额度", ("transfer_limit", "credit_card_limit")),
)
"""What there is more than one of, and the two that are asked for most."""

_BARE = r"(?:那个|这个|你们|咱们|银行|现在|今天|目前|请问|想问|问|查|看|一下|我|的|是|要|得|怎么|咋|如何|多少|几|收|算|高|低|有|啥|什么|呢|啊|呀|吗|嘛|了|不|[，,。？?\s])*"


def vague(text: str) -> tuple[str, str] | None:
    """Return the two that words may mean which name something there is more than one of, and nothing else: 利率多少现在."""
    return next((pair for noun, pair in _VAGUE if re.fullmatch(f"{_BARE}(?:{noun}){_BARE}", text)), None)


def asked_for(event: CustomerSaid) -> str | None:
    """Return the id of the answer that words ask for which were taken for an errand; None where the errand is meant."""
    heard = event.understanding
    answers = heard.answers
    if not answers or answers[0].probability < SURE or by_id(answers[0].id, event.language) is None:
        return None
    named = [(one.intents[0].name, one.text) for one in heard.clauses] or [(heard.intents[0].name, event.text)]
    errands = [(flow, text) for name, text in named if (flow := flow_for(name)) is not None]
    meant = [_only_asks(flow, text.lower(), answers[0]) for flow, text in errands]
    return answers[0].id if meant and all(meant) else None


def told_by(flow: Flow, text: str, entities: tuple[Entity, ...]) -> Flow:
    """Return the flow that tells what an errand would change, where the words only ask how much it is: 最低还款是多少."""
    named = any(entity.type == "amount" for entity in entities)
    if flow.asked and not named and of_own_debt(text):
        return FLOWS[flow.asked]
    return flow


def of_own_debt(text: str) -> bool:
    """Whether words ask what the customer owes, or when it is due."""
    return _OWN.search(text.lower()) is not None


def _only_asks(flow: Flow, text: str, answer: AnswerGuess) -> bool:
    """Whether words that name a flow only ask about it.

    Looking up changes nothing, so that is begun, unless the answer is surely about another matter.
    """
    if flow.tells or not _ASKS.search(text) or _BEGINS.search(text):
        return False
    if any(step.order or step.approve or step.device in ("withdraw", "deposit", "transfer") for step in flow.steps):
        return True
    filed = in_use().entries[answer.id].intents
    return answer.probability >= VERY_SURE and not {*flow.intents} & {*filed}
