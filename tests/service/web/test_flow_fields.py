"""The visual editor's forms of a field, of the conditions of an action and of the top of a procedure."""

from typing import Any

import httpx

from engine.editing import values
from tests.service.conftest import Desk, Visitor
from tests.service.office import DEFINITION
from tests.service.web.test_definition_pages import ROOT, digest, send
from tests.service.web.test_flow import form_of, text_of, wilma

__all__ = ["wilma"]

SOURCE = DEFINITION.read_text("utf-8")
CONTENT: Any = values(SOURCE)


def save(visitor: Visitor, view: str, name: str, **changes: Any) -> httpx.Response:  # noqa: ANN401  # fields of a form
    """Send the form of a view with some controls changed."""
    form = {**form_of(visitor, name, view), **changes}
    return send(visitor, f"{ROOT}/well/edit/flow", **{one: value for one, value in form.items() if value != []})


def press(desk: Desk, visitor: Visitor, view: str, intent: str) -> str:
    """Press a button of the outline; gives where it leads."""
    answer = send(visitor, f"{ROOT}/well/edit/flow", revision=digest(desk, 2), view=view, intent=intent)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("step=")[2]


def content_of(desk: Desk) -> Any:  # noqa: ANN401  # plain values
    """The draft as plain values."""
    return values(text_of(desk))


def test_saving_any_form_unchanged_changes_nothing(desk: Desk, wilma: Visitor) -> None:
    """Not a character of the text: every field, and the top."""
    for view, name in [("head", ""), *(("fields", one) for one in CONTENT["fields"])]:
        assert save(wilma, view, name).status_code == 303
        assert text_of(desk) == SOURCE


def test_a_field_is_added_described_and_deleted(desk: Desk, wilma: Visitor) -> None:
    """Without a word of the language: it stands in the form of the first step, and leaves no trace when it goes."""
    first = next(iter(CONTENT["fields"]))
    name = press(desk, wilma, "fields", f"insert:{first}")
    added = content_of(desk)
    assert list(added["fields"])[:2] == [first, name]
    assert name in added["states"][next(iter(added["states"]))]["form"]["edit"]
    assert save(wilma, "fields", name, type="choice", **{"title.zh": "用途", "title.en": "Use"}).status_code == 303
    chosen = {"of-0-zh": "公文", "of-0-en": "Letters", "of-1-zh": "合同", "of-1-en": "Contracts", "of-1-name": "deal"}
    assert save(wilma, "fields", name, in_require="draft", **chosen).status_code == 303
    described = content_of(desk)["fields"][name]
    assert described == {
        "type": "choice",
        "title": {"zh": "用途", "en": "Use"},
        "of": {"choice_1": {"zh": "公文", "en": "Letters"}, "deal": {"zh": "合同", "en": "Contracts"}},
    }
    assert name in content_of(desk)["states"]["draft"]["form"]["require"]
    assert desk.assembly.publishing.check(text_of(desk)).problems == ()
    press(desk, wilma, "fields", f"down:{name}")
    assert list(content_of(desk)["fields"])[2] == name
    press(desk, wilma, "fields", f"delete:{name}")
    assert content_of(desk) == CONTENT


COLUMN = {"type": "text", "title": {"zh": "新列", "en": "New column"}}
KINDS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"type": "money"}, {"type": "money"}),
    ({"min": "0", "max": "50000"}, {"type": "money", "min": "0.00", "max": "50000.00"}),
    ({"type": "files"}, {"type": "files"}),
    ({"accept": ["pdf", "ofd"], "max": "3"}, {"type": "files", "max": 3, "accept": ["pdf", "ofd"]}),
    ({"type": "table"}, {"type": "table", "columns": {"column_1": COLUMN}}),
    (
        {"columns-0-type": "money", "columns-0-required": "yes"},
        {"type": "table", "columns": {"column_1": {**COLUMN, "type": "money", "required": True}}},
    ),
    ({"type": "person"}, {"type": "person"}),
    ({"of_role": "cty_review"}, {"type": "person", "of_role": "cty_review"}),
    ({"type": "text", "help.zh": "写全称"}, {"type": "text", "help": {"zh": "写全称"}}),
    ({"sensitive": "account"}, {"type": "text", "help": {"zh": "写全称"}, "sensitive": "account"}),
    ({"type": "integer"}, {"type": "integer", "help": {"zh": "写全称"}}),
    ({"computed": "1 + 1", "in_edit": []}, {"type": "integer", "help": {"zh": "写全称"}, "computed": "1 + 1"}),
]
"""One after the other: what of the old type does not fit the new one goes with it."""


