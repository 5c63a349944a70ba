"""Every way to write a definition wrongly, one at a time: the code, the path and the line of the answer."""

import re
from pathlib import Path

import pytest
import yaml

from engine.loading import DefinitionErrors, load
from engine.loading.limits import PROBLEMS_MAX
from tests.engine.loading.sample import BOOK, SAMPLE, changed, problem, problems

SUBMIT = "{title: {zh: 提交, en: Submit}, to: review}"
MISTAKES = yaml.safe_load((Path(__file__).parent / "mistakes.yaml").read_text("utf-8"))


@pytest.mark.parametrize("mistake", MISTAKES, ids=[f"{one['code']}-{one['path'] or 'top'}" for one in MISTAKES])
def test_one_mistake_gives_one_problem_at_its_place(mistake: dict[str, str]) -> None:
    """The code, the path, the line on which the path's last name stands, and a sentence with all its parts."""
    source = changed(mistake["old"], mistake["new"])
    (found,) = problems(source)
    path = mistake["path"]
    assert (found.code, found.path) == (mistake["code"], path)
    line = source.splitlines()[found.line - 1]
    name = re.sub(r"\[\d+\]$", "", path).rpartition(".")[2]
    assert name in line or line.strip().startswith("- ")
    assert str(found) == f"sample.yaml:{found.line}: {path}: {found.message}".replace(": : ", ": ")


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("to: review}", "to: reveiw}", "review"),
        ("role: applicant", "role: aplicant", "applicant"),
        ("item.amount <= ", "item.amont <= ", "item.amount"),
        ("kind: return, comment: required", "kind: return, coment: required", "comment"),
        (SUBMIT, SUBMIT[:-1] + ", require: [nevr]}", "never"),
    ],
)
def test_a_typo_is_met_with_what_was_meant(old: str, new: str, hint: str) -> None:
    """Names of states, roles, fields, keys and guards."""
    found = problem(old, new)
    assert found.params["hint"] == hint
    assert found.message.endswith(f"did you mean {hint}?")


@pytest.mark.parametrize(
    ("old", "new", "shape"),
    [
        ("who: initiator", "who: finance", "{role: ROLE, in: SCOPE}"),
        ("not: [initiator]", "if_initiator: skip", "{hand_to: {…}}"),
    ],
)
def test_where_a_word_is_none_the_other_forms_are_named(old: str, new: str, shape: str) -> None:
    """Whoever writes a role where a word stands is shown how a role is written."""
    assert shape in problem(old, new).message


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    """Three places, three problems."""
    source = changed("phase: apply", "phase: aply")
    source = changed('numbering: "QH', 'numbering: "!QH', source)
    source = changed("item.amount <= ", "item.amont <= ", source)
    found = problems(source)
    assert [one.code for one in found] == ["malformed", "unknown_name", "expression_undeclared"]
    assert [one.line for one in found] == sorted(one.line for one in found)


def test_a_field_of_no_known_type_is_told_once() -> None:
    """Expressions that use it are not judged a second time."""
    found = problem("  amount:   {type: money", "  amount:   {type: mony")
    assert found.path == "fields.amount.type"


def test_an_expression_over_several_lines_is_found_on_its_own_line() -> None:
    """In a block, the line is that of the wrong word."""
    rule = "require: [{that: 'item.amount <= money(\"3000000.00\")', else: {zh: 超出权限, en: above our authority}}]"
    block = "require:\n  - else: {zh: a, en: b}\n    that: |\n      item.amount > 0 &&\n      item.nothing == 3"
    source = changed(rule, block.replace("\n", "\n" + " " * 8))
    (found,) = problems(source)
    assert source.splitlines()[found.line - 1].strip() == "item.nothing == 3"


def test_without_known_roles_any_role_will_do() -> None:
    """A definition can be read before the organisation is set up."""
    source = changed("role: applicant", "role: anybody")
    assert load(source, file="x", book=BOOK).starters is not None


def test_reporting_stops_somewhere() -> None:
    """A hundred problems are enough for one sitting."""
    fields = "".join(f"  f{number}: {{type: nothing}}\n" for number in range(400))
    with pytest.raises(DefinitionErrors) as errors:
        load(SAMPLE.replace("  score:", f"{fields}  score:"), file="x", book=BOOK)
    assert len(errors.value.problems) == PROBLEMS_MAX
