"""The visual editor as forms: what is filled in for a step becomes an edit of the text, and nothing else does."""

from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from engine.editing import values
from tests.service.conftest import Desk, Visitor
from tests.service.office import DEFINITION
from tests.service.web.test_definition_pages import ROOT, digest, send, show

SOURCE = DEFINITION.read_text("utf-8")


class Filled(HTMLParser):
    """What a browser would send for the form of the chosen step."""

    def __init__(self) -> None:
        """Nothing read yet."""
        super().__init__()
        self.pairs: list[tuple[str, str]] = []
        self.inside = self.is_pattern = False
        self.select = ""

    def handle_starttag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        """Take what a control holds."""
        said = dict(attrs)
        name = said.get("name") or ""
        if tag == "form":
            self.inside = "data-flow-step" in said
        self.is_pattern = self.is_pattern or tag == "template"
        if not self.inside or self.is_pattern or said.get("id") == "new-to":
            return
        if tag == "select":
            self.select = name
        elif tag == "option" and "selected" in said:
            self.pairs.append((self.select, said.get("value") or ""))
        elif tag == "input" and (said.get("type") not in {"checkbox", "radio"} or "checked" in said):
            self.pairs.append((name, said.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        """Leave the pattern of a new row, which a browser does not send."""
        if tag == "template":
            self.is_pattern = False


def form_of(visitor: Visitor, step: str, view: str = "outline") -> dict[str, Any]:
    """Open a step, a field or the top, and give the form as it stands."""
    shown = show(visitor, f"{ROOT}/well/edit/flow?view={view}&step={step}")
    assert shown.status_code == 200, shown.text
    reader = Filled()
    reader.feed(shown.text)
    found: dict[str, Any] = {}
    for name, value in reader.pairs:
        found.setdefault(name, []).append(value)
    return found


@pytest.fixture
def wilma(desk: Desk) -> Visitor:
    """Who writes, with a draft of version 2 begun."""
    visitor = desk.sign_in("wilma")
    send(visitor, f"{ROOT}/well/1/draft", digest=digest(desk, 1))
    return visitor


def text_of(desk: Desk) -> str:
    """The draft's text."""
    return desk.assembly.publishing.edition("well", 2).source


def save(visitor: Visitor, step: str, **changes: Any) -> httpx.Response:  # noqa: ANN401  # fields of a form
    """Send the form of a step with some fields changed."""
    return send(visitor, f"{ROOT}/well/edit/flow", **{**form_of(visitor, step), **changes})


def steps(source: str) -> list[str]:
    """The steps of a text in order."""
    found: Any = values(source)
    return list(found["states"])


def test_saving_a_step_unchanged_changes_nothing(desk: Desk, wilma: Visitor) -> None:
    """Not a character of the text, whatever the step holds."""
    for step in steps(SOURCE):
        assert save(wilma, step).status_code == 303
        assert text_of(desk) == SOURCE


FILLED: list[tuple[dict[str, Any], str, object]] = [
    ({"title.zh": "审查"}, "title.zh", "审查"),
    ({"due.amount": "3", "due.unit": "days"}, "due", "3 days"),
    ({"due.amount": "1", "due.unit": "working days"}, "due", "1 working day"),
    ({"who.kind": "head"}, "who", {"head": "item.county"}),
    ({"who.role": "cty_head"}, "who", {"role": "cty_head", "in": "item.county"}),
    ({"not": ["initiator", "previous"]}, "not", ["initiator", "previous"]),
    ({"actions.pass.comment": "yes"}, "actions.pass.comment", "required"),
    ({"actions.pass.to": "draft"}, "actions.pass.to", "draft"),
    ({"actions.pass.title.en": "Yes, agreed"}, "actions.pass.title.en", "Yes, agreed"),
    ({"form.edit": ["cost"]}, "form.edit", ["cost"]),
    ({"vote.by": "count", "vote.pass": "2"}, "vote", {"by": "count", "pass": 2}),
    (
        {"rungs-0-at": "80%", "rungs-1-mark": ""},
        "escalate",
        [{"at": "80%", "remind": "assignee"}, {"at": "due", "remind": "assignee"}],
    ),
]


def test_what_is_filled_in_is_written(desk: Desk, wilma: Visitor) -> None:
    """At its place in the text, and only there."""
    for changes, path, value in FILLED:
        answer = save(wilma, "review", **changes)
        assert answer.status_code == 303, answer.text
        assert without(text_of(desk), path, value) == without(SOURCE, path)
        send(wilma, f"{ROOT}/well/edit", source=SOURCE, revision=digest(desk, 2))


def without(source: str, path: str, expected: object = None) -> Any:  # noqa: ANN401  # plain values
    """Give a text's values with one place of the step taken out, which is to hold what was expected."""
    content: Any = values(source)
    place = content["states"]["review"]
    *parents, last = path.split(".")
    for part in parents:
        place = place[part]
    found = place.pop(last, None)
    assert expected is None or found == expected
    return content


def test_a_step_is_inserted_moved_and_deleted_whole(desk: Desk, wilma: Visitor) -> None:
    """The procedure stays sound: what led on leads through the new step, and past it when it is gone again."""

    def press(intent: str) -> None:
        answer = send(wilma, f"{ROOT}/well/edit/flow", revision=digest(desk, 2), intent=intent)
        assert answer.status_code == 303, answer.text

    press("insert:draft")
    inserted: Any = values(text_of(desk))
    new = next(name for name in inserted["states"] if name not in SOURCE)
    assert list(inserted["states"])[:2] == ["draft", new]
    assert inserted["states"]["draft"]["actions"]["submit"]["to"] == new
    assert desk.assembly.publishing.check(text_of(desk)).problems == ()
    press(f"down:{new}")
    assert steps(text_of(desk))[2] == new
    press(f"delete:{new}")
    assert values(text_of(desk)) == values(SOURCE)
    press("undo")
    assert new in text_of(desk)


def test_actions_come_and_go(desk: Desk, wilma: Visitor) -> None:
    """A new one has names in both languages and leads where it was asked to."""
    answer = save(wilma, "review", intent="action", to="draft")
    assert answer.status_code == 303
    actions: Any = values(text_of(desk))
    new = actions["states"]["review"]["actions"].popitem()
    assert (new[1]["to"], set(new[1]["title"])) == ("draft", {"zh", "en"})
    send(wilma, f"{ROOT}/well/edit/flow", revision=digest(desk, 2), intent=f"without:review:{new[0]}")
    assert text_of(desk) == SOURCE


def test_problems_stand_at_their_step(desk: Desk, wilma: Visitor) -> None:
    """In the outline, at the step, in the list with the way that shows it, and as a number in the title."""
    save(wilma, "review", **{"who.kind": "actor_of"})
    shown = show(wilma, f"{ROOT}/well/edit/flow?step=review").text
    assert "<title>(1) " in shown or "<title>(2) " in shown
    assert 'class="count bad"' in shown
    assert f"{ROOT}/well/edit/flow?step=review" in shown


def test_a_way_that_shows_a_problem_is_walked_on_the_picture(desk: Desk, wilma: Visitor) -> None:
    """The states and the moves of the counterexample are marked."""
    broken = SOURCE + "always:\n  - dropped only after panel\n"
    send(wilma, f"{ROOT}/well/edit", source=broken, revision=digest(desk, 2))
    shown = show(wilma, f"{ROOT}/well/edit/flow?view=graph&walk=0").text
    assert shown.count('class="move negative taken"') >= 1
    assert 'visited" data-state="draft"' in shown


def test_who_is_late_is_told(desk: Desk, wilma: Visitor) -> None:
    """Nothing is written over; a step that is not there is refused in words."""
    old = digest(desk, 2)
    save(wilma, "review", **{"title.en": "Other"})
    answer = send(wilma, f"{ROOT}/well/edit/flow", revision=old, intent="insert:draft")
    assert answer.status_code == 412
    assert send(wilma, f"{ROOT}/well/edit/flow", revision=digest(desk, 2), intent="insert:gone").status_code == 422


def test_a_text_that_is_no_yaml_leads_to_the_text(desk: Desk, wilma: Visitor) -> None:
    """There are no steps to show."""
    send(wilma, f"{ROOT}/well/edit", source="workflow: well\nstates: [", revision=digest(desk, 2))
    shown = show(wilma, f"{ROOT}/well/edit/flow")
    assert shown.status_code == 200
    assert f'href="{ROOT}/well/edit"' in shown.text
