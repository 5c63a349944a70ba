"""The core's promises, on the small procedure."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.assignment import OneUser, Seat, Together
from engine.commands import (
    SYSTEM,
    Act,
    AddSigner,
    Answer,
    Claim,
    Delegate,
    Expire,
    Release,
    RemoveSigner,
    Save,
    Transfer,
    Urge,
)
from engine.counting import Choosing, Counting, VoteRule
from engine.definition import Action, Field, FieldType, Form, Vote
from engine.evolution import fold
from engine.refusal import Conflict, Refused
from tests.engine.small import SMALL, Office, person, text


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    """Give the codes of all reasons."""
    return [reason.code for reason in refused.value.reasons]


def in_review() -> Office:
    """Give an office whose case waits for the reviewer."""
    office = Office()
    office.start()
    office.act("ann", "submit")
    return office


def fire(office: Office) -> None:
    """Move the clock to the armed timer and let it fire."""
    (timer,) = office.store.load(office.case_id).timers
    office.clock.at = timer.fires_at
    office.runtime.execute(Expire(case_id=office.case_id, actor=SYSTEM, timer=timer.name, generation=timer.generation))


def test_a_case_walks_to_its_end_and_equals_the_fold_of_its_history() -> None:
    """Submit, pass, two scores; the mean passes and the case closes."""
    office = in_review()
    office.act("rex", "pass")
    office.act("eva", "score", points=80)
    receipt = office.act("eli", "score", points=70)
    assert receipt.state == "closed"
    assert receipt.tasks == ()
    case = office.store.load(office.case_id)
    assert case.closed_at is not None
    assert [ballot.score for ballot in case.rounds["panel"]] == [8_000, 7_000]
    assert fold(office.store.history(office.case_id)) == case


def test_a_low_mean_fails_the_round() -> None:
    """80 and 60 make 70, below 75."""
    office = in_review()
    office.act("rex", "pass")
    office.act("eva", "score", points=80)
    assert office.act("eli", "score", points=60).state == "withdrawn"


def test_all_reasons_are_collected() -> None:
    """A missing opinion and a form field that may not be edited are both told."""
    office = in_review()
    with pytest.raises(Refused) as refused:
        office.act("rex", "return", amount=3, nonsense=1)
    assert sorted(codes(refused)) == ["comment.required", "field.not_editable", "field.unknown"]


def test_a_rule_of_the_definition_refuses_with_its_own_words() -> None:
    """Above three million yuan the office has no authority."""
    office = Office()
    office.start(amount=300_000_001)
    office.act("ann", "submit")
    with pytest.raises(Refused) as refused:
        office.act("rex", "pass")
    assert [reason.text.en for reason in refused.value.reasons if reason.text] == ["above our authority"]
    assert office.store.load(office.case_id).revision == 2


def test_a_missing_value_refuses_and_never_passes() -> None:
    """An expression over an empty field is undecided."""
    office = Office()
    office.start(amount=None)  # type: ignore[arg-type]  # the point of the test
    with pytest.raises(Refused) as refused:
        office.act("ann", "submit")
    assert codes(refused) == ["field.required"]


def test_strangers_and_the_initiator_may_not_review() -> None:
    """Others' work is refused."""
    office = in_review()
    for name in ("ann", "eva"):
        with pytest.raises(Refused) as refused:
            office.act(name, "pass")
        assert codes(refused) == ["permission.not_yours"]


def test_the_second_decider_gets_a_conflict() -> None:
    """A task that is closed, or a revision that is past, is a lost race."""
    office = in_review()
    (task,) = office.store.load(office.case_id).tasks
    office.act("rex", "pass")
    for command in (
        Act(case_id=office.case_id, actor=person("rex"), action="pass", task=task.id),
        Act(case_id=office.case_id, actor=person("rex"), action="pass", expected_revision=2),
    ):
        with pytest.raises(Conflict):
            office.runtime.execute(command)


def test_the_ladder_reminds_marks_and_hands_over() -> None:
    """Half-time reminder, overdue mark with the supervisor copied, then the head has the task."""
    office = in_review()
    fire(office)
    fire(office)
    assert office.store.load(office.case_id).marks == ("overdue",)
    fire(office)
    case = office.store.load(office.case_id)
    assert [task.principal for task in case.tasks] == ["u:head"]
    assert case.timers == ()


