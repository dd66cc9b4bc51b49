"""English errands by their own words, where the learned heads, which know far less English than Mandarin, are in doubt.

An ordered table: the first line that fits decides. Words that only tell of a thing (my card was declined) stand in no line.
Where money may go wrong it says nothing: where something is denied or was told by somebody, and where a sum is paid for
anything but what is ordered. Sure heads are overruled by a few whole sentences alone, which they are known to mishear.
"""

from __future__ import annotations

import re

from edge_models.language import grams
from guitai.messages.voice import IntentGuess

UNSURE = 0.7
"""Below it the heads' guess is not acted upon (Sim) and gives way to the table; above it they know better."""

_CHINESE = re.compile(r"[㐀-鿿]")
_FEWEST, _MOST_WORDS = 2, 16
"""A longer sentence tells a story, of which a table picks the wrong word."""
_SEND = r"(?:send|transfer|wire|remit|forward|give|pay)"
_LOST = r"(?:lost|lose|losing|stolen|stole|steal|missing|misplaced|can'?t find|cannot find|couldn'?t find)"
_OUT = r"(?:withdraw|withdrawal|take out|taking out|get out|cash out|draw out|pull out)"
_CARD = r"(?:card|debit card|bank card)"
_CREDIT = r"\bcredit card|\bmy visa\b|\bmastercard"
_TIME_DEPOSIT = r"(?:fixed|time|term|certificate of|notice)[ -]+(?:term )?deposits?|\b(?:month|year)s?[ -]+(?:fixed )?deposit|\bcds?\b"
_LOAN = r"\b(?:loan|mortgage)\b"
_MINE = r"(?:my|this month'?s|the) (?:\w+ )?(?:loan|mortgage)\b"
_FUND = r"\b(?:invest(?:ment|ing)?s?|wealth (?:management )?products?|financial products?)\b"

