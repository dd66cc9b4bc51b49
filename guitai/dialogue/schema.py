"""The form of a flow file: what a bank's staff may write, checked key by key before anything is served by it."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from guitai.messages.voice import ListenMode

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]

CANCEL, SAME = "cancel", "same"
"""What another intent may mean within a flow, besides another flow."""


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Reply(_Data):
    """What the kiosk says: on the screen lead (words between asterisks underlined) and more; aloud `say`."""

    lead: str
    more: str = ""
    say: str | None = None
    """Spoken instead of lead and more, when the screen shows what must not be spoken."""


class Texts(_Data):
    """A reply in both languages."""

    zh: Reply
    en: Reply


class Words(_Data):
    """A few words in both languages; values stand in braces: ``尾号 {card_tail}``."""

    zh: str
    en: str


class Choice(Words):
    """One of a slot's possible values."""

    value: str
    says: tuple[str, ...] = ()
    """Other words that mean it."""


class Slot(_Data):
    """One value a flow needs."""

    label: Words
    ask: str
    """Name of the text that asks for it: one of the flow's, or of replies.yaml."""

    unfit: str = ""
    """Name of the text that says why a value does not fit."""

    entity: str = ""
    """Type of the entity that fills it, or types with | between them; empty: only a choice or the keypad does."""

    default: str = ""
    """Taken when the customer named none; nobody is asked then."""

    unasked: bool = False
    """Nobody is asked for it; who names it, or presses the confirmation's `change`, gives it."""

    sole: bool = False
    """Words that name two values of the entity give it none: which card was used is not guessed where two are named."""

    opening: bool = False
    """The words that began the errand are taken, before the default."""

    listen: ListenMode = "free"
    choices: tuple[Choice, ...] = ()
    others: bool = False
    """Besides the choices, any other value of the entity (with `keep`: any other words) is taken."""

    among: str = ""
    """Name of a value that lists, with commas, which of the choices are offered."""

    rows: str = ""
    """Chosen among the rows of the last inquiry by this field of theirs."""

    shown: Words | None = None
    """How such a row reads on its button."""

    least_fen: int = 0
    least: str = ""
    """Name of the value the host told that an amount must reach."""

    most: str = ""
    """Name of the value the host told that an amount must not pass."""

    beyond: str = ""
    """Name of the text for an amount that passes `most`, where that is another matter than `unfit`."""

    most_fen: int = 0
    step_fen: int = 0
    quick_yuan: tuple[int, ...] = ()
    """Amounts on buttons."""

    quick: tuple[Choice, ...] = ()
    """Amounts on buttons and by word; each value is the name of one the host told: the whole bill, the least that is due."""

    usual: str = ""
    """Value of the choice (of `quick`: its name) that most customers take: its button stands out."""

    digits: tuple[int, int] | None = None
    """Fewest and most digits of a number that is kept in the vault."""

    keep: bool = False
    """The customer's words are kept in the vault: a complaint's story."""

    optional: bool = False
    carry: bool = False
    """Taken over from the errand before, when the customer says so: 再给他转一笔."""


class Line(_Data):
    """A row of a list: label and value."""

    label: Words
    value: Words


class Check(_Data):
    """What a finger confirms."""

    text: str = "confirm"
    amount: str = ""
    """Name of the value shown very large."""

    amount_label: Words | None = None
    rows: tuple[Line, ...] = ()
    button: Words
    change: Words | None = None
    """Words of a button that asks for the slot `changes` first: only a part of it."""

    changes: str = ""


class Show(_Data):
    """What stands on the screen at the end."""

    text: str
    amount: str = ""
    amount_label: Words | None = None
    rows: tuple[Line, ...] = ()
    each: Line | None = None
    """One line for each row of the last inquiry."""

    offer: tuple[Annotated[str, Field(pattern=r"^[a-z0-9_]+( [a-z0-9_]+=[A-Za-z0-9_-]+)?$")], ...] = ()
    """Flows that are offered next, each perhaps with one value chosen already: ``transfer_limit want=change``."""


class Slip(_Data):
    """What is printed: a title and lines; a line with a value that is missing is left out."""

    title: Words
    lines: tuple[Words, ...]
    each: Words | None = None
    """One line for each row of the last inquiry."""

    at_once: bool = False
    """The paper is what the customer came for, or has to have: it is printed without asking. Others are asked about."""


class Paper(_Data):
    """A paper under the document camera."""

    slot: str
    """The slot that says that it lies there."""

    unseen: str
    """Name of the text for a tray with nothing to read on it."""

    out_of_use: str
    """Name of the text that ends the flow when the camera is out of use."""

    rows: tuple[Line, ...] = ()
    """What stands on the screen from then on; a row with a value that is missing is left out."""


