from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from sarv_sync.errors import (
    AnswerUnusable,
    AuthenticationFailed,
    ProviderError,
    RequestRefused,
    Transient,
    Unavailable,
)
from sarv_sync.model.answers import AddAnswer, Created, NotCreated, Unknown
from sarv_sync.model.secret import Secret
from sarv_sync.model.users import Listing
from sarv_sync.provider.patient import Effort, Patient

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sarv_sync.model.users import Field, Value

BROKEN = AnswerUnusable("HTTP 502 with HTML", "wait", transient=Transient())
SLOW = AnswerUnusable("the answer took too long", transient=Transient(congested=True))
STATED = AnswerUnusable("GeneralError", transient=Transient(stated=True))
NO_HOST = ProviderError("the connection was refused", transient=Transient(suspect=True))
PAGE = AnswerUnusable("HTTP 200 with HTML", transient=Transient(suspect=True))
REFUSED = RequestRefused("not allowed")
LIMITED = RequestRefused("too many calls", transient=Transient(congested=True, retry_after=3.0))
UNAUTHORIZED = AuthenticationFailed("token refused")
FINAL = AnswerUnusable("HTTP 418")
MADE = Created("smtp1", Secret("pass word"))


@dataclass
class Script:
    """A provider that says what it is told, call by call (None: a success). Time passes when somebody sleeps.

    `each` is how many seconds every call takes.
    """

    says: list[ProviderError | AddAnswer | None] = field(default_factory=list)
    each: float = 0.0
    time: float = 0.0
    calls: list[Any] = field(default_factory=list)
    sleeps: list[float] = field(default_factory=list)
    heard: list[ProviderError | None] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    stop_after: int = 999

    def list_users(self) -> Listing:
        self._next("list")
        return Listing({})

    def edit_user(self, smtp_user_name: str, fields: Mapping[Field, Value]) -> None:
        self._next((smtp_user_name, dict(fields)))

    def add_user(self, total_limit: int, hourly_limit: int) -> AddAnswer:
        self.calls.append((total_limit, hourly_limit))
        answer = self.says.pop(0)
        assert isinstance(answer, Created | NotCreated | Unknown)
        return answer

    def reset_password(self, smtp_user_name: str) -> Secret:
        self._next(("reset", smtp_user_name))
        return Secret(f"pass word {len(self.calls)}")

    def effort(self, seconds: float = 60.0) -> Effort:
        return Effort(
            seconds=seconds,
            now=lambda: self.time,
            sleep=self._sleep,
            jitter=lambda most: most,
            stopped=lambda: len(self.calls) >= self.stop_after,
            heed=self.heard.append,
            notice=self.notices.append,
        )

    def _next(self, call: Any) -> None:
        self.calls.append(call)
        self.time += self.each
        said = self.says.pop(0) if self.says else None
        if isinstance(said, ProviderError):
            raise said

    def _sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.time += seconds


def edit(script: Script, seconds: float = 60.0) -> Patient:
    patient = Patient(script, script.effort(seconds))
    patient.edit_user("smtp1", {"hourly_limit": 5})
    return patient


@pytest.mark.parametrize("error", [BROKEN, SLOW, STATED])
def test_a_safe_call_is_made_again_when_it_may_succeed(error: ProviderError) -> None:
    script = Script([error, error])

    edit(script)

    assert script.calls == [("smtp1", {"hourly_limit": 5})] * 3
    assert Patient(Script([error]), Script().effort()).list_users() == Listing({})


def test_a_new_password_is_asked_for_again_only_while_it_is_proven_that_there_is_none() -> None:
    script = Script([LIMITED, LIMITED])
    assert Patient(script, script.effort()).reset_password("smtp1") == Secret("pass word 3")

    for error in (BROKEN, SLOW, STATED):
        unheard = Script([error])
        with pytest.raises(AnswerUnusable):
            Patient(unheard, unheard.effort()).reset_password("smtp1")
        assert unheard.calls == [("reset", "smtp1")], "a second call would end the password of the first"
        assert unheard.heard == [error]


@pytest.mark.parametrize("error", [REFUSED, UNAUTHORIZED, FINAL, NO_HOST, PAGE])
def test_what_will_not_pass_by_itself_is_not_tried_again(error: ProviderError) -> None:
    script = Script([error])

    with pytest.raises(type(error)) as raised:
        edit(script)

    assert raised.value is error
    assert len(script.calls) == 1
    assert script.sleeps == []


@pytest.mark.parametrize("error", [NO_HOST, PAGE])
def test_what_may_be_a_wrong_setting_is_tried_again_once_a_call_has_succeeded(error: ProviderError) -> None:
    script = Script()
    patient = edit(script)
    script.says = [error]

    patient.edit_user("smtp1", {})

    assert len(script.calls) == 3


def test_pauses_double_up_to_ten_seconds_and_end_at_the_deadline() -> None:
    script = Script([BROKEN] * 99)

    with pytest.raises(Unavailable, match="tried 10 times"):
        edit(script)

    assert script.sleeps == [0.5, 1, 2, 4, 8, 10, 10, 10, 10]


def test_a_pause_is_any_part_of_its_bound() -> None:
    script = Script([BROKEN])
    effort = replace(script.effort(), jitter=lambda most: most / 4)

    Patient(script, effort).list_users()

    assert script.sleeps == [0.125]


def test_the_deadline_counts_from_the_first_failure() -> None:
    script = Script([SLOW], each=100.0)

    edit(script, 60.0)

    assert len(script.calls) == 2