_TABLE: tuple[tuple[str, str], ...] = (
    ("human_agent", r"\b(?:real|live|actual) (?:person|human|agent)|\b(?:speak|talk|chat) (?:to|with) (?:a|an|some)(?:one|body)?\b ?(?:person|human|teller|agent|staff|clerk|manager|in person)?|\b(?:get|call|want|need|fetch)(?: me)? (?:a|the|some) (?:teller|human|person|clerk|agent|manager|staff)"),
    ("complaint", r"\bcomplain(?:t|ing)?\b|\b(?:terrible|awful|lousy|appalling) service"),
    ("fraud_help", r"\b(?:scam(?:med|mer)?|fraudster|phishing)\b|\bsafe account\b|\bclaim(?:ing|s|ed)? to be\b|\bpretend(?:ing|ed|s)? to be\b"),
    ("fraud_unauthorized", r"\b(?:payment|charge|transaction|withdrawal|purchase)s?\b.*\b(?:not mine|isn'?t mine|(?:i )?(?:didn'?t|did not|never|don'?t|do not) (?:make|made|do|did|recogni[sz]e|authori[sz]e|know))|\b(?:somebody|someone) (?:has |is |'s )?(?:been )?(?:us(?:ed|ing)|hack)"),
    ("swallowed_card", r"\b(?:swallow(?:ed|s)?|ate|eaten|took|kept|retained|stuck)\b.*\bcard\b|\bcard\b.*\b(?:swallowed|stuck|eaten|retained)\b|\bdidn'?t (?:give|return)\b.*\bcard"),
    ("cancel_loss", r"\bfound\b.*\bcard\b|\bcancel\b.*\bloss\b|\bcard\b.*\bturned up\b|\bun(?:block|freeze)\b.*\bcard\b"),
    ("report_loss", rf"\b{_LOST} my (?:\w+ )?(?:{_CARD}|wallet|purse|passbook|bankbook)\b|\bmy (?:\w+ )?(?:{_CARD}|wallet|purse|passbook|bankbook)\b.*\b{_LOST}\b"),
    ("activate_card", r"\bactivat(?:e|ion|ing)\b|\bcard\b.*\b(?:isn'?t|not)(?: yet)? active\b"),
    ("pin_reset", r"\b(?:forgot(?:ten)?|can'?t remember|don'?t remember|reset|locked|blocked|unlock|unblock)\b.*\b(?:pin|passcode|password)\b|\b(?:pin|passcode|password)\b.*\b(?:locked|blocked|forgot(?:ten)?|reset)\b"),
    ("pin_change", r"\b(?:change|new|update|set|different)\b.*\b(?:pin|passcode|password)\b"),
    ("deposit_certificate", r"\b(?:proof|certificate|letter|evidence) of (?:funds|deposits?|assets|savings|balance)\b(?=.*(?:visa|embassy|letter|proof|abroad|study|school|need))"),
    ("print_statement", r"\b(?:print(?:ed|out)?|paper|hard copy|bank)\b.*\b(?:statement|transactions|history|record)s?\b|\b(?:need|get|want|give|like|copy|months?|for a visa)\b.*\bstatement\b(?!.*credit)"),
    ("credit_card_installment", r"\binstal?l?ments?\b|\b(?:split|spread|divide)\b.*\b(?:bill|payment|purchase|balance|months?)\b"),
    ("credit_card_annual_fee", r"\bannual (?:card )?fee\b|\byearly (?:card )?fee\b"),
    ("credit_card_limit", rf"(?:{_CREDIT}|\bcredit)\b.*\blimit\b|\blimit\b.*(?:{_CREDIT})|\bcredit limit\b"),
    ("rewards_points", r"\b(?:reward|bonus|loyalty)? ?points\b|\brewards?\b"),
    ("credit_card_bill", rf"(?:how much|what|when|show|check|see|tell me)\b.*(?:{_CREDIT})\b.*\b(?:bill|due|owe|statement|balance|minimum)|(?:how much|what|when)\b.*\b(?:owe|due|minimum|bill|balance)\b.*(?:{_CREDIT})|\bcredit card bill\b(?=.*\b(?:due|when|how much|what)\b)"),
    ("credit_card_repay", rf"\b(?:pay|repay|settle|clear|pay off|pay down)\b.*(?:{_CREDIT})|\bpay (?:off )?(?:my|the) (?:card|credit) ?bill\b"),
    ("credit_card_apply", rf"\b(?:apply|application|get|want|open|sign up)\b.*(?:{_CREDIT})|(?:{_CREDIT}).*\bappl(?:y|ication|ied)\b"),
    ("early_withdraw", rf"\b(?:early|before (?:it |the |its )?(?:matur|term|due|time|end)|break|ahead of)\w*\b.*(?:{_TIME_DEPOSIT})|(?:{_TIME_DEPOSIT}).*\b(?:early|before (?:it|the|its|matur)|break|ahead)"),
    ("deposit_rate", rf"\b(?:interest|rates?)\b(?!.*(?:{_LOAN}|exchange|dollar|euro|yen|pound|currency|credit card))"),
    ("loan_query", rf"(?:how much|what|when)\b.*\b(?:remaining|left|balance|rate|owe|outstanding|due)\b(?: \w+)? (?:on|of|for) {_MINE}"),
    ("loan_repay", rf"\b(?:pay|repay|settle|clear)(?: off| back| down)? {_MINE}"),
    ("loan_apply", rf"\b(?:apply for|want|need|get|take out|like|can i have|could i have) (?:to (?:get|have|take out|apply for) )?(?:an? )?(?:\w+ )?{_LOAN}|\b(?:can|could) i borrow\b"),
    ("fixed_deposit", rf"{_TIME_DEPOSIT}"),
    ("foreign_exchange", r"\bexchange rates?\b|\b(?:buy|sell|change|exchange|convert|swap|get)\b.*\b(?:dollars?|euros?|yen|pounds?|usd|eur|gbp|jpy|hkd|foreign currency|currency)\b|\bcurrency exchange\b"),
    ("cross_border_remit", rf"\b{_SEND}\b.*\b(?:abroad|overseas|internationally|foreign (?:bank|account)|(?:to|in) (?:america|the us|the uk|england|canada|australia|japan|germany|france|singapore|europe))\b|\binternational (?:transfer|wire|remittance)"),
    ("transfer_recall", r"\b(?:wrong (?:person|account|guy|man|woman|number|one))\b|\b(?:cancel|recall|reverse|undo|stop|take back|get back)\b.*\b(?:transfer|payment i (?:just )?(?:made|sent)|money i (?:just )?sent)\b|\bget my (?:transfer|money) back\b"),
    ("transfer_limit", r"\b(?:limit|maximum|max|most)\b.*\btransfer|\btransfer\w*\b.*\b(?:limit|maximum|per day|a day)\b|\bdaily limit\b|\bhow much can i (?:transfer|send)\b"),
    ("transfer_status", r"\b(?:transfer|money i (?:sent|transferred|wired)|payment i sent|wire|remittance)\b.*\b(?:arriv|gone through|go through|pending|yet|status|where|reach|received|still|failed|stuck|come through|credited)\w*|\bwhere(?:'s| is)\b.*\b(?:transfer|money i sent)\b"),
    ("fee_query", r"\b(?:fees?|charges?|cost)\b.*\b(?:transfer\w*|withdraw\w*|send\w*|remit\w*|account|atm|bank|maintenance|monthly|card)\b|\b(?:do you|does it|will i|will it|what do you|how much do you|is there a|are there any|any)\b.*\b(?:charge|fees?|cost)\b"),
    ("large_cash_appointment", rf"\b(?:book|reserve|arrange|appointment|schedule|in advance)\b.*\b(?:{_OUT}|cash)\b|\blarge (?:cash )?withdrawal\b"),
    ("damaged_cash", r"\b(?:torn|ripped|damaged|fake|counterfeit|dirty)\b.*\b(?:notes?|bills?|money|cash|yuan)\b|\b(?:small(?:er)? (?:change|notes|bills)|coins)\b|\bbreak (?:a|this|my)\b.*\b(?:note|bill|hundred|100)"),
    ("utility_payment", r"\b(?:electric(?:ity)?|water|gas|power|phone|internet|utility|heating|property|tax)\b.*\bbills?\b|\btop up\b.*\bphone\b|\bpay\b.*\b(?:electricity|utilit(?:y|ies)|taxes|tuition bill)\b"),
    ("bind_payment", r"\b(?:wechat|alipay|apple pay|google pay|direct debit|auto ?pay|standing order)\b"),
    ("mobile_bank_signup", r"\b(?:mobile|online|internet|app)[ -]?bank(?:ing)?\b|\bbanking app\b"),
    ("sms_alert", r"\b(?:sms|text(?: message)?s?)\b.*\b(?:alert|notif|when|transactions?|reminder|account)\w*"),
    ("change_phone", r"\b(?:change|changed|new|update|different|switch(?:ed)?)\b.*\b(?:phone|mobile|cell) ?(?:number)?\b"),
    ("update_id_info", r"\b(?:passport|id card|id|identity|address)\b.*\b(?:renew|expire|new|update|change|moved)\w*|\b(?:renew|update|chang|new|moved)\w*\b.*\b(?:passport|id card|identity|address|personal (?:details|information))\b"),
    ("close_account", r"\bclos(?:e|ing)\b.*\baccount\b|\bcancel\b.*\b(?:account|card)\b.*\b(?:good|permanently|for ever|forever)"),
    ("account_unfreeze", r"\b(?:account|card)\b.*\b(?:frozen|restricted|suspended|dormant|limited)\b|\b(?:unfreeze|reactivate|unlock|unblock)\b.*\baccount\b"),
    ("open_account", r"\b(?:open|start|set up|get)\b.*\b(?:account|bank card|debit card)\b"),
    ("replace_card", r"\b(?:card)\b.*\b(?:damaged|broken|bent|cracked|worn|expir\w+|not work\w*|doesn'?t work|isn'?t working)\b|\b(?:replac\w+|new)\b.*\bcard\b"),
    ("query_account_info", r"\b(?:account|card) number\b|\bwhich branch\b.*\baccount\b|\bswift\b|\biban\b"),
    ("insurance", r"\binsurance\b|\binsure\b"),
    ("bond_gold_fund", r"\b(?:treasury )?bonds?\b|\bgold\b|\bmutual funds?\b|\bindex funds?\b|\bfunds\b(?!.*(?:proof|transfer|insufficient|available))"),
    ("wealth_redeem", rf"\b(?:redeem|cash out|sell|cash in|get out)\b.*(?:{_FUND})"),
    ("wealth_products", rf"{_FUND}|\b(?:grow|put)\b.*\b(?:savings|spare money|spare cash)\b|\blow[ -]risk\b"),
    ("securities_custody", r"\bbrokerage\b|\bsecurities account\b|\bstock account\b"),
    ("credit_report", r"\bcredit (?:report|score|history|record)\b"),
    ("social_security_card", r"\bsocial security\b"),
    ("proxy_inheritance", r"\b(?:passed away|died|inherit\w*|deceased|on behalf of|power of attorney)\b|\bfor my (?:mother|father|mum|mom|dad|parents|wife|husband)\b(?=.*\b(?:do|collect|can i|withdraw)\b)"),
    ("queue_appointment", r"\b(?:queue|ticket number|queue ticket|take a number|waiting number)\b|\bhow long\b.*\b(?:wait|queue|line)\b|\b(?:make|book)\b.*\bappointment\b|\bpeople\b.*\b(?:ahead|before|waiting)\b"),
    ("branch_info", r"\b(?:open|close|closing|opening)\b.*\b(?:today|tomorrow|sundays?|saturdays?|weekends?|hours?|time|late|holidays?)\b|\bwhat time\b.*\b(?:open|close)\b|\b(?:nearest|closest|nearby)\b|\bwhere(?:'s| is)\b.*\b(?:branch|atm|bank)\b"),
    ("device_help", r"\b(?:screen|machine|printer|kiosk|touch ?screen)\b.*\b(?:work|frozen|stuck|broken|use|respond)\w*|\bhow\b.*\b(?:use|work)\b.*\b(?:this|machine|kiosk|screen)\b|\bwhere\b.*\b(?:put|insert)\b.*\bcard\b"),
    ("query_transactions", r"\b(?:show|see|check|list|view|last|recent|my|what|how much)\b.*\b(?:transactions|spent|spend|spending|history|activity)\b|\b(?:salary|wages|pay ?check|payment|refund|money)\b.*\b(?:come in|arrive|arrived|been paid|received|deposited|in yet|credited)\b|\bdid i (?:get|receive)\b"),
    ("deposit_cash", r"\bcash deposit\b|\b(?:deposit|put|pay)\b.*\b(?:money|notes|cash|this|these)\b.*\b(?:in|into|to|on) (?:to )?my (?:bank )?(?:account|card)\b|\bdeposit (?:some|a|this|my|\d|one|two|three|four|five|six|seven|eight|nine|ten)"),
    ("withdraw_cash", rf"\b{_OUT}\b|\b(?:take|get|have|give me|need|want|like)\b.*\b(?:cash|money out)\b|\btake\b.*\bout\b"),
    ("query_balance", r"\bbalance\b|\bhow much\b.*\b(?:have|got|left|money|in my|in the|in there)\b|\bwhat(?:'ve| have) (?:i|we) got\b|\bwhat'?s (?:left )?in my (?:account|card)\b|\bmoney (?:do i have|is left)\b"),
    ("transfer", rf"\b{_SEND}\b.*\bto\b|\b(?:make|do|want|need|like)\b.*\btransfer\b|\b(?:send|pay|transfer|wire|give)\b (?:my|mr|mrs|ms|him|her|[a-z]+)\b.*\d|\bsend money\b|\btransfer money\b"),
)  # fmt: skip
_LINES = tuple((name, re.compile(words, re.IGNORECASE)) for name, words in _TABLE)
_CLOSING = re.compile(
    r"(?:no|nope|ok(?:ay)?|thanks?|thank you|great|good|fine|alright|right|well|yes|yep|that'?s|that is|that will be|it'?s|i'?m|all|everything|nothing|else|more|for (?:today|now)|done|set|finished|it|good|bye|goodbye|cheers|you|very much|so much|a lot|have a (?:nice|good) day|see you|[\s,.!'’-])+",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"\b(?:that'?s|that is|that will be) (?:all|everything)\b|\bnothing else\b|\b(?:good)?bye\b|\bcheers\b|\bi'?m (?:done|finished|all set|good)\b|\ball (?:done|set)\b",
    re.IGNORECASE,
)

