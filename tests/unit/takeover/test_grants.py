"""Who may look: whatever core, sync, connections and the clock tell in whatever order, nobody sees what was not granted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guitai.messages.takeover import VideoBlank, VideoGrant, VideoRevoke, VideoState, Viewer
from sync.takeover.grants import (
    GRACE_MS,
    Accept,
    CoreCame,
    CoreLeft,
    Effect,
    HangUp,
    Happening,
    Offered,
    PeerChanged,
    Refuse,
    State,
    Ticked,
    step,
)

DARK, LIGHT = VideoBlank(True, sound=True), VideoBlank(False, sound=False)
OPERATOR, LISTENER, OTHER = Viewer("t1", "operator"), Viewer("s1", "listener"), Viewer("t2", "operator")
GRANT = VideoGrant("e1", (OPERATOR, LISTENER), consent=True)


def run(*happenings: Happening) -> tuple[State, list[Effect]]:
    state, effects = State(), []
    for happening in happenings:
        state, more = step(state, happening)
        effects.extend(more)
    return state, effects


def test_a_granted_viewer_is_answered_and_told_of() -> None:
    state, effects = run(GRANT, Offered(1, "e1", OPERATOR, True), PeerChanged(1, "connected"))
    assert effects == [Accept(1), VideoState("e1", "t1", "connected")]
    assert [one.number for one in state.connections] == [1]


def test_strangers_are_refused() -> None:
    for offered in (
        Offered(1, "e2", OPERATOR, True),
        Offered(1, "e1", OTHER, True),
        Offered(1, "e1", Viewer("t1", "listener"), True),
        Offered(1, "e1", Viewer("s1", "operator"), True),
    ):
        assert run(GRANT, offered)[1] == [Refuse(1, "stranger")]
    assert run(Offered(1, "e1", OPERATOR, True))[1] == [Refuse(1, "stranger")]


def test_without_consent_only_channels_are_answered() -> None:
    silent = VideoGrant("e1", (OPERATOR,), consent=False)
    assert run(silent, Offered(1, "e1", OPERATOR, True))[1] == [Refuse(1, "no_consent")]
    assert run(silent, Offered(1, "e1", OPERATOR, False))[1] == [Accept(1)]


def test_consent_withdrawn_ends_sound_and_picture_but_not_the_channels() -> None:
    before = (GRANT, Offered(1, "e1", OPERATOR, True), Offered(2, "e1", LISTENER, False))
    state, effects = run(*before, VideoGrant("e1", (OPERATOR, LISTENER), consent=False))
    assert effects[-1] == HangUp(1, "no_consent")
    assert [one.number for one in state.connections] == [2]


def test_the_same_viewer_replaces_himself_and_a_second_operator_waits() -> None:
    both = VideoGrant("e1", (OPERATOR, OTHER), consent=True)
    effects = run(both, *(Offered(n, "e1", OPERATOR, True) for n in (1, 2)), Offered(3, "e1", OTHER, True))[1]
    assert effects == [Accept(1), HangUp(1, "replaced"), Accept(2), Refuse(3, "two_viewers")]


def test_a_transfer_hangs_the_first_teller_up() -> None:
    effects = run(GRANT, Offered(1, "e1", OPERATOR, True), VideoGrant("e1", (OTHER,), consent=True))[1]
    assert effects[-1] == HangUp(1, "revoked")


def test_another_escalation_ends_the_one_before_also_for_who_is_in_both() -> None:
    effects = run(GRANT, Offered(1, "e1", OPERATOR, True), VideoGrant("e2", (OPERATOR,), consent=True))[1]
    assert effects[-1] == HangUp(1, "revoked")


def test_revoking_another_escalation_changes_nothing() -> None:
    state, effects = run(GRANT, Offered(1, "e1", OPERATOR, True), VideoRevoke("e0"))
    assert (len(state.connections), effects[-1]) == (1, Accept(1))


def test_core_gone_blanks_at_once_and_hangs_up_after_its_grace() -> None:
    shown = (CoreCame(), LIGHT, GRANT, Offered(1, "e1", OPERATOR, True))
    assert run(*shown)[0].hidden == LIGHT
    state, effects = run(*shown, CoreLeft(1000), Ticked(1000 + GRACE_MS - 1))
    assert effects[-1] == DARK
    assert len(state.connections) == 1
    state, effects = run(*shown, CoreLeft(1000), Ticked(1000 + GRACE_MS))
    assert effects[-1] == HangUp(1, "core_lost")
    assert state.grant is None


def test_core_back_in_time_keeps_the_connections_and_has_to_unblank_anew() -> None:
    shown = (CoreCame(), LIGHT, GRANT, Offered(1, "e1", OPERATOR, True), CoreLeft(1000), CoreCame())
    state, _ = run(*shown)
    assert state.hidden == DARK
    state, _ = run(*shown, GRANT, Ticked(10**9), LIGHT)
    assert (len(state.connections), state.hidden) == (1, LIGHT)


def test_blank_may_leave_the_sound() -> None:
    assert run(VideoBlank(True, sound=False))[0].hidden == VideoBlank(True, sound=False)


VIEWERS = st.sampled_from([OPERATOR, LISTENER, OTHER, Viewer("s2", "listener")])
ESCALATIONS = st.sampled_from(["e1", "e2"])
HAPPENINGS = st.one_of(
    st.builds(VideoGrant, ESCALATIONS, st.lists(VIEWERS, max_size=4).map(tuple), st.booleans()),
    st.builds(VideoRevoke, ESCALATIONS),
    st.builds(VideoBlank, st.booleans(), st.booleans()),
    st.builds(CoreCame),
    st.builds(CoreLeft, st.integers(0, 100_000)),
    st.builds(Offered, st.just(0), ESCALATIONS, VIEWERS, st.booleans()),
    st.builds(PeerChanged, st.integers(1, 12), st.sampled_from(["connected", "failed", "closed"])),
    st.builds(Ticked, st.integers(0, 100_000)),
)


@given(st.lists(HAPPENINGS, max_size=40))
def test_nobody_sees_what_core_does_not_allow(happenings: list[Happening]) -> None:
    state, number, alive = State(), 0, set()
    for happening in happenings:
        if isinstance(happening, Offered):
            number += 1
            happening = Offered(number, happening.escalation_id, happening.viewer, happening.media)
        state, effects = step(state, happening)
        answers = [one for one in effects if isinstance(one, Accept | Refuse)]
        assert len(answers) == isinstance(happening, Offered)
        for effect in effects:
            if isinstance(effect, HangUp):
                alive.remove(effect.number)  # once, and only what stands
        alive |= {one.number for one in answers if isinstance(one, Accept)}
        if isinstance(happening, PeerChanged) and happening.state != "connected":
            alive.discard(happening.number)
        assert alive == {one.number for one in state.connections}
        roles = [one.viewer.role for one in state.connections]
        assert len(roles) == len(set(roles))
        for one in state.connections:
            assert state.grant is not None
            assert one.viewer in state.grant.viewers
            assert one.escalation_id == state.grant.escalation_id
            assert state.grant.consent or not one.media
        if isinstance(happening, CoreLeft | CoreCame):
            assert state.hidden == DARK
