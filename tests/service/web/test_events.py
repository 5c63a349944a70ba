"""Histories in words: every event there can be, in both languages; real histories of the county, whole."""

from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from adapters.sql.directory import Directory
from engine import events
from engine.calendar import WorkingCalendar
from engine.case import Ballot, Case, Drawing, PausedClock, RunningClock, Signature, Task, Timer, WayBack
from engine.commands import Actor
from engine.counting import Choosing
from service.http.problems import Wording
from service.http.rendering import Rendering
from service.texts import LANGUAGES, Language
from service.texts.foreign import all_texts
from service.web.views.events import Teller
from service.web.views.reader import Reader
from service.web.views.timeline import timeline
from tests.service.web.county import TODAY
from tests.workflows.procedure import procedure
from tests.workflows.rehearsal import Rehearsal

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
TASK = Task("t1", "expert_scoring", "", "u:e01", AT)
BALLOT = Ballot("t1", "", "e01", Choosing.PASS, AT, score=8250, comment="可行")
CLOCK = RunningClock(AT, AT)
CASE = Case("c", "QH-1", "township-project", 1, "draft", 1, "ann", "u", AT, AT)
WAY = WayBack("returned", "prelim_review", (), (), ())
VERBS = (
    *("claim", "release", "recall", "transfer", "assign", "delegate", "answer"),
    *("hand_over", "wait", "turn", "continue", "go_on", "undo", "migrate"),
)
CATALOGUE = all_texts()

EVENTS: tuple[events.Event, ...] = (
    events.Opened("QH-1", "township-project", 1, "draft", "ann", "u"),
    events.DataChanged({"name": "甲", **dict.fromkeys(("goal", "problem", "risks", "batch", "contact", "tier"), "x")}),
    events.DataChanged({"unheard_of": None}),
    events.Moved("submit", "draft", "dept_check", "请审"),
    events.Moved("second_check", "prelim_review", "prelim_review", behalf_of="ann"),
    events.Moved("gone", "no_such_state", "draft"),
    *(events.Moved("", "prelim_review", "draft", how=how) for how in events.How if how is not events.How.ACTION),
    events.WaysBackKept((WAY,)),
    events.WaysBackKept(()),
    events.StepResumed((), ()),
    events.Closed(),
    events.Suspended("等文件"),
    events.Continued(),
    events.Undone(3, CASE),
    events.Migrated(2, "draft"),
    events.Migrated(2, "prelim_review", {"gone": "draft"}, ("draft",), CLOCK, "新版"),
    events.Signed(Signature("t1", "t1", "agree", "ann", AT)),
    events.Voted(BALLOT, "score"),
    events.Voted(Ballot("t2", "", "e02", Choosing.REJECT, AT), "score"),
    events.RoundClosed(passed=True, ballots=5, score=8250),
    events.RoundClosed(passed=False, ballots=1),
    *(events.Picked("dept_check", "", by, "ann", {"ann": "1"}) for by in ("least_loaded", "in_turn")),
    events.DrawCommitted(Drawing("expert_scoring", 3, 2, ("e01", "e02"), {"e03": "recent"}, "a" * 64)),
    events.Drawn("expert_scoring", "s", "六点", ("e02", "e01"), ("e02",)),
    events.Redrawn("expert_scoring", "e02", "e01", "出差"),
    *(events.Skipped("dept_check", why, "submit", ("u:ann",)) for why in ("nobody", "initiator", "repeated")),
    *(
        events.Replaced("dept_check", why, "u:ann", ("u:bob",))
        for why in ("absent", "kept_out", "initiator", "repeated")
    ),
    events.Replaced("dept_check", "nobody", "", ("u:bob",)),
    events.TaskOpened(TASK),
    events.TaskOpened(Task("t3", "joint_review", "data", "g:cty_review@QH", AT)),
    *(events.TaskClosed("t1", outcome) for outcome in ("done", "cancelled", "removed", "undone")),
    *(events.TaskChanged(TASK, verb, "烦请") for verb in VERBS),
    events.ClockStarted(CLOCK),
    events.ClockStarted(RunningClock(AT, AT, provisional=True)),
    events.ClockPaused("prelim_review", PausedClock(AT, AT, AT)),
    events.TimerArmed(Timer("deadline", 1, AT, 0)),
    events.TimerCancelled("deadline"),
    events.TimerFired("deadline", 1),
    events.Marked("overdue"),
    events.Marked("no_such_mark"),
    events.Notified("task.opened", ("u:e01", "g:cty_review@QH")),
    events.Posted("commit_budget", {}),
    events.Commented("留言"),
    events.Urged("请尽快"),
    events.Replied("t1", "已核实"),
    events.Copied(("ann",), "请阅"),
    events.Held("publish_end", ("notice.open_objection",)),
    events.Held("publish_end", ("no.such",)),
)


def reader(language: Language, directory: Directory | None = None) -> Reader:
    """Somebody who reads."""
    empty = Directory({}, {}, {}, {}, (), {}, {})
    rendering = Rendering(Wording(CATALOGUE, language), directory or empty, Actor("ann", "Ann", "u", frozenset()))
    return Reader(CATALOGUE.speak(language), rendering, TODAY)


def teller(language: Language, **others: Any) -> Teller:  # noqa: ANN401  # whatever a teller takes
    """Somebody who tells the township procedure's events."""
    return Teller(reader(language), procedure(), WorkingCalendar("cn"), at="expert_scoring", **others)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_every_event_has_a_sentence(event: events.Event, language: Language) -> None:
    """Whatever happened can be told, in the reader's language, without a gap left open."""
    tells = teller(language)
    said = tells.said(event)
    sentence = tells.sentence(said)
    assert sentence
    assert "{" not in sentence
    assert any("一" <= letter <= "鿿" for letter in sentence) or language == "en"


def test_no_event_is_left_out() -> None:
    """A new kind of event needs a sentence, and a line in the list above."""
    assert {type(event) for event in EVENTS} == set(get_args(events.Event))


def test_a_blind_vote_is_not_told() -> None:
    """Neither the vote nor the points, before the round is closed."""
    tells = teller("zh", hidden=frozenset({"t1"}))
    said = tells.said(events.Voted(BALLOT, "score"))
    assert "82" not in tells.sentence(said)
    assert said.comment == ""
    assert tells.sentence(teller("zh").said(events.Voted(BALLOT, "score"))) == "提交评分：82.5 分"


@pytest.mark.parametrize("language", LANGUAGES)
def test_whole_histories_are_told(rehearsed: Rehearsal, language: Language) -> None:
    """All forty projects: an entry for every command, the latest first, no codes of states or actions left in it."""
    directory = rehearsed.organisation.now()
    states = {name for name in procedure().states if "_" in name}
    for case in rehearsed.cases.values():
        records = rehearsed.store.history(case.id)
        tells = Teller(reader(language, directory), procedure(), directory.calendars["cn"])
        entries = timeline(records, tells)
        assert len(entries) == len(records)
        assert [entry.at for entry in entries] == sorted((record.at for record in records), reverse=True)
        told = " ".join(word for entry in entries for word in (entry.title, entry.actor, *entry.details))
        assert not [name for name in states if name in told]
        assert "{" not in told