def test_a_timer_never_fires_early_or_twice() -> None:
    """Before its time, with an old generation, or a second time, nothing changes."""
    office = in_review()
    (timer,) = office.store.load(office.case_id).timers
    early = Expire(case_id=office.case_id, actor=SYSTEM, timer=timer.name, generation=timer.generation)
    before = office.store.load(office.case_id).revision
    office.runtime.execute(early)
    assert office.store.load(office.case_id).revision == before
    fire(office)
    after = office.store.load(office.case_id).revision
    office.runtime.execute(early)
    assert office.store.load(office.case_id).revision == after


def test_a_returned_item_times_out_by_itself() -> None:
    """Nobody answers for ten working days: the system withdraws."""
    office = in_review()
    office.act("rex", "return", comment="too vague")
    fire(office)
    assert office.store.load(office.case_id).state == "withdrawn"


def test_the_clock_pauses_while_the_item_is_with_the_applicant() -> None:
    """Back in review, at least three working days are left, and the half-time rung moved along."""
    office = in_review()
    office.clock.at += timedelta(days=4)
    office.act("rex", "return", comment="too vague")
    office.clock.at += timedelta(days=3)
    office.act("ann", "resubmit")
    case = office.store.load(office.case_id)
    assert case.clock is not None
    assert case.clock.due_at - office.clock.at > timedelta(days=3)
    assert case.paused == {}
    assert all(timer.fires_at > office.clock.at for timer in case.timers)


def test_claim_release_transfer() -> None:
    """A claimed task is one person's; others see who holds it; it can go back or on."""
    office = in_review()
    (task,) = office.store.load(office.case_id).tasks
    office.runtime.execute(Claim(case_id=office.case_id, actor=person("rex"), task=task.id))
    with pytest.raises(Conflict):
        office.runtime.execute(Claim(case_id=office.case_id, actor=person("rex"), task=task.id))
    office.runtime.execute(Release(case_id=office.case_id, actor=person("rex"), task=task.id))
    office.runtime.execute(Claim(case_id=office.case_id, actor=person("rex"), task=task.id))
    with pytest.raises(Refused) as refused:
        office.runtime.execute(Transfer(case_id=office.case_id, actor=person("rex"), task=task.id, to="ann"))
    assert codes(refused) == ["separation.excluded"]
    office.runtime.execute(Transfer(case_id=office.case_id, actor=person("rex"), task=task.id, to="eva"))
    assert office.act("eva", "pass").state == "panel"


def test_a_lent_task_is_answered_and_decided_by_its_lender() -> None:
    """The delegate gives an opinion; only the lender decides."""
    office = in_review()
    (task,) = office.store.load(office.case_id).tasks
    office.runtime.execute(Claim(case_id=office.case_id, actor=person("rex"), task=task.id))
    office.runtime.execute(Delegate(case_id=office.case_id, actor=person("rex"), task=task.id, to="eva"))
    with pytest.raises(Refused) as refused:
        office.act("eva", "pass")
    assert codes(refused) == ["task.lent"]
    answer = Answer(case_id=office.case_id, actor=person("eva"), task=task.id, comment="looks right")
    office.runtime.execute(answer)
    assert office.act("rex", "pass").state == "panel"


def test_an_added_signer_votes_too_and_can_be_taken_out() -> None:
    """The round waits for the added signer, and is certain once they are removed."""
    office = in_review()
    office.act("rex", "pass")
    first = office.store.load(office.case_id).tasks[0]
    adder = person(first.principal.removeprefix("u:"))
    office.runtime.execute(AddSigner(case_id=office.case_id, actor=adder, task=first.id, user="head"))
    added = office.store.load(office.case_id).tasks[-1]
    office.act("eva", "score", points=80)
    office.act("eli", "score", points=80)
    assert office.store.load(office.case_id).state == "panel"
    office.runtime.execute(RemoveSigner(case_id=office.case_id, actor=adder, task=added.id))
    assert office.store.load(office.case_id).state == "closed"


