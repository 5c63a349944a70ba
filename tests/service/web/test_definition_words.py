"""Definitions in words and tables: what officials sign off is what the engine will do."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from adapters import shipped
from adapters.sql.publishing import Headline
from engine.assignment import Initiator, Instead
from engine.checking import check
from engine.comparing import Aspect, compare
from engine.definition import Definition
from engine.guards import GuardBook
from engine.texts import Text
from service.rules import GUARDS
from service.texts import LANGUAGES, Language
from service.texts.foreign import all_texts
from service.web.views.condition_words import in_words
from service.web.views.definition_tables import deed_words, fields, guard_words, matrix
from service.web.views.definitions import definition_rows, flaw_lines, impact
from service.web.views.rulebook import Rulebook
from service.web.views.text_changes import changes
from service.web.views.trace_words import step_words
from tests.service.web.naming import Reading
from tests.workflows.procedure import procedure

HERE = Path(__file__).parent
WELL = HERE.with_name("well.yaml")
SEVERAL = HERE.joinpath("several.yaml").read_text("utf-8")
PARAGRAPHS = yaml.safe_load(HERE.joinpath("paragraphs.yaml").read_text("utf-8"))
TOLD = [(state, language) for state, texts in PARAGRAPHS.items() for language in texts]


def loaded(source: str) -> Definition:
    """Load a definition that must be readable."""
    checked = check(source, file="test", book=GuardBook())
    assert checked.definition is not None, checked.problems
    return checked.definition


@pytest.mark.parametrize(("state", "language"), TOLD)
def test_a_state_is_told_whole(state: str, language: Language) -> None:
    """Who, in how much time, who may not, the vote, what when late, where to."""
    definition = loaded(SEVERAL)
    told = Rulebook(definition, Reading(language)).paragraph(definition.states[state])
    assert "".join(told.sentences) == PARAGRAPHS[state][language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shipped_procedure_is_told_in_one_language(language: Language) -> None:
    """All 37 states have a paragraph without a word of the other language's script, or a text that is missing."""
    paragraphs = Rulebook(procedure(), Reading(language)).paragraphs()
    assert [one.state for one in paragraphs] == list(procedure().states)
    for paragraph in paragraphs:
        text = paragraph.title + paragraph.phase + "".join(paragraph.sentences)
        assert text.isascii() or language == "zh" or not any("一" <= letter <= "鿿" for letter in text)
        assert "{" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_matrix_has_every_action(language: Language) -> None:
    """One row for each action of each state, with who takes it, where it leads and all its guards."""
    rows = matrix(procedure(), Reading(language))
    assert [(row.state, row.action) for row in rows] == [
        (state.name, action.name) for state in procedure().states.values() for action in state.actions.values()
    ]
    for row in rows:
        action = procedure().states[row.state].actions[row.action]
        assert len(row.needs) >= len(action.require)
        assert row.who
        assert row.target


SOURCES = re.compile(r"\bitem\.\w|&&|\|\||\bvisits\[|\btimes\[|lines\(|texts\(")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_table_of_a_shipped_procedure_shows_expressions(language: Language) -> None:
    """An official reads words: no condition, no value that is written, no computed field as the engine reads it."""
    told = []
    for _, source in shipped.definitions():
        checked = check(source, file="test", book=GUARDS)
        assert checked.definition is not None
        naming = Reading(language)
        told += [one for row in matrix(checked.definition, naming) for one in (*row.needs, *row.does)]
        told += [one for row in fields(checked.definition, naming) for one in row.limits]
    assert len(told) > 500
    assert [one for one in told if SOURCES.search(one)] == []


def test_conditions_are_said_whole_or_not_at_all() -> None:
    """Joined by or and not, in parentheses, of two fields, of a day, of how often; what is unknown has no words."""
    definition, naming = procedure(), Reading("en")
    amount = definition.fields["amount"].title.en
    said = {
        'item.amount > 5 || !(item.amount <= 2 && "amount" in item.filled)': (
            f"“{amount}” is above 5, or not (“{amount}” is at most 2 and “{amount}” is filled)"
        ),
        "(item.notice_on <= today)": f"“{definition.fields['notice_on'].title.en}” is at most today",
        'visits["expert_revise"] < 2': (f"“times in “{definition.states['expert_revise'].title.en}”” is below 2"),
        "item.amount > 5 && any(item.rows)": None,
        'visits["nowhere"] < 2': None,
        "item.nothing > 5": None,
        "(item.amount > 5) || (item.amount < 2)": f"“{amount}” is above 5, or “{amount}” is below 2",
    }
    assert {source: in_words(source, definition, naming) for source in said} == said


def test_what_a_condition_is_about_is_named() -> None:
    """The checklist by its title, not by the engine's name for it; as it is written where versions are compared."""
    definition, naming = procedure(), Reading("en")
    (row,) = [one for one in matrix(definition, naming) if (one.state, one.action) == ("twp_check", "pass")]
    title = definition.fields["township_checklist"].title.en
    assert [one for one in row.needs if f"({title})" in one]
    assert [one for one in row.needs if "township_checklist" in one] == []
    guards = definition.states["twp_check"].actions["pass"].require
    assert [one for one in guards if "table: township_checklist" in guard_words(one, definition, naming, exact=True)]


def test_a_difference_shows_what_the_tables_do_not() -> None:
    """Where the words are the same, a reviewer of a change must still see which expression it was and is."""
    definition = procedure()
    states = definition.states.values()
    actions = [action for state in states for action in state.actions.values() if action.sets]
    exact = [one for action in actions for one in deed_words(action, definition, Reading("en"), exact=True)]
    assert [one for one in exact if SOURCES.search(one)]


