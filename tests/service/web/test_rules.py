"""The help page of all rules: whole, with its grounds in both languages, and the papers of the definition itself."""

import re

import pytest

from adapters.memory.facts import MemoryFacts
from engine.definition import Definition, FieldType, NamedGuard
from service.texts import LANGUAGES, Language
from service.texts.foreign import all_texts
from service.web.views.rules import PhaseRules, Rules, citations
from tests.service.web.naming import Reading
from tests.workflows.guards.trial import NOW
from tests.workflows.procedure import procedure, shelf
from workflows.book import BOOK

ENGLISH_LAW = re.compile(r"\b(?:Law|Regulations?|Code)\b")


def told(definition: Definition, language: Language) -> list[PhaseRules]:
    """Give the rules of a procedure."""
    return Rules(definition, Reading(language), all_texts(), MemoryFacts({}, {}, {}), NOW).phases()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", shelf())
def test_no_rule_and_no_paper_is_left_out(key: str, language: Language) -> None:
    """If a rule or a paper of a procedure were missing, an applicant who ticked off everything would be sent back."""
    definition = shelf()[key].definition
    phases = told(definition, language)
    named = {
        guard.name
        for state in definition.states.values()
        for action in state.actions.values()
        for guard in action.require
        if isinstance(guard, NamedGuard)
    }
    every = [check.words for phase in phases for check in phase.checks]
    for name in named:
        words = all_texts().speak(language)(f"guards.{name}")
        assert any(words.rstrip("。.") in one for one in every), name
    states = definition.states.values()
    forms = [*(state.form for state in states), *(one.form for state in states for one in state.actions.values())]
    names = {name for form in forms for name in (*form.edit, *form.require)}
    kinds = (FieldType.FILE, FieldType.FILES)
    files = {field.title for name, field in definition.fields.items() if name in names and field.type in kinds}
    asked = {paper.title for phase in phases for paper in phase.papers}
    assert {Reading(language).says(title) for title in files} == asked
    assert all(check.source and check.asked_at for phase in phases for check in phase.checks)


def test_the_papers_of_an_application_are_those_it_is_refused_without() -> None:
    """If a paper that must be there were not marked, the printed list would be no list."""
    first = told(procedure(), "zh")[0]
    assert [paper.title for paper in first.papers if paper.required][:3] == [
        "A1 需求说明",
        "A2 绩效目标申报表",
        "A3 测算依据",
    ]
    assert first.papers[0].formats.startswith("PDF")
    assert first.steps[0].title == "草稿"


def test_every_law_that_a_rule_cites_has_its_chinese_name() -> None:
    """If a law were only named in English, an official could not look it up."""
    zh = Reading("zh")
    silent = [
        entry.name
        for entry in BOOK
        if ENGLISH_LAW.search(entry.source) and not citations(entry.source, all_texts(), zh)
    ]
    assert silent == []


def test_clauses_go_with_their_law() -> None:
    """If the clauses of one law went to another, the ground of a rule would be a wrong one."""
    source = "Procurement Law §46 sign, §47 file; Procurement Regulations art. 9, 39 [V]; Budget Law §67 to §69 [K]."
    assert citations(source, all_texts(), Reading("zh")) == [
        "《政府采购法》第46条",
        "《政府采购法实施条例》第9条、第39条",
        "《预算法》第67条、第69条",
    ]
    checks = {check.words: check for phase in told(procedure(), "en") for check in phase.checks}
    reason = next(check for words, check in checks.items() if words.startswith("A negative or exceptional"))
    assert "Regulations on Government Investment art. 11" in reason.source
    assert "text read" in reason.source
