"""The console's API: the queue, a call with its briefing, and everything a teller does with it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request

from guitai.errors import GuitaiError
from headquarters.console import calls
from headquarters.console import models as m
from headquarters.console import shown as s
from headquarters.console.board import item
from headquarters.console.calls import Call
from headquarters.console.guard import FAULTS, Who, guard
from headquarters.console.house import House
from headquarters.console.people import Person
from headquarters.live import Notice


def house_of(request: Request) -> House:
    """Return this application's console."""
    house: House = request.app.state.house
    return house


Console = Annotated[House, Depends(house_of)]
CallId = Annotated[str, Path(pattern=r"^[A-Za-z0-9._:-]{1,80}$")]
Limit = Annotated[int, Query(ge=1, le=1000)]
router = APIRouter(prefix="/api", tags=["console"], responses=FAULTS, dependencies=[Depends(guard)])
CALL = "/escalations/{escalation_id}"


def _item(house: House, call: Call, who: Person) -> s.QueueItemOut:
    return item(call, who, house.board.place(call), house.clock.unix_ms())


@router.get("/queue")
async def queue(house: Console, who: Who) -> s.QueueOut:
    """Return who waits, whom I have, whom others have."""
    return house.board.queue(who)


@router.get("/escalations")
async def escalations(house: Console, who: Who, limit: Limit = 200) -> list[s.QueueItemOut]:
    """Return the latest calls of any state, oldest first."""
    now = house.clock.unix_ms()
    return [item(call, who, None, now) for call in calls.latest(house.engine, now, limit, who.branches)]


@router.get(CALL)
async def briefing(escalation_id: CallId, house: Console, who: Who) -> s.BriefingOut:
    """Return everything about a call: what was said, felt, weighed and given, and what may help now."""
    return house.briefings.of(house.desk.briefed(escalation_id, who), who)


@router.post(CALL + "/accept")
async def accept(escalation_id: CallId, house: Console, who: Who) -> s.QueueItemOut:
    """Take a call: the first gets it, and the kiosk shows who has joined."""
    return _item(house, await house.desk.accept(escalation_id, who), who)


@router.post(CALL + "/decline")
async def decline(escalation_id: CallId, body: m.DeclineIn, house: Console, who: Who) -> s.QueueItemOut:
    """Leave a call to the next."""
    return _item(house, house.desk.decline(escalation_id, who, body.reason), who)


@router.post(CALL + "/transfer")
async def transfer(escalation_id: CallId, body: m.TransferIn, house: Console, who: Who) -> s.QueueItemOut:
    """Pass a call to a colleague, or to whoever has a skill."""
    if (body.teller_id is None) == (body.skill is None) or body.teller_id == who.id:
        raise GuitaiError("hq.bad_request", reason="either teller_id, of a colleague, or skill")
    branch = house.desk.held(escalation_id, who).branch
    if body.teller_id is not None and body.teller_id not in house.board.may_take(branch):
        raise GuitaiError("hq.no_colleague", colleague=body.teller_id)
    call = await house.desk.transfer(escalation_id, who, body.teller_id, body.skill, body.note)
    return _item(house, call, who)


@router.post(CALL + "/return")
async def give_back(escalation_id: CallId, body: m.NoteIn, house: Console, who: Who) -> s.QueueItemOut:
    """Return the customer to the machine."""
    if body.note:
        house.notes.add(house.desk.held(escalation_id, who), who, body.note)
    return _item(house, await house.desk.leave(escalation_id, who, "returned"), who)


@router.post(CALL + "/close")
async def close(escalation_id: CallId, house: Console, who: Who) -> s.QueueItemOut:
    """End the takeover; the kiosk goes on alone."""
    return _item(house, await house.desk.leave(escalation_id, who, "closed"), who)


@router.post(CALL + "/rejoin")
async def rejoin(escalation_id: CallId, house: Console, who: Who) -> s.QueueItemOut:
    """Come back in place after a cut."""
    return _item(house, await house.desk.rejoin(escalation_id, who), who)


@router.post(CALL + "/beat")
async def beat(escalation_id: CallId, house: Console, who: Who) -> s.QueueItemOut:
    """Say every five seconds that the console is there."""
    call = house.desk.beat(escalation_id, who)
    return item(call, who, None, house.clock.unix_ms())


@router.post(CALL + "/say")
async def say(escalation_id: CallId, body: m.SayIn, house: Console, who: Who) -> s.QueueItemOut:
    """Have the kiosk speak a sentence."""
    return _item(house, await house.deeds.say(escalation_id, who, body.text), who)


