"""Administrators move and end cases only where nothing is posted on the way; migrations keep to their side of it."""

from dataclasses import replace

from engine.booked import reached
from engine.commands import SYSTEM, Command, Jump, Migrate, Revoke, Terminate
from engine.decision import decide
from engine.definition import Verb
from engine.migrating import migrated
from engine.process import Process, compile_process
from engine.refusal import Refused
from engine.runtime import Runtime, Shelf
from tests.engine.small import RETURNED, REVIEW, SMALL, WITHDRAWN, Office, person, to
from tests.engine.test_posting import office

WHY = "by the meeting"


def parked() -> Office:
    """Give an office where what was withdrawn stays so: no way leads from behind the act to before it."""
    opened = office()
    states = opened.process.definition.states
    definition = replace(opened.process.definition, states={**states, "withdrawn": replace(WITHDRAWN, actions={})})
    opened.process = compile_process(definition, opened.process.book)
    opened.runtime = Runtime(opened.store, Shelf(opened.process), opened.clock)
    return opened


def _second(opened: Office) -> Process:
    """Give a second version, which calls the review a check."""
    old = opened.process.definition
    states = {name: state for name, state in old.states.items() if name != "review"}
    draft = replace(states["draft"], actions={"submit": replace(to("submit", "check"), post="earmark")})
    returned = replace(states["returned"], actions={"resubmit": to("resubmit", "check")})
    check = replace(REVIEW, name="check")
    new = replace(old, version=2, states={**states, "draft": draft, "returned": returned, "check": check})
    return compile_process(new, opened.process.book)


def reasons(opened: Office, command: Command) -> set[str]:
    """Give the codes of the reasons against a command; nothing is kept."""
    case = opened.store.load("case")
    facts, now = opened.store.facts, opened.clock.now()
    assert case is not None
    try:
        if isinstance(command, Migrate):
            migrated(opened.process.definition, _second(opened), case, command, facts, now)
        else:
            decide(opened.process, case, command, facts, now)
    except Refused as refused:
        return {reason.code for reason in refused.reasons}
    return set()


def test_a_jump_goes_over_no_act_that_posts() -> None:
    """Neither forward, which would leave it unbooked, nor back, which would promise it twice."""
    opened = parked()
    opened.start(5)
    assert reasons(opened, Jump(case_id="case", actor=SYSTEM, to="panel", comment=WHY)) == {"jump.posts"}
    assert reasons(opened, Terminate(case_id="case", actor=SYSTEM, comment=WHY)) == set()
    opened.act("ann", "submit")
    assert reasons(opened, Jump(case_id="case", actor=SYSTEM, to="draft", comment=WHY)) == {"jump.posts"}
    for state in ("panel", "returned"):
        assert reasons(opened, Jump(case_id="case", actor=SYSTEM, to=state, comment=WHY)) == set()


def test_a_case_with_entries_is_ended_by_its_procedure_alone() -> None:
    """Where nothing was posted on the way (its money was typed), an administrator may still end it."""
    opened = office()
    opened.start(5)
    opened.act("ann", "submit")
    assert reasons(opened, Terminate(case_id="case", actor=SYSTEM, comment=WHY)) == {"terminate.posted"}
    plain = Office()
    plain.start(5)
    plain.act("ann", "submit")
    assert reasons(plain, Terminate(case_id="case", actor=SYSTEM, comment=WHY)) == set()


def test_what_was_booked_is_not_pulled_back() -> None:
    """The verb asks the same."""
    opened = office()
    states = opened.process.definition.states
    review = replace(states["review"], verbs=frozenset({Verb.REVOKE}))
    definition = replace(opened.process.definition, states={**states, "review": review})
    opened.process = compile_process(definition, opened.process.book)
    opened.start(5)
    opened.act("ann", "submit")
    assert reasons(opened, Revoke(case_id="case", actor=person("ann"))) == {"revoke.posts"}


def test_a_migration_puts_no_case_before_what_it_posted() -> None:
    """A state that is gone goes on at one on the same side of the act."""
    opened = parked()
    opened.start(5)
    opened.act("ann", "submit")
    for state, expected in (("draft", {"migrate.posts"}), ("check", set())):
        move = Migrate(case_id="case", actor=SYSTEM, version=2, states={"review": state})
        assert reasons(opened, move) == expected


def test_a_way_back_to_the_beginning_is_a_way() -> None:
    """From `withdrawn` the draft is reached, from the draft nothing but what needs no entry."""
    definition = office().process.definition
    assert reached(definition, "withdrawn") == {"withdrawn", "draft"}
    assert reached(SMALL, "draft") == frozenset(SMALL.states)
    assert {REVIEW.name, RETURNED.name} <= reached(definition, "review")