def test_what_an_action_needs_and_does() -> None:
    """Opinion, fields, rules with their refusal, in words."""
    definition = loaded(WELL.read_text("utf-8"))
    rows = {(row.state, row.action): row for row in matrix(definition, Reading("en"))}
    assert rows["draft", "submit"].needs == ("fill in Name, Cost",)
    assert rows["review", "pass"].needs == (
        "fill in Panel",
        "“Cost” is at most ¥500,000.00 (otherwise: above our authority)",
    )
    assert rows["review", "return"].needs == ("give an opinion",)
    assert rows["panel", "agree"].target == "a vote"
    assert rows["panel", "failed"].is_system


def test_every_guard_of_the_book_is_told() -> None:
    """The Chinese words are there for each, the English ones are the guard's own purpose."""
    messages = all_texts().messages
    assert {f"guards.{entry.name}": entry.purpose for entry in GUARDS} == {
        key: text for key, text in messages["en"].items() if key.startswith("guards.")
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fields_are_told(language: Language) -> None:
    """Every field with its bounds, and where it is filled."""
    rows = {row.name: row for row in fields(procedure(), Reading(language))}
    assert list(rows) == list(procedure().fields)
    drafted = procedure().states["draft"].title
    assert rows["name"].required == (drafted.zh if language == "zh" else drafted.en,)
    assert any("99,999,999.00" in limit for limit in rows["amount"].limits)
    assert rows["tier"].edited == ()


def test_lines_of_a_change() -> None:
    """Only what changed and three lines around it, with both numbers."""
    old = [f"line {number}" for number in range(1, 31)]
    new = [*old[:9], "changed", *old[10:], "added"]
    found = changes("\n".join(old), "\n".join(new))
    assert (found.added, found.removed) == (2, 1)
    kinds = [line.kind for line in found.lines]
    assert kinds == ["gap", *["same"] * 3, "removed", "added", *["same"] * 3, "gap", *["same"] * 3, "added"]
    changed = [(line.kind, line.old, line.new, line.text) for line in found.lines if line.kind in {"removed", "added"}]
    assert changed == [
        ("removed", 10, 0, "line 10"),
        ("added", 0, 10, "changed"),
        ("added", 0, 31, "added"),
    ]
    assert changes("same", "same").lines == ()


def test_flaws_say_the_line_and_the_way() -> None:
    """In the order of the text; the trace in the words of the definition."""
    source = SEVERAL.replace("failed: draft", "failed: closed").replace(
        "[cost, kind, judges, urgent], require: [judges, cost]", "[cost, kind, urgent], require: [cost]"
    )
    checked = check(source, file="test", book=GuardBook())
    lines = flaw_lines(checked.problems, checked.definition, all_texts(), Reading("zh"))
    assert [line.path for line in lines] == ["states.judge.who"]
    assert source.splitlines()[lines[0].line - 1].strip() == "who: {field: judges}"
    assert lines[0].trace == "草稿：报送 → 评议"
    broken = check("workflow: x\nstates: 5\n", file="test", book=GuardBook())
    found = flaw_lines(broken.problems, None, all_texts(), Reading("en"))
    assert [line.line for line in found] == sorted(line.line for line in found)
    assert step_words("draft.send", None, Reading("en")) == "draft.send"


def headline(version: int, status: str, key: str = "well") -> Headline:
    """A version without its text."""
    at = datetime(2026, 11, version, tzinfo=UTC)
    return Headline(key, version, status, "", "ann", "rex" if status != "draft" else None, at, None, None, 0)


def test_the_list_has_a_row_for_each_key() -> None:
    """The published version leads, the draft stands beside it, items are counted."""
    headlines = [headline(3, "draft"), headline(2, "published"), headline(1, "retired"), headline(1, "draft", "new")]
    running = {("well", 1): 4, ("well", 2): 7}
    new, well = definition_rows(headlines, {"well": Text(zh="打井", en="Dig a well")}, running, Reading("en"))
    assert (well.title, well.published, well.draft, well.running) == ("Dig a well", 2, 3, 11)
    assert well.url == "/admin/definitions/well/2"
    assert [(row.version, row.running, row.status.label) for row in well.versions] == [
        (3, 0, "Draft"),
        (2, 7, "Published"),
        (1, 4, "Retired"),
    ]
    assert (new.title, new.published, new.draft) == ("new", None, 1)
    assert impact(headlines[:3], running).staying == [(2, 7), (1, 4)]
    assert impact(headlines[:3], running).total == 11


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_happens_instead_is_said(language: Language) -> None:
    """In the written procedure and among the differences; both effects, one after the other."""
    naming, plain = Reading(language), procedure()
    state = plain.states["prelim_review"]
    take = next(name for name, action in state.actions.items() if action.to)
    nobody = Instead(take=take, hand_to=Initiator())
    changed = replace(state, if_nobody=nobody, if_initiator=Instead(to_head=True))
    other = replace(plain, states={**plain.states, state.name: changed})
    said = " ".join(Rulebook(other, naming).paragraph(changed).sentences)
    told = [difference for difference in compare(plain, other) if difference.aspect is Aspect.INSTEAD]
    assert [difference.code for difference in told] == ["instead_new", "instead_new"]
    assert "{" not in said
    assert naming.says(state.actions[take].title) in said