def test_urging_works_once_a_day() -> None:
    """The second time on the same day is refused, the next day it works again."""
    office = in_review()
    urge = Urge(case_id=office.case_id, actor=person("ann"))
    office.runtime.execute(urge)
    with pytest.raises(Refused) as refused:
        office.runtime.execute(urge)
    assert codes(refused) == ["urge.once_a_day"]
    office.clock.at += timedelta(days=1)
    office.runtime.execute(urge)


def test_every_button_is_explained() -> None:
    """The reviewer sees both actions, one of them with what is missing; a stranger sees why not."""
    office = in_review()
    case = office.store.load(office.case_id)
    mine = {option.action.name: option for option in office.runtime.options(case, person("rex"), office.store.facts)}
    assert mine["pass"].allowed
    assert not mine["pass"].missing
    assert [reason.code for reason in mine["return"].missing] == ["comment.required"]
    theirs = office.runtime.options(case, person("eva"), office.store.facts)
    assert {reason.code for option in theirs for reason in option.refused} == {"permission.not_yours"}
    allowed = [verb.verb for verb in office.runtime.verbs(case, person("rex"), office.store.facts) if verb.allowed]
    assert allowed == ["claim", "remark", "copy", "urge"]


def test_what_is_sent_on_is_complete() -> None:
    """A name that nobody had to give is too short: it may be saved, but not sent on."""
    name = Field("name", FieldType.TEXT, text("name"), min=5)
    form = Form(edit=("amount", "name"), require=("amount",))
    states = {**SMALL.states, "draft": replace(SMALL.states["draft"], form=form)}
    office = Office(replace(SMALL, fields={**SMALL.fields, "name": name}, states=states))
    office.start()
    office.runtime.execute(Save(case_id=office.case_id, actor=person("ann"), data={"name": "abc"}))
    with pytest.raises(Refused) as refused:
        office.act("ann", "submit")
    assert codes(refused) == ["field.too_short"]


def test_a_timer_asks_for_nothing_that_only_people_can_fill() -> None:
    """The way out when nobody answers is open although the form is empty."""
    returned = replace(SMALL.states["returned"], form=Form(edit=("points",), require=("points",)))
    office = Office(replace(SMALL, states={**SMALL.states, "returned": returned}))
    office.start()
    office.act("ann", "submit")
    office.act("rex", "return", comment="mend it")
    fire(office)
    assert office.store.load(office.case_id).state == "withdrawn"


def test_seats_vote_with_their_weight() -> None:
    """The head's three against the reviewer's one: three of four are needed."""
    seats = Together(
        (
            Seat("head", text("head"), OneUser("head"), weight=3),
            Seat("desk", text("desk"), OneUser("rex")),
        )
    )
    vote = Vote(Counting(VoteRule.WEIGHT, pass_at=3), "passed", "failed")
    actions = {
        **{name: SMALL.states["panel"].actions[name] for name in ("passed", "failed")},
        "yes": Action("yes", text("yes"), vote=Choosing.PASS),
        "no": Action("no", text("no"), vote=Choosing.REJECT),
    }
    panel = replace(SMALL.states["panel"], who=seats, vote=vote, actions=actions)
    office = Office(replace(SMALL, states={**SMALL.states, "panel": panel}))
    office.start()
    office.act("ann", "submit")
    office.act("rex", "pass")
    assert {task.seat: task.weight for task in office.store.load(office.case_id).tasks} == {"head": 3, "desk": 1}
    assert office.act("rex", "no").state == "panel"
    assert office.act("head", "yes").state == "closed"


def test_a_clock_that_was_put_back_stops_nobody() -> None:
    """Resubmitted two seconds before it was returned, by the machine's clock: the deadline stands where it stood."""
    office = in_review()
    before = office.store.load("case").clock
    office.act("rex", "return", comment="more")
    office.clock.at -= timedelta(seconds=2)
    office.act("ann", "resubmit")
    after = office.store.load("case")
    assert after.state == "review"
    assert before is not None
    assert after.clock is not None
    assert after.clock.due_at == before.due_at
    assert fold(office.store.history("case")) == after
