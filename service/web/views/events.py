"""Every event in words: pure functions from an event to the key of a sentence and its parameters."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from msgspec import Struct, field

from engine import events
from engine.calendar import WorkingCalendar
from engine.case import Ballot
from engine.definition import ActionKind, Definition
from engine.texts import Text
from engine.values import Json
from service.texts.catalogue import placeholders
from service.web.parts import Tone
from service.web.views.reader import Reader

FIELDS_NAMED_MAX = 6
HUNDREDTHS = 100
DIGEST_SHOWN = 12
KIND_TONES: Mapping[ActionKind, Tone] = {
    ActionKind.FORWARD: "good",
    ActionKind.RETURN: "warn",
    ActionKind.NEGATIVE: "bad",
    ActionKind.NEUTRAL: "active",
}


class Said(Struct, frozen=True):
    """A sentence: its key among the texts, what stands in its gaps, how it looks, and what somebody wrote with it."""

    key: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    tone: Tone = "plain"
    comment: str = ""
    behalf_of: str | None = None
    under: str | None = None


@dataclass(frozen=True, slots=True)
class Teller:
    """What telling an item's events needs; votes through `hidden` tasks are not told yet.

    `at` is the state the item was in when the event happened.
    """

    reader: Reader
    definition: Definition
    calendar: WorkingCalendar
    hidden: frozenset[str] = frozenset()
    at: str = ""

    def said(self, event: events.Event) -> Said:
        """Put an event into words."""
        return _TELLING[type(event)](self, event)

    def after(self, event: events.Event) -> "Teller":
        """Give who tells what comes next."""
        if isinstance(event, events.Opened):
            return replace(self, at=event.state)
        if isinstance(event, events.Undone):
            return replace(self, at=event.case.state)
        return replace(self, at=event.target) if isinstance(event, events.Moved | events.Migrated) else self

    def sentence(self, said: Said) -> str:
        """Give the sentence in the reader's language."""
        return self.reader.t(said.key, **said.params)

    def holders(self, principals: Iterable[str]) -> str:
        """Name people and groups, as a list."""
        return self.reader.t("forms.list_separator").join(map(self.reader.holder, principals))

    def state(self, name: str) -> str:
        """Name a state."""
        found = self.definition.states.get(name)
        return self.reader.says(found.title) if found is not None else name

    def action(self, state: str, name: str) -> str:
        """Name an action of a state."""
        found = self.definition.states.get(state)
        action = found.actions.get(name) if found is not None else None
        return self.reader.says(action.title) if action is not None else name

    def seat(self, state: str, name: str) -> str:
        """Name one of several tasks side by side; empty where there is one."""
        found = self.definition.states.get(state)
        seats: Sequence[Any] = getattr(found.who, "seats", ()) if found is not None else ()
        return next((self.reader.says(seat.title) for seat in seats if seat.name == name), "")

    def mark(self, name: str) -> str:
        """Name a mark that a ladder puts on an item."""
        key = f"marks.{name}"
        known = key in self.reader.rendering.wording.catalogue.messages[self.reader.language]
        return self.reader.t(key) if known else name

    def fields(self, values: Mapping[str, Json]) -> str:
        """Name fields, the first few of many."""
        titles = [self._field(name) for name in values]
        shown = self.reader.t("forms.list_separator").join(titles[:FIELDS_NAMED_MAX])
        return self.reader.t("events.and_more", names=shown) if len(titles) > FIELDS_NAMED_MAX else shown

    def _field(self, name: str) -> str:
        found = self.definition.fields.get(name)
        title: Text | None = found.title if found is not None else None
        return self.reader.says(title) if title is not None else name

    def reasons(self, codes: Sequence[str]) -> str:
        """Name reasons of which only the codes were kept: those whose sentences need nothing else."""
        messages = self.reader.rendering.wording.catalogue.messages[self.reader.language]
        found = (messages.get(f"refusals.{code}") for code in codes)
        plain = [str(message) for message in found if message is not None and not placeholders(message)]
        return self.reader.t("show.reason_separator").join(plain)


def _opened(teller: Teller, _event: events.Opened) -> Said:
    return Said("events.opened", {"definition": teller.reader.says(teller.definition.title)}, "good")


def _data_changed(teller: Teller, event: events.DataChanged) -> Said:
    return Said("events.data_changed", {"fields": teller.fields(event.values)})