@router.post(CALL + "/push")
async def push(escalation_id: CallId, body: m.PushIn, house: Console, who: Who) -> s.QueueItemOut:
    """Put a page, a document or a form before the customer."""
    return _item(house, await house.deeds.push(escalation_id, who, body.page), who)


@router.post(CALL + "/ask")
async def ask(escalation_id: CallId, body: m.AskIn, house: Console, who: Who) -> s.QueueItemOut:
    """Ask the customer for a signature, a document, an identity card, or consent to record."""
    return _item(house, await house.deeds.ask(escalation_id, who, body.what), who)


@router.post(CALL + "/look")
async def look(escalation_id: CallId, body: m.LookIn, house: Console, who: Who) -> s.QueueItemOut:
    """Look at the paper or the ID card that the customer laid down. The picture comes from the kiosk to my browser, never here."""
    return _item(house, await house.deeds.look(escalation_id, who, body.what), who)


@router.post(CALL + "/operate")
async def operate(escalation_id: CallId, body: m.OperateIn, house: Console, who: Who) -> s.QueueItemOut:
    """Have a machine do something, through core alone; above my limit with an approval."""
    call = await house.deeds.operate(escalation_id, who, body.operation, body.amount_fen, body.approval_id, body.reason)
    return _item(house, call, who)


@router.post(CALL + "/decide")
async def decide(escalation_id: CallId, body: m.DecideIn, house: Console, who: Who) -> s.QueueItemOut:
    """Approve or reject what is held or waits."""
    call = await house.deeds.decide(escalation_id, who, body.decision, body.reason, body.approval_id)
    return _item(house, call, who)


@router.post(CALL + "/hold")
async def hold(escalation_id: CallId, body: m.HoldIn, house: Console, who: Who) -> s.QueueItemOut:
    """Release what is frozen (the customer's finger confirms), or confirm the freeze."""
    call = await house.deeds.hold(escalation_id, who, body.decision, body.reason, body.approval_id)
    return _item(house, call, who)


@router.post(CALL + "/label")
async def label(escalation_id: CallId, body: m.LabelIn, house: Console, who: Who) -> s.QueueItemOut:
    """Say how it came out; the nightly review learns of fraud and honesty from it."""
    call = house.deeds.label(escalation_id, who, body.outcome)
    house.outcomes.tell_review(call, who, body.outcome)
    return _item(house, call, who)


@router.post(CALL + "/note")
async def note(escalation_id: CallId, body: m.TextIn, house: Console, who: Who) -> s.NoteOut:
    """Leave a note for colleagues."""
    call = house.desk.briefed(escalation_id, who)
    house.live.tell(Notice("escalation", call.id, call.branch))
    return house.notes.add(call, who, body.text)


@router.post(CALL + "/work-order", status_code=201)
async def work_order(escalation_id: CallId, body: m.WorkOrderIn, house: Console, who: Who) -> s.WorkOrderRefOut:
    """File something to be done afterwards with the service desk."""
    call = house.desk.briefed(escalation_id, who)
    return house.outcomes.file_work_order(call, who, body.kind, body.text)


@router.post(CALL + "/video/offer")
async def offer(escalation_id: CallId, body: m.OfferIn, house: Console, who: Who) -> s.AnswerOut:
    """Hand my browser's offer to the kiosk's video process; the answer comes back."""
    return s.AnswerOut(sdp=await house.deeds.offer(escalation_id, who, body.role, body.sdp))


@router.post(CALL + "/listen")
async def listen(escalation_id: CallId, house: Console, who: Who) -> s.QueueItemOut:
    """Listen in; the kiosk shows it."""
    return _item(house, await house.deeds.listen(escalation_id, who), who)


@router.post(CALL + "/unlisten")
async def unlisten(escalation_id: CallId, house: Console, who: Who) -> s.QueueItemOut:
    """Listen no more."""
    return _item(house, await house.deeds.unlisten(escalation_id, who), who)


@router.post(CALL + "/listening")
async def listening(escalation_id: CallId, house: Console, who: Who) -> s.QueueItemOut:
    """Say every five seconds that the listener's console is there; without, the kiosk says after 15 s that nobody listens."""
    return _item(house, house.deeds.listening(escalation_id, who), who)


@router.get("/ice")
async def ice(house: Console, who: Who) -> s.IceOut:
    """Return the relays a browser may use, with credentials that are good for an hour."""
    return house.relays.for_browser(who.id)