def test_a_field_becomes_another_type(desk: Desk, wilma: Visitor) -> None:
    """Each type has its own questions, and what is answered is written as the language has it."""
    name = press(desk, wilma, "fields", "insert:name")
    for changes, expected in KINDS:
        answer = save(wilma, "fields", name, **changes)
        assert answer.status_code == 303, answer.text
        found = content_of(desk)["fields"][name]
        found.pop("title")
        assert found == expected, changes


def test_choices_keep_their_codes_and_order(desk: Desk, wilma: Visitor) -> None:
    """A reworded choice stays the same one; one that is moved, or taken out, is not written as another."""
    name = press(desk, wilma, "fields", "insert:name")
    save(wilma, "fields", name, type="choice")
    rows = {f"of-{row}-{part}": f"{part}{row}" for row in range(3) for part in ("zh", "en", "name")}
    save(wilma, "fields", name, **rows)
    save(wilma, "fields", name, **{"of-1-zh": "改", "intent": "up:of:2"})
    written = content_of(desk)["fields"][name]["of"]
    assert list(written) == ["name0", "name2", "name1"]
    assert written["name1"] == {"zh": "改", "en": "en1"}
    save(wilma, "fields", name, intent="remove:of:0")
    assert list(content_of(desk)["fields"][name]["of"]) == ["name2", "name1"]


REQUIRED = CONTENT["states"]["review"]["actions"]["pass"]["require"]
ROW = "actions.pass.conditions-{row}-{part}"


def condition(row: int, **parts: str) -> dict[str, str]:
    """A row of conditions as a form sends it."""
    return {ROW.format(row=row, part=part): value for part, value in parts.items()}


CONDITIONS: list[tuple[dict[str, Any], list[Any]]] = [
    (condition(0, value="60000.5"), [{**REQUIRED[0], "that": 'item.cost <= money("60000.50")'}]),
    (
        condition(1, field="name", sign="!=", value="水井"),
        [
            *REQUIRED,
            {
                "that": 'item.name != "水井"',
                "else": {"zh": "“名称”应不等于水井。", "en": "“Name” must be other than 水井."},
            },
        ],
    ),
    (
        condition(1, field="points", sign=">="),
        [
            *REQUIRED,
            {"that": "item.points >= 0", "else": {"zh": "“评分”应不小于0。", "en": "“Points” must be at least 0."}},
        ],
    ),
    (
        condition(1, field="*", that="size(item.panel) > 2", zh="不足三人", en="Fewer than three"),
        [*REQUIRED, {"that": "size(item.panel) > 2", "else": {"zh": "不足三人", "en": "Fewer than three"}}],
    ),
    ({"actions.pass.rules-0-rule": "attachments_complete"}, [*REQUIRED, "attachments_complete"]),
    ({"intent": "remove:actions.pass.conditions:0"}, []),
]


def test_conditions_are_rows(desk: Desk, wilma: Visitor) -> None:
    """A field compared with a value is written as the expression it means, with what it says where that is left out."""
    for changes, expected in CONDITIONS:
        answer = save(wilma, "outline", "review", **changes)
        assert answer.status_code == 303, answer.text
        assert content_of(desk)["states"]["review"]["actions"]["pass"].get("require", []) == expected
        assert desk.assembly.publishing.check(text_of(desk)).definition is not None
        send(wilma, f"{ROOT}/well/edit", source=SOURCE, revision=digest(desk, 2))


