"""Field sets, score sheets and libraries of indicators of all procedures: where used, how they look."""

from urllib.parse import quote

import httpx

from adapters import shipped
from service.web.views.libraries import LIBRARIES, SHEET, field_sets
from tests.service.web.county import Service
from tests.service.web.naming import Reading
from tests.workflows.procedure import shelf

PLAIN = Reading("en")


def opened(county: Service, person: str, path: str, status: int = 200) -> str:
    """A page as somebody reads it in English."""
    cookies = dict([county.cookie_of(person)]) | {"shenpi_language": "en"}
    answer = httpx.get(f"{county.url}{path}", cookies=cookies, headers={"accept": "text/html"})
    assert answer.status_code == status, path
    return answer.text


def test_every_library_is_there_and_its_procedures_too() -> None:
    """The policy has the key, the shelf the procedure; what begins a table names itself in the definition."""
    assert LIBRARIES.keys() - shipped.policies().keys() == set()
    assert {key for keys in LIBRARIES.values() for key in keys} - shelf().keys() == set()
    sources = dict(shipped.definitions())
    for key in ("screening.standard_weights", "evaluations.standard_indicators"):
        wanted = key.rpartition(".")[2]
        assert {shelf_key(name) for name, text in sources.items() if wanted in text} == set(LIBRARIES[key])


def shelf_key(name: str) -> str:
    """The key of a shipped file."""
    return name.rpartition("/")[2].removesuffix(".yaml").replace("_", "-")


def test_every_field_stands_in_a_set_and_opens(county: Service) -> None:
    """Nothing is left out of the overview; each set opens, with a control for each of its fields."""
    listed = opened(county, "wf-admin", "/admin/forms")
    own = field_sets(shelf()["township-project"].definition, PLAIN)
    assert [one.name for one in own if f"form=township-project&amp;set={quote(one.name, safe='')}" not in listed] == []
    assert {name for one in shelf().values() for name in one.definition.fields} == {
        name
        for one in shelf().values()
        for each in field_sets(one.definition, PLAIN)
        if not each.is_sheet
        for name in each.fields
    }
    sheet = next(one for one in own if one.name.startswith(SHEET))
    shown = opened(county, "wf-admin", f"/admin/forms?form=township-project&set={sheet.name}")
    assert [name for name in sheet.fields if f'"f-{name}' not in shown] == []
    assert "/admin/definitions/township-project/edit" in shown
    assert "/admin/definitions/township-project/edit" not in opened(
        county, "audit", f"/admin/forms?form=township-project&set={sheet.name}"
    )
    opened(county, "wf-admin", "/admin/forms?form=township-project&set=nothing", 404)


def test_a_library_is_shown_as_its_rules_read_it(county: Service) -> None:
    """With the procedure that reads it and the way to its policy; what is none is not there."""
    shown = opened(county, "sec-admin", "/admin/indicators?library=evaluations.standard_indicators")
    assert 'href="/admin/policies?key=evaluations.standard_indicators#policy"' in shown
    assert 'href="/admin/definitions/performance-evaluation/' in shown
    assert "<table" in shown
    opened(county, "sec-admin", "/admin/indicators?library=calls", 404)