_DENIED = re.compile(
    r"n't\b|\b(?:not|dont|didnt|doesnt|wont|cant|no longer|never|cannot|stop|block|without|instead of|changed? my mind)\b",
    re.IGNORECASE,
)
_OF_WHAT_IS_NOT = frozenset(
    {"fraud_unauthorized", "swallowed_card", "activate_card", "pin_reset", "report_loss", "replace_card", "device_help"}
)
"""Errands that tell of something that is not so; any other one that is denied is none."""

_TOLD = re.compile(
    r"\b(?:told|ask(?:ed|s)|tells|says?|said|wants|made|mak(?:es|ing)|instructed) (?:me|that|i|us)\b|\bthey\b",
    re.IGNORECASE,
)
_SUM = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|hundred|thousand)\b",
    re.IGNORECASE,
)
_SENDS = re.compile(r"\b(?:send|transfer|wire|remit|forward)\b", re.IGNORECASE)
_PAYS = re.compile(r"\b(?:send|transfer|wire|remit|forward|give|pay|lend)\b", re.IGNORECASE)
_FOR_ELSE = re.compile(
    r"\b(?:loan|mortgage|borrow\w*|bill|instal\w*|fees?|cost|charged?|refund|release|unfreeze)\b|\?|\bif\b|^\W*(?:what|how|is|are|do|does|will)\b",
    re.IGNORECASE,
)
"""What a payment is for, or a question: no order to pay somebody by these words alone."""

