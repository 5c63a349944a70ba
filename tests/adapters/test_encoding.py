"""The text of cases and records: it is hashed and kept for ever, so it may not change by accident."""

from datetime import UTC, datetime
from typing import get_args

import pytest

from adapters.encoding import (
    GENESIS,
    Unreadable,
    case_text,
    json_text,
    link,
    read_case,
    read_json,
    read_receipt,
    read_record,
    receipt_text,
    record_text,
)
from engine.case import (
    CASE_FIELDS,
    Ballot,
    Case,
    Drawing,
    Last,
    Mark,
    PausedClock,
    RunningClock,
    Sent,
    Signature,
    Task,
    Timer,
    WayBack,
)
from engine.counting import Choosing
from engine.events import (
    ClockPaused,
    ClockStarted,
    Closed,
    Commented,
    Continued,
    Copied,
    DataChanged,
    DrawCommitted,
    Drawn,
    Event,
    Held,
    Marked,
    Migrated,
    Moved,
    Notified,
    Opened,
    Picked,
    Posted,
    Record,
    Redrawn,
    Replaced,
    Replied,
    RoundClosed,
    Signed,
    Skipped,
    StepResumed,
    Suspended,
    TaskChanged,
    TaskClosed,
    TaskOpened,
    TimerArmed,
    TimerCancelled,
    TimerFired,
    Undone,
    Urged,
    Voted,
    WaysBackKept,
)
from engine.ports import Receipt
from engine.values import Json

AT = datetime(2026, 11, 23, 2, 0, 0, 123456, UTC)
TASK = Task("case-1", "review", "member", "g:expert@county", AT, due_at=AT, weight=2)
BALLOT = Ballot("case-1", "member", "eva", Choosing.PASS, AT, score=8_050, form={"points": 80, "note": "好"})
WAY_BACK = WayBack("draft", "review", (TASK,), (BALLOT,), ("draft",))
SIGNATURE = Signature("case-2", "case-1", "pass", "eva", AT, "rex")
EVENTS: tuple[Event, ...] = (
    Opened("0001", "small", 1, "draft", "ann", "town"),
    DataChanged({"b": [1, "x", {"z": None, "a": True}], "a": 2**63 - 1}),
    Moved("submit", "draft", "review", "please", "case-1", "rex"),
    Closed(),
    Voted(BALLOT, "score"),
    RoundClosed(passed=True, ballots=3, score=8_000),
    TaskOpened(TASK),
    TaskClosed("case-1", "done", "pass"),
    TaskChanged(TASK, "claim"),
    ClockStarted(RunningClock(AT, AT, provisional=True, fired=1)),
    ClockPaused("review", PausedClock(AT, AT, AT)),
    TimerArmed(Timer("deadline", 3, AT, 1)),
    TimerCancelled("deadline"),
    TimerFired("deadline", 1),
    Marked("overdue"),
    Notified("task.opened", ("u:eva", "g:expert@county"), {"due_at": "2026-12-01"}),
    Commented("ok"),
    Urged("now"),
    Held("timeout", ("rule.broken",)),
    WaysBackKept((WAY_BACK,)),
    StepResumed((BALLOT,), ("draft",)),
    Suspended("the budget is being reviewed"),
    Continued("go on"),
    Undone(6, Case("case", "0001", "small", 1, "draft", 5, "ann", "town", AT, AT)),
    Migrated(2, "review", {"old": "review"}, ("draft",), RunningClock(AT, AT), "new rules", anew=True),
    Signed(SIGNATURE, "seen"),
    Replied("case-1", "42"),
    Copied(("eva",), "for your information"),
    Picked("review", "", "least_loaded", "eva", {"eva": "1", "eli": "2"}),
    Skipped("review", "nobody", "pass"),
    DrawCommitted(Drawing("review", 3, 1, ("eva", "eli"), {"rex": "same_unit"}, "ab")),
    Drawn("review", "seed", "dice", ("eli", "eva"), ("eli",)),
    Redrawn("review", "eli", "eva", "away", ("ann",)),
    Replaced("review", "absent", "u:rex", ("u:head",)),
    Posted("commit_budget", {"lines": [{"account": "budget", "fen": 100}]}),
)
RECORD = Record("case", 7, AT, "ann", "Act", EVENTS)
CASE = Case(
    "case",
    "0001",
    "small",
    1,
    "review",
    7,
    "ann",
    "town",
    AT,
    AT,
    data={"amount": 5, "rows": [{"name": "服务器", "price": 100}]},
    tasks=(TASK,),
    ballots=(BALLOT,),
    draws={
        "review": Drawing(
            "review", 3, 1, ("eva", "eli"), {"rex": "same_unit"}, "ab", "s", "w", ("eli", "eva"), ("eli",), 1
        )
    },
    timers=(Timer("deadline", 3, AT, 1),),
    clock=RunningClock(AT, AT),
    paused={"review": PausedClock(AT, AT, AT, 2)},
    actors={"draft": Mark("ann", AT, "rex")},
    times={"draft.submit": 1},
    visits={"draft": 1, "review": 1},
    turns={"draft": 1, "review": 2},
    marks=("overdue",),
    signatures=(SIGNATURE,),
    hands={"review": ("ann", "rex")},
    path=("draft",),
    ways_back=(WAY_BACK,),
    sent=Sent("ann", AT, TASK, RunningClock(AT, AT)),
    touched=True,
    last=Last("ann", AT, "Act"),
)
GOLDEN = (
    '{"actor":"ann","at":"2026-11-23T02:00:00.123456Z","case_id":"case","command":"Act","events":['
    '["Moved",{"action":"submit","source":"draft","target":"review","comment":"","task":null,"behalf_of":null,'
    '"how":"action","under":null}],'
    '["DataChanged",{"values":{"a":1,"b":"好"}}]],"seq":2}'
)
OLD = '{"actor":"a","at":"2026-01-01T00:00:00Z","case_id":"c","command":"Act","events":[["Urged",{}]],"seq":1}'
GOLDEN_HASH = "4974fba5a912660f87f94cf5a62cede425cf54bb97cfbb79f1d80aeaaf92f788"