def test_what_a_condition_says_follows_it_until_somebody_words_it(desk: Desk, wilma: Visitor) -> None:
    """The sentence made for a comparison changes with it; a person's own words stay."""
    save(wilma, "outline", "review", **condition(1, field="points", sign=">=", value="60"))
    save(wilma, "outline", "review", **condition(1, value="70", en="Too few points"))
    assert content_of(desk)["states"]["review"]["actions"]["pass"]["require"][1] == {
        "that": "item.points >= 70",
        "else": {"zh": "“评分”应不小于70。", "en": "Too few points"},
    }


def test_a_value_of_another_kind_is_refused(desk: Desk, wilma: Visitor) -> None:
    """It is said which, and nothing is written."""
    answer = save(wilma, "outline", "review", **condition(0, value="many"))
    assert answer.status_code == 422
    assert "“many” is no value of “Cost”" in answer.text or "“many”不能作“费用”的值" in answer.text
    assert text_of(desk) == SOURCE


TOPS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"title.zh": "打深井"}, {"title": {"zh": "打深井", "en": "Dig a well"}}),
    ({"numbering": "DJ-{n:6}"}, {"numbering": "DJ-{n:6}"}),
    ({"summary": ["name"]}, {"summary": ["name"]}),
    ({"starters.kind": "anybody"}, {"starters": None}),
    ({"admins.kind": "head", "admins.scope": "item.county"}, {"admins": {"head": "item.county"}}),
    (
        {"phases-2-zh": "办结", "phases-2-en": "Done"},
        {"phases": {**CONTENT["phases"], "phase_3": {"zh": "办结", "en": "Done"}}},
    ),
    (
        {"sections-0-zh": "概况"},
        {"sections": {"basic": {"title": {"zh": "概况", "en": "Basics"}, "fields": ["name", "cost", "plan"]}}},
    ),
]


def test_the_top_is_a_form(desk: Desk, wilma: Visitor) -> None:
    """Each answer is written at its place, and nothing else changes."""
    for changes, expected in TOPS:
        answer = save(wilma, "head", "", **changes)
        assert answer.status_code == 303, answer.text
        said = {**CONTENT, **expected}
        assert content_of(desk) == {key: value for key, value in said.items() if value is not None}, changes
        assert desk.assembly.publishing.check(text_of(desk)).problems == ()
        send(wilma, f"{ROOT}/well/edit", source=SOURCE, revision=digest(desk, 2))


def test_a_field_moves_to_another_page(desk: Desk, wilma: Visitor) -> None:
    """It leaves the one it stood on; a page nothing stands on any more goes."""
    save(wilma, "head", "", **{"sections-1-zh": "评审", "sections-1-en": "Review"})
    save(wilma, "fields", "points", section="section_2")
    assert content_of(desk)["sections"]["section_2"]["fields"] == ["points"]
    assert desk.assembly.publishing.check(text_of(desk)).problems == ()
    save(wilma, "fields", "points", section="")
    assert content_of(desk)["sections"] == CONTENT["sections"]


def test_problems_lead_to_the_form_they_are_in(desk: Desk, wilma: Visitor) -> None:
    """A field's to the fields, and what stands at the top to the top."""
    save(wilma, "fields", "cost", **{"title.en": ""})
    shown = wilma.client.get(
        f"{ROOT}/well/edit/flow", headers={"Authorization": f"Bearer {wilma.token}", "Accept": "text/html"}
    )
    assert 'view=fields&amp;step=cost"' in shown.text
    save(wilma, "head", "", **{"title.en": ""})
    shown = wilma.client.get(
        f"{ROOT}/well/edit/flow", headers={"Authorization": f"Bearer {wilma.token}", "Accept": "text/html"}
    )
    assert "view=head" in shown.text.partition("h-problems")[2]
