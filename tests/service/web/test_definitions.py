"""The shipped definition on pages: its process as a picture, its fields as forms and back."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.diagrams import lay_out
from engine.fields import check_form
from engine.values import Json
from service.texts import LANGUAGES, Catalogue, Language
from service.web.definition_fields import Surroundings, fields_of, form_of, unplaced, with_errors
from service.web.definition_graph import graph_of
from service.web.diagram import Marks, draw
from service.web.fields import Field, problems
from service.web.form_input import read_form
from service.web.frame import Page, Preferences
from service.web.site import Site
from tests.workflows.procedure import procedure

DATA: dict[str, Json] = {
    "name": "柳溪镇综合信息平台",
    "amount": 12_345_678,
    "categories": ["software", "data"],
    "build_kind": "new",
    "public_service": True,
    "problem": "窗口排队\n平均四十分钟",
    "beneficiaries": 12_000,
    "targets": [
        {"indicator": "时长", "baseline": "40", "target": "12.5", "measure": "分钟", "due_on": "2027-06-30"},
        {"indicator": "满意度", "target": "95"},
    ],
}


def sent(fields: Sequence[Field]) -> dict[str, list[str]]:
    """What a browser sends for these fields as they stand."""
    values: dict[str, list[str]] = {}
    for field in fields:
        if field.read_only:
            continue
        if field.kind == "table":
            for row in field.rows:
                values |= sent(row)
        elif field.kind == "boolean":
            values |= {field.name: ["yes"]} if field.value else {}
        elif field.kind in {"choice", "choices", "person", "persons", "unit"}:
            values[field.name] = [choice.value for choice in field.choices if choice.value in field.chosen]
        elif field.kind not in {"file", "files"}:
            values[field.name] = [field.text]
    return values


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_procedure_fits_a_picture(site: Site, language: Language) -> None:
    """All 37 states and every move, at a width that needs no sideways scrolling on a desktop."""
    graph = graph_of(procedure())
    layout = lay_out(graph)
    assert len(layout.boxes) == 37
    assert layout.width <= 1280
    view = draw("process", "P", graph, layout, language, Marks(current="draft"))
    drawn = site.environments[language].from_string("{{ diagrams.figure(view) }}").render(view=view)
    for state in procedure().states.values():
        title = state.title.zh if language == "zh" else state.title.en
        assert drawn.count(title[:6]) >= 2, f"{title} stands in the picture and in the table"
    assert drawn.count("<tr") == len(graph.edges) + 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_gives_back_what_it_shows(catalogue: Catalogue, language: Language) -> None:
    """Opening a form and saving it unchanged changes nothing, for every field of the definition."""
    definition = procedure()
    names = list(definition.fields)
    fields = fields_of(definition, names, DATA, language)
    form = read_form(fields, sent(fields), catalogue.speak(language))
    assert form.problems == []
    editable = [field.name for field in fields if not field.read_only and field.kind not in {"file", "files"}]
    assert {name: value for name, value in form_of(form).items() if value not in (None, False, [])} == DATA
    checked = check_form(definition, editable, form_of(form))
    assert {name: value for name, value in checked.items() if value not in (None, False)} == DATA


@given(amount=st.integers(1, 9_999_999_900), rows=st.lists(st.dates(), max_size=4))
def test_any_amount_and_day_survives(catalogue: Catalogue, amount: int, rows: list[object]) -> None:
    """Money and days come back to the fen and the day."""
    definition = procedure()
    data: dict[str, Json] = {"amount": amount, "targets": [{"due_on": str(day)} for day in rows]}
    fields = fields_of(definition, ["amount", "targets"], data, "zh")
    assert form_of(read_form(fields, sent(fields), catalogue.speak("zh"))) == data


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_can_be_drawn(site: Site, language: Language) -> None:
    """No field of the definition has a kind that the parts do not know, to edit or to read."""
    environment = site.environments[language]
    template = environment.from_string("{% for field in fields %}{{ forms.field(field) }}{% endfor %}")
    for read_only in (False, True):
        fields = fields_of(procedure(), procedure().fields, DATA, language, read_only=read_only)
        drawn = template.render(fields=fields, page=Page("", preferences=Preferences(language=language)))
        assert all(field.label in drawn for field in fields if "&" not in field.label and "'" not in field.label)


def test_files_and_people_have_names(catalogue: Catalogue) -> None:
    """Stored files link to their address, people show their name; what is not known shows its id."""
    file: Json = {"id": "f-1", "name": "报告.pdf", "kind": "pdf", "size": 2048, "digest": "0" * 64}
    around = Surroundings(upload_url=lambda name: f"/items/1/files/{name}", search_url=lambda _name: "/people")
    (field,) = fields_of(procedure(), ["emergency_document"], {"emergency_document": file}, "zh", around=around)
    assert [(link.name, link.url) for link in field.value] == [("报告.pdf", "/files/f-1")]
    assert field.upload_url == "/items/1/files/emergency_document"


def test_refusals_stand_at_their_place() -> None:
    """What the engine refuses is shown at the field or cell it names, the rest above the form."""
    fields = fields_of(procedure(), ["name", "amount", "targets"], DATA, "zh")
    errors = {
        "amount": "太大",
        "targets[1].due_on": "缺日期",
        "targets": "太少",
        "state": "已变化",
        "targets[9].x": "?",
    }
    marked = with_errors(fields, errors)
    assert {problem.target: problem.message for problem in problems(marked)} == {
        "f-amount": "太大",
        "f-targets-1-due_on": "缺日期",
        "f-targets": "?",
    }
    assert unplaced(fields, errors) == ["已变化"]