def _moved(teller: Teller, event: events.Moved) -> Said:
    state = teller.definition.states.get(event.source)
    action = state.actions.get(event.action) if state is not None else None
    if event.how in _VERBS:
        words = {"source": teller.state(event.source), "target": teller.state(event.target)}
        return Said(f"events.moved_by.{event.how.value}", words, "warn", event.comment, event.behalf_of, event.under)
    names: dict[str, str | int] = {
        "action": teller.action(event.source, event.action),
        "source": teller.state(event.source),
        "target": teller.state(event.target),
    }
    key = "events.moved" if event.source != event.target else "events.acted"
    tone = KIND_TONES[action.kind] if action is not None else "active"
    return Said(key, names, tone, event.comment, event.behalf_of, event.under)


_VERBS = frozenset({events.How.WITHDRAWAL, events.How.REVOCATION, events.How.JUMP})


def _ways_back_kept(_teller: Teller, event: events.WaysBackKept) -> Said:
    return Said("events.ways_back" if event.ways else "events.no_ways_back")


def _step_resumed(_teller: Teller, _event: events.StepResumed) -> Said:
    return Said("events.step_resumed")


def _closed(_teller: Teller, event: events.Closed) -> Said:
    return Said("events.closed", comment=event.comment)


def _suspended(_teller: Teller, event: events.Suspended) -> Said:
    return Said("events.suspended", {}, "warn", event.comment)


def _continued(_teller: Teller, event: events.Continued) -> Said:
    return Said("events.continued", {}, "active", event.comment)


def _undone(_teller: Teller, _event: events.Undone) -> Said:
    return Said("events.undone", {}, "warn")


def _migrated(teller: Teller, event: events.Migrated) -> Said:
    if event.target == teller.at:
        return Said("events.migrated", {"version": event.version}, "warn", event.comment)
    words: dict[str, str | int] = {
        "version": event.version,
        "source": teller.state(teller.at),
        "target": teller.state(event.target),
    }
    return Said("events.migrated_to", words, "warn", event.comment)


def _signed(teller: Teller, event: events.Signed) -> Said:
    words = {"action": teller.action(teller.at, event.signature.action)}
    return Said("events.signed", words, "good", event.comment, event.signature.behalf_of, event.signature.under)


def _posted(_teller: Teller, _event: events.Posted) -> Said:
    return Said("events.posted")


def _voted(teller: Teller, event: events.Voted) -> Said:
    ballot = event.ballot
    if ballot.task in teller.hidden:
        return Said("events.voted_hidden", tone="active")
    words = {"action": teller.action(teller.at, event.action), "score": _points(ballot.score)}
    key = "events.voted" if ballot.score is None else "events.scored"
    return Said(key, words, _vote_tone(ballot), ballot.comment, ballot.behalf_of, ballot.under)


def _vote_tone(ballot: Ballot) -> Tone:
    tones: Mapping[str, Tone] = {"pass": "good", "reject": "bad"}
    return tones.get(ballot.choice.value, "plain")


def _points(hundredths: int | None) -> str:
    if hundredths is None:
        return ""
    whole, rest = divmod(abs(hundredths), HUNDREDTHS)
    text = f"{whole}.{rest:02}".rstrip("0").rstrip(".")
    return f"-{text}" if hundredths < 0 else text


def _round_closed(_teller: Teller, event: events.RoundClosed) -> Said:
    verdict = "passed" if event.passed else "failed"
    key = f"events.round_{verdict}" if event.score is None else f"events.round_score_{verdict}"
    words: dict[str, str | int] = {"count": event.ballots, "score": _points(event.score)}
    return Said(key, words, "good" if event.passed else "bad")


def _picked(teller: Teller, event: events.Picked) -> Said:
    return Said(f"events.picked.{event.by}", {"person": teller.reader.person(event.user)}, "active")


def _draw_committed(_teller: Teller, event: events.DrawCommitted) -> Said:
    drawing = event.drawing
    found: dict[str, str | int] = {"count": len(drawing.candidates), "left_out": len(drawing.excluded)}
    return Said("events.draw_committed", {**found, "digest": drawing.commitment[:DIGEST_SHOWN]}, "active")


def _drawn(teller: Teller, event: events.Drawn) -> Said:
    names = teller.holders(f"u:{user}" for user in event.users)
    return Said("events.drawn", {"word": event.word, "names": names}, "good")


def _redrawn(teller: Teller, event: events.Redrawn) -> Said:
    people = {"out": teller.reader.person(event.out), "person": teller.reader.person(event.user)}
    return Said("events.redrawn", people, "warn", event.reason)