class Explain(_Data):
    """Reviewed answers about what a paper says."""

    by: str
    """Name of the value that chooses the answer: a slot, asked for again and again until nothing more is asked; or any other."""

    answers: dict[str, str | dict[str, str]]
    """Ids of answers by that value, perhaps by kind of paper; `other` stands for the kinds not named."""

    text: str
    """Name of the text with {lead} and {more} of the answer, {number} of the article and {figures} in it."""

    plain: str = ""
    """The same where no figures stand in the article."""

    missing: str
    """Name of the text where the paper does not say it, or where there is no answer."""


class Step(_Data):
    """One step: exactly one verb, and when it applies."""

    when: dict[str, str | tuple[str, ...]] = {}
    """Values that must be as given; an empty text means that the value is missing or empty."""

    identify: Literal["card", "pin", "person", "id_card"] | None = None
    """By the bank card; by card and PIN; by card and PIN or, without the card, by ID card; by ID card, known here or not."""

    ask: str | None = None
    inquire: str | None = None
    empty: str | None = None
    """With `inquire`: the text that ends the flow when there are no rows."""

    only: dict[str, str | tuple[str, ...]] = {}
    """With `inquire`: only rows with these values are kept: cards that are reported lost."""

    confirm: Check | None = None
    risk: Literal[True] | None = None
    sms: Literal[True] | None = None
    approve: Words | None = None
    """A teller approves; the words tell them what."""

    new_pin: Literal[True] | None = None
    """The customer presses a new PIN on the pad, twice."""

    order: str | None = None
    params: dict[str, str] = {}
    """With `inquire` and `order`: values under other names, or ``=text`` itself, which may have values in braces."""

    device: Literal["withdraw", "deposit", "transfer", "balance"] | None = None
    record: Literal["begin", "end"] | None = None
    """Sound and pictures from here on, or up to here: of the offer, which is read aloud, and of the finger that confirms."""

    print: Slip | None = None
    human: Literal["asked", "risk", "complaint"] | None = None
    begin: Name | None = None
    """Another flow has to be gone through before this one makes sense; it takes this one's place."""

    expect: Literal["document"] | None = None
    """What reads papers gets ready."""

    document: Paper | None = None
    """The paper on the tray is photographed and read."""

    explain: Explain | None = None
    show: Show | None = None

    @model_validator(mode="after")
    def _one_verb(self) -> Self:
        if len(verbs := self.verbs()) != 1:
            raise ValueError(f"a step has exactly one verb of {', '.join(VERBS)}; this one has {verbs or 'none'}")
        return self

    def verbs(self) -> list[str]:
        """Return the names of what it does."""
        return [name for name in VERBS if getattr(self, name) is not None]

    @property
    def verb(self) -> str:
        """What it does."""
        return self.verbs()[0]


VERBS = (
    "identify", "ask", "inquire", "confirm", "risk", "sms", "approve", "new_pin", "order", "device", "record", "print", "human", "begin",
    "expect", "document", "explain", "show",
)  # fmt: skip


class Flow(_Data):
    """One business, from what starts it to its end."""

    kind: Name
    title: Words
    """In a few words, as in 咱们{title}."""

    intents: tuple[str, ...] = ()
    icon: str = "ask"
    note: Words | None = None
    """Small words on its button."""

    slots: dict[Name, Slot] = {}
    steps: tuple[Step, ...]
    tells: bool = False
    """Questions about it (what would I lose?) are answered by the flow itself, from the customer's own account."""

    asked: str = ""
    """The flow that tells, where words only ask how much there is to pay."""

    means: dict[str, str] = {}
    """What another intent means while this errand is under way, or in one breath with it: `cancel`, `same` (nothing new), or the
    kind of a flow, which takes over the values of slots of the same name."""

    answers: dict[str, str] = {}
    """The reviewed answer, by id, to what another intent asks while this errand is under way: 几时能到, before anything was sent."""

    texts: dict[Name, Texts] = {}
    offline: str = "line_down"
    """The text when the line to the bank is down."""

    offline_answer: str = ""
    """The reviewed answer, by id, that is given instead while the board of the day holds its figures."""

    @property
    def needs_host(self) -> bool:
        """Whether it can do nothing while the line to the bank is down."""
        return not any(step.document for step in self.steps)

    @property
    def moves_money(self) -> bool:
        """Whether a customer's money moves, to be weighed before."""
        return any(step.risk or step.device in ("withdraw", "transfer") for step in self.steps)