def test_every_kind_of_event_is_tried() -> None:
    """A new event must be added to the list above, so that it is shown to survive."""
    assert {type(event) for event in EVENTS} == set(get_args(Event))


def test_a_record_survives() -> None:
    """What is read is what was written, and writing it again gives the same text."""
    text = record_text(RECORD)
    assert read_record(text) == RECORD
    assert record_text(read_record(text)) == text


def test_a_case_survives() -> None:
    """With every field filled."""
    assert read_case(case_text(CASE)) == CASE
    assert {name for name in CASE_FIELDS if not getattr(CASE, name)} <= {
        "previous_state",
        "task_count",
        "timer_count",
        "urged_at",
        "closed_at",
        "rounds",
        "suspended_at",
    }


def test_a_receipt_survives() -> None:
    """With its tasks."""
    receipt = Receipt("case", "0001", "review", 7, (TASK,))
    assert read_receipt(receipt_text(receipt)) == receipt


def test_the_text_of_a_record_is_fixed() -> None:
    """Histories hashed by an older release must hash the same for ever: this text may never change."""
    values: dict[str, Json] = {"b": "好", "a": 1}
    record = Record("case", 2, AT, "ann", "Act", (Moved("submit", "draft", "review"), DataChanged(values)))
    assert record_text(record) == GOLDEN


def test_the_order_of_a_mapping_does_not_matter() -> None:
    """Equal records have equal text."""
    one, two = ({"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert json_text(one) == json_text(two)


def test_a_record_of_an_older_release_is_read() -> None:
    """Fields that came later take their defaults."""
    assert read_record(OLD).events == (Urged(),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (OLD.replace("Urged", "Sold"), "'Sold'"),
        (OLD.replace("Urged", "Moved"), "action"),
        ("[]", "no record"),
        ("", "no record"),
    ],
)
def test_an_unknown_record_is_told_apart(text: str, words: str) -> None:
    """What this release cannot read is said in words, never skipped."""
    with pytest.raises(Unreadable, match=words):
        read_record(text)


def test_a_case_is_read_once_for_a_text() -> None:
    """Who reads the same text again shares what was read; another text is another case."""
    text = case_text(CASE)
    assert read_case(text) is read_case(text[:-1] + text[-1])
    assert read_case(text.replace(f'"revision":{CASE.revision}', '"revision":77')).revision == 77
    assert read_case(text).revision == CASE.revision


def test_fractions_are_no_case_data() -> None:
    """Floats never come back out of the database."""
    with pytest.raises(Unreadable):
        read_json("0.5")
    with pytest.raises(Unreadable):
        read_case(case_text(CASE).replace('"amount":5', '"amount":5.5'))


def test_the_chain_depends_on_all_before() -> None:
    """Each hash covers the payload and the hash before it; the first one is known."""
    first = link(GENESIS, GOLDEN)
    assert first.hex() == GOLDEN_HASH
    assert link(first, GOLDEN) != first