def _skipped(teller: Teller, event: events.Skipped) -> Said:
    words = {"state": teller.state(event.state), "action": teller.action(event.state, event.action)}
    return Said(f"events.skipped.{event.reason}", words, "warn")


def _replaced(teller: Teller, event: events.Replaced) -> Said:
    holder = teller.reader.holder(event.principal) if event.principal else ""
    return Said(f"events.replaced.{event.reason}", {"holder": holder, "names": teller.holders(event.by)}, "warn")


def _task_opened(teller: Teller, event: events.TaskOpened) -> Said:
    task = event.task
    seat = teller.seat(task.state, task.seat)
    holder = teller.reader.holder(task.principal)
    return Said("events.task_opened_seat" if seat else "events.task_opened", {"holder": holder, "seat": seat})


def _task_closed(_teller: Teller, event: events.TaskClosed) -> Said:
    return Said(f"events.task_closed.{event.outcome}")


def _task_changed(teller: Teller, event: events.TaskChanged) -> Said:
    words = {"holder": teller.reader.holder(event.task.principal)}
    tone: Tone = "warn" if event.verb in {"hand_over", "assign"} else "active"
    return Said(f"events.task_changed.{event.verb}", words, tone, event.comment)


def _clock_started(teller: Teller, event: events.ClockStarted) -> Said:
    key = "events.clock_provisional" if event.clock.provisional else "events.clock_started"
    return Said(key, {"day": teller.calendar.local_day(event.clock.due_at).isoformat()})


def _clock_paused(teller: Teller, event: events.ClockPaused) -> Said:
    return Said("events.clock_paused", {"state": teller.state(event.state)})


def _timer_armed(teller: Teller, event: events.TimerArmed) -> Said:
    return Said("events.timer_armed", {"day": teller.calendar.local_day(event.timer.fires_at).isoformat()})


def _timer_cancelled(_teller: Teller, _event: events.TimerCancelled) -> Said:
    return Said("events.timer_cancelled")


def _timer_fired(_teller: Teller, event: events.TimerFired) -> Said:
    return Said("events.timer_fired", {"number": event.rung + 1}, "warn")


def _marked(teller: Teller, event: events.Marked) -> Said:
    return Said("events.marked", {"mark": teller.mark(event.mark)}, "bad")


def _notified(teller: Teller, event: events.Notified) -> Said:
    return Said("events.notified", {"names": teller.holders(event.audience)})


def _commented(_teller: Teller, event: events.Commented) -> Said:
    return Said("events.commented", {}, "active", event.comment)


def _urged(_teller: Teller, event: events.Urged) -> Said:
    return Said("events.urged", {}, "warn", event.comment)


def _replied(_teller: Teller, event: events.Replied) -> Said:
    return Said("events.replied", {}, "active", event.comment)


def _copied(teller: Teller, event: events.Copied) -> Said:
    names = teller.holders(f"u:{user}" for user in event.users)
    return Said("events.copied", {"names": names}, "plain", event.comment)


def _held(teller: Teller, event: events.Held) -> Said:
    reasons = teller.reasons(event.reasons)
    key = "events.held_because" if reasons else "events.held"
    return Said(key, {"action": teller.action(teller.at, event.action), "reasons": reasons}, "warn")


_TELLING: Mapping[type[events.Event], Callable[[Teller, Any], Said]] = {
    events.Opened: _opened,
    events.DataChanged: _data_changed,
    events.Moved: _moved,
    events.Posted: _posted,
    events.WaysBackKept: _ways_back_kept,
    events.StepResumed: _step_resumed,
    events.Closed: _closed,
    events.Suspended: _suspended,
    events.Continued: _continued,
    events.Undone: _undone,
    events.Migrated: _migrated,
    events.Signed: _signed,
    events.Voted: _voted,
    events.RoundClosed: _round_closed,
    events.Picked: _picked,
    events.DrawCommitted: _draw_committed,
    events.Drawn: _drawn,
    events.Redrawn: _redrawn,
    events.Skipped: _skipped,
    events.Replaced: _replaced,
    events.TaskOpened: _task_opened,
    events.TaskClosed: _task_closed,
    events.TaskChanged: _task_changed,
    events.ClockStarted: _clock_started,
    events.ClockPaused: _clock_paused,
    events.TimerArmed: _timer_armed,
    events.TimerCancelled: _timer_cancelled,
    events.TimerFired: _timer_fired,
    events.Marked: _marked,
    events.Notified: _notified,
    events.Commented: _commented,
    events.Urged: _urged,
    events.Replied: _replied,
    events.Copied: _copied,
    events.Held: _held,
}
