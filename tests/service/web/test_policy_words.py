"""What a county sets, as its page says it and reads it back."""

from collections.abc import Mapping

import pytest

from adapters import shipped
from engine.values import Json
from service.texts import Catalogue, Language
from service.web.fields import Field
from service.web.form_input import read_form
from service.web.views.policy_choices import CHOSEN, choices_field, word_of
from service.web.views.policy_tables import (
    NAME,
    ON_SUBJECTS,
    SUBJECTS,
    is_table,
    table_field,
    table_problems,
    table_value,
)
from service.web.views.policy_words import in_words, kind_of, policy_title, read_typed, typed
from tests.workflows.procedure import shelf

SHIPPED: Mapping[str, Json] = shipped.policies()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_parameter_has_a_name_and_a_value_in_words(catalogue: Catalogue, language: Language) -> None:
    """An official can not know what `funds.flags.pass_on_days` is."""
    t = catalogue.speak(language)
    assert [key for key in SHIPPED if policy_title(key, t, language) == key] == []
    assert [key for key, value in SHIPPED.items() if not in_words(key, value, t)] == []


def test_what_is_shown_to_be_changed_reads_back_as_it_was() -> None:
    """Else saving a value that nobody touched would change it."""
    assert [
        key
        for key, value in SHIPPED.items()
        if not is_table(key, value) and read_typed(key, typed(key, value), value) != value
    ] == []


def as_sent(table: Field) -> dict[str, list[str]]:
    """Give what a browser sends for a table that nobody touched."""
    return {cell.name: [cell.text] for row in table.rows for cell in row}


@pytest.mark.parametrize("key", [key for key, value in SHIPPED.items() if is_table(key, value)])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_table_reads_back_as_it_was(catalogue: Catalogue, language: Language, key: str) -> None:
    """Cell by cell, each with its own kind and name; else saving a table that nobody touched would change it."""
    t = catalogue.speak(language)
    table = table_field(key, SHIPPED[key], t)
    read = read_form([table], as_sent(table), t)[NAME]
    assert table_problems(key, read, t) == []
    assert table_value(key, read, t) == SHIPPED[key]
    assert [column.label for column in table.columns if "." in column.label] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_cell_shows_the_code_of_a_subject(catalogue: Catalogue, language: Language) -> None:
    """Words are typed, codes are kept; a county's own word, and a code that somebody types, are kept as they are."""
    t = catalogue.speak(language)
    shown = [
        str(cell.value)
        for key, value in SHIPPED.items()
        if is_table(key, value)
        for row in table_field(key, value, t).rows
        for cell in row
        if cell.name.rpartition("-")[2] in ON_SUBJECTS
    ]
    assert len(shown) > 4
    assert [one for one in shown for code in SUBJECTS if code in one] == []
    table = table_field("screening.panel_composition", {"T1": ["software", "岩土", "finance"]}, t)
    typed_in = as_sent(table)
    assert t("county.subject.software") in typed_in["rows-0-specialties"][0]
    typed_in["rows-0-specialties"][0] += "、security"
    read = read_form([table], typed_in, t)[NAME]
    assert table_value("screening.panel_composition", read, t) == {"T1": ["software", "岩土", "finance", "security"]}


def test_no_shipped_value_is_edited_as_json() -> None:
    """Nobody in a county office writes JSON."""
    assert [key for key, value in SHIPPED.items() if kind_of(key, value) == "json" and not isinstance(value, str)] == []
    assert read_typed("screening.recommend_share", "3\n 4", [2, 3]) == [3, 4]


def test_what_is_wrong_in_a_table_is_said_at_its_cell(catalogue: Catalogue) -> None:
    """An empty cell, no number, a name that stands twice, weights that do not make a hundred."""
    t = catalogue.speak("en")

    def wrong(key: str, value: Json, **cells: str) -> list[tuple[str, str]]:
        table = table_field(key, value, t)
        sent = as_sent(table) | {name.replace("_", "-"): [text] for name, text in cells.items()}
        return [(one.message, one.target) for one in table_problems(key, read_form([table], sent, t)[NAME], t)]

    levels: Json = [{"from": 1, "colour": "yellow"}, {"from": 3, "colour": "red"}]
    assert wrong("warnings.W-04", levels, rows_0_from="") == [
        ("Row 1: “From this number on” is empty.", "f-rows-0-from")
    ]
    assert [target for _, target in wrong("warnings.W-04", levels, rows_1_from="x", rows_1_colour="pink")] == [
        "f-rows-1-from",
        "f-rows-1-colour",
    ]
    assert wrong("warnings.W-04", levels, rows_1_from="", rows_1_colour="") == []
    ((words, target),) = wrong("surveys.sampling_error_percent", {"T1": 10, "T2": 7}, rows_1_tier="T1")
    assert (words, target) == ("“T1” stands twice; each may stand once.", "f-rows")
    weights = SHIPPED["screening.standard_weights"]
    ((words, _),) = wrong("screening.standard_weights", weights, rows_0_weight="15")
    assert words == "“Points” must add up to 100; it is 101."


def test_money_is_typed_in_yuan() -> None:
    """A limit of 50,000 yuan must not become one of 500."""
    key, words = "funds.payment.leader_max_fen", "funds.flags.hidden_debt_words"
    assert (kind_of(key, 1), read_typed(key, "50，000.50", 1)) == ("money", 5_000_050)
    assert read_typed(words, "回购\n\n 承诺函 ", ["x"]) == ["回购", "承诺函"]
    for wrong in ("", "a", "0.001", "NaN"):
        with pytest.raises(ValueError, match=r"^"):
            read_typed(key, wrong, 1)


@pytest.mark.parametrize("key", sorted(CHOSEN))
def test_codes_are_ticked_in_words(catalogue: Catalogue, key: str) -> None:
    """Everything that the shipped value lists has a word, as the procedures that the codes come from say it."""
    t, value = catalogue.speak("zh"), SHIPPED[key]
    assert kind_of(key, value) == "choices"
    field = choices_field("rows", key, value, t)
    assert isinstance(value, list)
    assert [choice.label for choice in field.choices if choice.label == choice.value] == []
    assert [one for one in value if str(one) in in_words(key, value, t)] == []
    (read,) = read_form([field], {"rows": [str(one) for one in value]}, t).fields
    assert list(read.value) == value
    group, codes = CHOSEN[key]
    source = {"cost": ("budget", "lines.category"), "borrower": ("policy-loan", "borrower_kind")}[group]
    for code, title in titles(*source).items():
        assert (code in codes, word_of(key, code, t)) == (True, title)


def test_the_negative_list_names_its_items_as_the_review_does(catalogue: Catalogue) -> None:
    """An item that the review does not know would stop it."""
    t, key = catalogue.speak("zh"), "screening.negative_list"
    item = next(column for column in table_field(key, SHIPPED[key], t).columns if column.name == "item")
    assert {choice.value: choice.label for choice in item.choices} == titles("township-project", "negative_found")


def titles(key: str, place: str) -> dict[str, str]:
    """What a field or column of a shipped procedure offers, in Chinese."""
    name, _, cell = place.partition(".")
    field = shelf()[key].definition.fields[name]
    found = next((column for column in field.columns if column.name == cell), field)
    return {one.name: one.title.zh for one in found.of}
