"""The engine's own guards: each lets through what it should, and says why not."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from engine.builtin_guards import BUILTIN
from engine.case import Case, Mark
from engine.definition import Action, Definition, Field, FieldType, Form, State
from engine.guards import Entry
from engine.refusal import Refusal
from engine.situation import Situation
from engine.values import Json
from tests.engine.small import FACTS, SMALL, START, person, text, to

FILE: Json = {"id": "f", "name": "n.pdf", "kind": "pdf", "size": 1, "digest": "0" * 64}
LINES = Field(
    "lines", FieldType.TABLE, text("lines"), min=2, columns=(Field("n", FieldType.TEXT, text("n"), required=True),)
)
FIELDS = (
    Field("paper", FieldType.FILE, text("paper")),
    Field("more", FieldType.FILES, text("more")),
    Field("name", FieldType.TEXT, text("name"), min=3),
    LINES,
)
STATE = State("draft", text("draft"), "all", form=Form(edit=("name", "lines"), require=("paper", "name")))
FORM: Definition = replace(SMALL, fields={field.name: field for field in FIELDS}, states={"draft": STATE})
FRIDAY = datetime(2026, 11, 27, 2, tzinfo=UTC)


def situation(data: Mapping[str, Json] | None = None, **changes: object) -> Situation:
    """Look at a case in draft since Monday, on the next Friday; `changes` are those of the situation or its case."""
    own = {name: changes.pop(name) for name in ("comment", "action", "now", "actor") if name in changes}
    case = Case("c", "1", "small", 1, "draft", 1, "ann", "town", START, START)
    for name, value in changes.items():
        setattr(case, name, value)
    base = Situation(FORM, case, data or {}, person("rex"), FACTS, FRIDAY)
    return structs.replace(base, **own)


def ask(name: str, it: Situation, **arguments: Json) -> list[Refusal]:
    """Ask a guard."""
    entry = BUILTIN.get(name)
    assert entry is not None
    return list(entry.rule(it, arguments))


def codes(reasons: list[Refusal]) -> list[tuple[str, str]]:
    """Give codes and places."""
    return [(reason.code, reason.where) for reason in reasons]


def test_an_opinion_is_as_long_as_asked() -> None:
    """Ten characters without the spaces around; one when nothing is said."""
    assert ask("comment_given", situation(comment="  ten chars "), min=9) == []
    (reason,) = ask("comment_given", situation(comment="ten chars "), min=10)
    assert (reason.code, reason.params) == ("guard.comment_too_short", {"least": 10, "found": 9})
    assert codes(ask("comment_given", situation(comment="  "))) == [("guard.comment_too_short", "comment")]


def test_files_that_are_required_are_attached() -> None:
    """Those of the state and the action, or those that are named; texts are not its matter."""
    assert codes(ask("attachments_complete", situation())) == [("guard.attachment_missing", "paper")]
    assert ask("attachments_complete", situation({"paper": FILE})) == []
    action = Action("go", text("go"), form=Form(require=("more",)))
    assert codes(ask("attachments_complete", situation({"paper": FILE}, action=action))) == [
        ("guard.attachment_missing", "more")
    ]
    assert codes(ask("attachments_complete", situation({"paper": FILE}), fields=["more", "name"])) == [
        ("guard.attachment_missing", "more")
    ]


def test_a_form_is_complete() -> None:
    """What is required is filled, and what was begun is finished."""
    assert codes(ask("required_complete", situation({"paper": FILE, "name": "ab", "lines": [{"n": "x"}]}))) == [
        ("field.too_short", "name"),
        ("field.too_few", "lines"),
    ]
    assert ask("required_complete", situation({"paper": FILE, "name": "abc"}, action=to("go", "draft"))) == []


def test_a_table_has_its_rows_and_cells() -> None:
    """Two rows are needed, each with its cell."""
    assert codes(ask("table_complete", situation(), field="lines")) == [("field.required", "lines")]
    rows: Json = [{"n": "x"}, {}]
    assert codes(ask("table_complete", situation({"lines": rows}), field="lines")) == [("field.required", "lines[1].n")]
    full: Json = [{"n": "x"}, {"n": "y"}]
    assert ask("table_complete", situation({"lines": full}), field="lines") == []


def test_named_fields_are_filled() -> None:
    """Each empty one is told."""
    assert codes(ask("fields_filled", situation({"name": "x"}), fields=["name", "paper"])) == [
        ("field.required", "paper")
    ]


@pytest.mark.parametrize(
    ("guard", "count", "refused"),
    [
        ("times_below", 2, ["guard.times_reached"]),
        ("times_below", 3, []),
        ("times_at_least", 2, []),
        ("times_at_least", 3, ["guard.times_not_reached"]),
    ],
)
def test_actions_are_counted(guard: str, count: int, refused: list[str]) -> None:
    """Twice returned so far."""
    reasons = ask(guard, situation(times={"draft.return": 2}), action="draft.return", count=count)
    assert [reason.code for reason in reasons] == refused


def test_visits_are_counted() -> None:
    """In draft for the second time."""
    assert ask("visits_below", situation(visits={"draft": 2}), state="draft", count=3) == []
    assert codes(ask("visits_below", situation(visits={"draft": 2}), state="draft", count=2)) == [
        ("guard.visits_reached", "draft")
    ]


@pytest.mark.parametrize(
    ("now", "days", "counting", "passes"),
    [
        (FRIDAY, 4, "working", True),
        (FRIDAY, 5, "working", False),
        (FRIDAY + timedelta(days=3), 5, "working", True),
        (FRIDAY + timedelta(days=2), 5, "working", False),
        (FRIDAY + timedelta(days=2), 6, "natural", True),
        (FRIDAY + timedelta(days=2), 7, "natural", False),
    ],
)
def test_days_are_counted_from_the_entry(now: datetime, days: int, counting: str, passes: bool) -> None:
    """Monday to Friday are four working days after the first, whose own day does not count."""
    reasons = ask("days_since_entered", situation(now=now), days=days, counting=counting)
    assert (reasons == []) is passes


def test_a_period_passes_from_the_entry_or_from_an_action() -> None:
    """Three working days after Monday end on Thursday evening; the notice came out on Wednesday."""
    assert ask("waited", situation(), duration="3 working days") == []
    (reason,) = ask("waited", situation(), duration="4 working days")
    assert (reason.code, reason.params) == ("guard.not_waited", {"until": "2026-11-27T09:30:00+00:00"})
    marks = {"draft.publish": Mark("eva", START + timedelta(days=2))}
    it = situation(actors=marks)
    assert ask("waited", it, duration="1 working day", since="draft.publish") == []
    assert codes(ask("waited", it, duration="3 working days", since="draft.publish")) == [("guard.not_waited", "draft")]
    assert codes(ask("waited", it, duration="1 working day", since="draft.send")) == [
        ("guard.never_taken", "draft.send")
    ]


def test_one_person_does_not_decide_twice() -> None:
    """Neither whoever decided there nor for whom it was decided."""
    marks = {"review": Mark("eli", START, behalf_of="rex")}
    assert codes(ask("not_actor_of", situation(actors=marks), state="review")) == [("guard.same_actor", "review")]
    assert ask("not_actor_of", situation(actors=marks, actor=person("eva")), state="review") == []
    assert ask("not_actor_of", situation(), state="review") == []


def test_a_guard_with_an_unknown_kind_of_argument_can_not_be_made() -> None:
    """A slip in a guard book shows when the program starts."""
    with pytest.raises(ValueError, match="no kind strnig"):
        Entry("x", lambda _it, _given: (), {"a": "strnig"}, "x")