def test_without_patience_nothing_is_tried_again() -> None:
    script = Script([BROKEN])

    with pytest.raises(AnswerUnusable) as raised:
        edit(script, 0.0)

    assert raised.value is BROKEN


def test_an_error_that_the_provider_states_is_believed_the_third_time() -> None:
    script = Script([STATED] * 9)

    with pytest.raises(AnswerUnusable, match=r"GeneralError \(tried 3 times\)") as raised:
        edit(script)

    assert not isinstance(raised.value, Unavailable)


def test_a_wish_to_be_asked_later_is_granted() -> None:
    script = Script([LIMITED])

    edit(script)

    assert script.sleeps == [3.5]


def test_a_wish_that_ends_after_the_deadline_is_granted_once() -> None:
    script = Script([AnswerUnusable("HTTP 503", transient=Transient(congested=True, retry_after=60.0))] * 9)

    with pytest.raises(AnswerUnusable, match="tried 2 times"):
        edit(script)

    assert script.sleeps == [60.5]


def test_a_wish_to_be_asked_much_later_ends_it() -> None:
    script = Script([AnswerUnusable("HTTP 503", transient=Transient(congested=True, retry_after=3600.0))])

    with pytest.raises(AnswerUnusable, match="HTTP 503"):
        edit(script)

    assert script.sleeps == []


def test_a_refusal_after_an_attempt_without_an_answer_proves_nothing() -> None:
    with pytest.raises(AnswerUnusable, match="not allowed"):
        edit(Script([SLOW, REFUSED]))
    with pytest.raises(RequestRefused):
        edit(Script([LIMITED, REFUSED]))
    with pytest.raises(AuthenticationFailed):
        edit(Script([SLOW, UNAUTHORIZED]))


def test_a_call_that_keeps_failing_while_others_succeed_does_not_mean_that_the_provider_is_down() -> None:
    script = Script()
    patient = edit(script)
    script.says, script.time = [BROKEN] * 99, 5.0
    script.sleeps = []
    original = script._sleep

    def others_succeed(seconds: float) -> None:
        original(seconds)
        said, script.says = script.says, []
        patient.list_users()
        script.says = said

    patient._effort = replace(script.effort(), sleep=others_succeed)

    with pytest.raises(AnswerUnusable) as raised:
        patient.edit_user("smtp2", {})

    assert not isinstance(raised.value, Unavailable)


def test_one_user_that_cannot_be_edited_does_not_mean_that_the_provider_is_down() -> None:
    script = Script()
    patient = Patient(script, script.effort())
    script.says = [BROKEN] * 10  # and the listing that looks whether it is there succeeds

    with pytest.raises(AnswerUnusable) as raised:
        patient.edit_user("smtp1", {})

    assert not isinstance(raised.value, Unavailable)
    assert script.calls[-1] == "list"


def test_a_provider_that_lists_but_edits_nobody_counts_as_down_in_the_end() -> None:
    script = Script()
    patient = Patient(script, script.effort(1.0))
    ends = []
    for number in range(12):
        script.says = [BROKEN] * 2
        with pytest.raises(AnswerUnusable) as raised:
            patient.edit_user(f"smtp{number}", {})
        ends.append(isinstance(raised.value, Unavailable))

    assert ends == [False] * 9 + [True] * 3


def test_nothing_is_tried_again_once_the_run_is_to_stop_and_the_provider_is_not_called_down() -> None:
    script = Script([BROKEN] * 9, stop_after=2)

    with pytest.raises(AnswerUnusable) as raised:
        edit(script)

    assert raised.value is BROKEN

    assert len(script.calls) == 2


def test_whoever_sets_the_pace_hears_of_every_attempt() -> None:
    script = Script([SLOW, BROKEN])

    edit(script)

    assert script.heard == [SLOW, BROKEN, None]


def test_people_hear_of_a_listing_that_has_to_be_tried_again_once() -> None:
    script = Script([BROKEN, BROKEN])

    Patient(script, script.effort()).list_users()
    edit(Script([BROKEN]))

    assert script.notices == ["HTTP 502 with HTML; trying again for up to 60 s"]


@pytest.mark.parametrize(
    "answer", [MADE, Unknown(SLOW), Unknown(BROKEN), NotCreated(REFUSED), NotCreated(UNAUTHORIZED)]
)
def test_a_create_is_asked_for_once(answer: AddAnswer) -> None:
    script = Script([answer, MADE])

    assert Patient(script, script.effort()).add_user(7, 3) == answer

    assert script.calls == [(7, 3)]


@pytest.mark.parametrize("error", [NO_HOST, LIMITED])
def test_a_create_is_asked_for_again_on_proof_that_nothing_was_made(error: ProviderError) -> None:
    script = Script()
    patient = edit(script)
    script.says, script.calls = [NotCreated(error), NotCreated(error), MADE], []

    assert patient.add_user(7, 3) == MADE

    assert script.calls == [(7, 3)] * 3


def test_a_create_without_an_answer_after_such_a_proof_is_not_asked_for_again() -> None:
    script = Script([NotCreated(LIMITED), Unknown(SLOW), MADE])

    assert Patient(script, script.effort()).add_user(7, 3) == Unknown(SLOW)

    assert script.heard == [LIMITED, SLOW]


def test_a_create_that_stays_refused_is_proven_not_made() -> None:
    script = Script([NotCreated(LIMITED)] * 99)

    answer = Patient(script, script.effort()).add_user(7, 3)

    assert isinstance(answer, NotCreated)
    assert "too many calls" in answer.error.message