_OF_SENDING = frozenset(
    {"transfer", "transfer_limit", "transfer_status", "transfer_recall", "cross_border_remit", "fee_query",
     "fraud_help", "fraud_unauthorized", "human_agent", "complaint"}
)  # fmt: skip
_ORDERS = frozenset({"transfer", "withdraw_cash", "deposit_cash"})
_PAYS_DEBT = frozenset({"loan_repay", "credit_card_repay"})

_MISHEARD: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (heard, name, re.compile(rf"\W*(?:{words})\W*", re.IGNORECASE))
    for heard, name, words in (
        (
            "query_balance",
            "loan_query",
            r"(?:how much|what)(?:'s| is| do i)?(?: still)? (?:left|owed?|remaining|outstanding)(?: to pay)? on my (?:home |car )?(?:loan|mortgage)",
        ),
        (
            "credit_card_repay",
            "loan_repay",
            r"(?:(?:i (?:want|need)|i'd like|i would like) to |please |can i )?(?:pay|repay)(?: off)? (?:my|this month'?s) (?:home |car )?(?:loan|mortgage)(?: payment| instal?lment)?(?: please)?",
        ),
        (
            "transfer",
            "fee_query",
            r"(?:what do you|how much do you) charge (?:for|to) (?:send(?:ing)?|transfer(?:ring)?)(?: money)?(?: to another bank)?",
        ),
    )
)
"""What the heads take it for, what it is, and the whole sentence."""


