"""The engine's own named guards: what any procedure may ask of a case, its history and its clock.

Counts and times are those before the action in question. Days are those of the definition's calendar.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from engine.calendar import WorkingCalendar
from engine.deadlines import due
from engine.definition import FieldType
from engine.duration import parse_duration
from engine.fields import missing
from engine.guards import Entry, GuardBook
from engine.refusal import Refusal
from engine.situation import Situation, is_filled
from engine.values import Json

_FILES = (FieldType.FILE, FieldType.FILES)
_NATURAL = "natural"

Arguments = Mapping[str, Json]


def _comment_given(it: Situation, given: Arguments) -> Iterator[Refusal]:
    least, found = _number(given, "min", 1), len(it.comment.strip())
    if found < least:
        yield Refusal("guard.comment_too_short", "comment", {"least": least, "found": found})


def _attachments_complete(it: Situation, given: Arguments) -> Iterator[Refusal]:
    for name in _names(given, "fields") or _required_here(it):
        field = it.definition.fields[name]
        if field.type in _FILES and not is_filled(it.data.get(name)):
            yield Refusal("guard.attachment_missing", name, text=field.title)


def _required_complete(it: Situation, _given: Arguments) -> Iterator[Refusal]:
    filled = [name for name in _editable_here(it) if is_filled(it.data.get(name))]
    yield from missing(it.definition, [*_required_here(it), *filled], it.data)


def _table_complete(it: Situation, given: Arguments) -> Iterator[Refusal]:
    yield from missing(it.definition, [_name(given, "field")], it.data)


def _fields_filled(it: Situation, given: Arguments) -> Iterator[Refusal]:
    for name in _names(given, "fields"):
        if not is_filled(it.data.get(name)):
            yield Refusal("field.required", name, text=it.definition.fields[name].title)


def _times_below(it: Situation, given: Arguments) -> Iterator[Refusal]:
    action, count = _name(given, "action"), _number(given, "count")
    if (times := it.case.times.get(action, 0)) >= count:
        yield Refusal("guard.times_reached", action, {"count": count, "found": times})


def _times_at_least(it: Situation, given: Arguments) -> Iterator[Refusal]:
    action, count = _name(given, "action"), _number(given, "count")
    if (times := it.case.times.get(action, 0)) < count:
        yield Refusal("guard.times_not_reached", action, {"count": count, "found": times})


def _visits_below(it: Situation, given: Arguments) -> Iterator[Refusal]:
    state, count = _name(given, "state"), _number(given, "count")
    if (visits := it.case.visits.get(state, 0)) >= count:
        yield Refusal("guard.visits_reached", state, {"count": count, "found": visits})


def _days_since_entered(it: Situation, given: Arguments) -> Iterator[Refusal]:
    calendar, days = _calendar(it), _number(given, "days")
    first, today = calendar.local_day(it.case.entered_at), calendar.local_day(it.now)
    natural = given.get("counting") == _NATURAL
    passed = (today - first).days if natural else calendar.working_days(first, today)
    if passed < days:
        yield Refusal("guard.days_not_passed", it.case.state, {"days": days, "found": passed})


def _waited(it: Situation, given: Arguments) -> Iterator[Refusal]:
    since = _since(it, given)
    if since is None:
        yield Refusal("guard.never_taken", _name(given, "since"))
        return
    ends_at = due(_calendar(it), since, parse_duration(_name(given, "duration"))).at
    if it.now < ends_at:
        yield Refusal("guard.not_waited", it.case.state, {"until": ends_at.isoformat()})


def _not_actor_of(it: Situation, given: Arguments) -> Iterator[Refusal]:
    state = _name(given, "state")
    mark = it.case.actors.get(state)
    if mark is not None and it.actor.id in (mark.user, mark.behalf_of):
        yield Refusal("guard.same_actor", state)


def _since(it: Situation, given: Arguments) -> datetime | None:
    """Give when the named action was last taken, or when the case entered its state."""
    if "since" not in given:
        return it.case.entered_at
    mark = it.case.actors.get(_name(given, "since"))
    return mark.at if mark is not None else None


def _required_here(it: Situation) -> list[str]:
    return [*it.definition.states[it.case.state].form.require, *(it.action.form.require if it.action else ())]


def _editable_here(it: Situation) -> list[str]:
    return [*it.definition.states[it.case.state].form.edit, *(it.action.form.edit if it.action else ())]


def _calendar(it: Situation) -> WorkingCalendar:
    return it.facts.calendar(it.definition.calendar)


def _name(given: Arguments, argument: str) -> str:
    return str(given[argument])


def _names(given: Arguments, argument: str) -> list[str]:
    value = given.get(argument)
    return [str(name) for name in value] if isinstance(value, list) else []


def _number(given: Arguments, argument: str, usual: int = 0) -> int:
    value = given.get(argument, usual)
    assert isinstance(value, int)
    return value


BUILTIN = GuardBook(
    entries=[
        Entry("comment_given", _comment_given, {"min": "int?"}, "An opinion of at least `min` characters is given."),
        Entry(
            "attachments_complete",
            _attachments_complete,
            {"fields": "fields?"},
            "Every file that is required here (or every one of `fields`) is attached.",
        ),
        Entry(
            "required_complete",
            _required_complete,
            {},
            "Every field required here is filled, and what may be edited here is not half filled.",
        ),
        Entry(
            "table_complete",
            _table_complete,
            {"field": "field"},
            "The table has rows enough, each with the cells it needs.",
        ),
        Entry("fields_filled", _fields_filled, {"fields": "fields"}, "Each of the fields is filled."),
        Entry(
            "times_below",
            _times_below,
            {"action": "action", "count": "int"},
            "The action was taken fewer than `count` times in this case.",
        ),
        Entry(
            "times_at_least",
            _times_at_least,
            {"action": "action", "count": "int"},
            "The action was taken `count` times or more in this case.",
        ),
        Entry(
            "visits_below",
            _visits_below,
            {"state": "state", "count": "int"},
            "The case has been in the state fewer than `count` times.",
        ),
        Entry(
            "days_since_entered",
            _days_since_entered,
            {"days": "int", "counting": "working|natural?"},
            "So many days (working days unless `counting: natural`) have passed since the state was entered.",
        ),
        Entry(
            "waited",
            _waited,
            {"duration": "duration", "since": "action?"},
            "The period has passed since the state was entered, or since the action was last taken.",
        ),
        Entry(
            "not_actor_of",
            _not_actor_of,
            {"state": "state"},
            "The person is not the one who last decided in the state, nor the one it was decided for.",
        ),
    ]
)
"""The book that every other book is joined to."""