def errand(text: str, top: IntentGuess) -> str | None:
    """Return the errand that English words name where the heads doubt, or None.

    Args:
        text: The sentence.
        top: What the heads take it for.
    """
    if _CHINESE.search(text):
        return None
    said = text.strip().replace("’", "'")
    if _CLOSING.fullmatch(said) and _ENDS.search(said):
        return "thanks_bye"
    if not _FEWEST <= len(grams.tokens(said)) <= _MOST_WORDS:
        return None
    for heard, name, whole in _MISHEARD:
        if top.name == heard and whole.fullmatch(said):
            return name
    if top.probability >= UNSURE:
        return None
    named = [name for name, line in _LINES if line.search(said)]
    return named[0] if named and _safe(said, named) else None


def _safe(said: str, named: list[str]) -> bool:
    """Whether nothing speaks against the first errand that the words name, of all they name."""
    first = named[0]
    if _DENIED.search(said) and first not in _OF_WHAT_IS_NOT:
        return False
    pays, summed = _PAYS.search(said) is not None, _SUM.search(said) is not None
    if _TOLD.search(said) and (pays or summed):
        return False
    if pays and summed and first != "deposit_cash":
        return first == "transfer" and _FOR_ELSE.search(said) is None
    if _SENDS.search(said) and first not in _OF_SENDING:
        return False
    ordered = bool(_ORDERS & set(named))
    return first in _ORDERS or not ordered or (not summed and first not in _PAYS_DEBT)
