"""Bank accounts and telephone numbers: whole for whose work needs them, the last four places for all others."""

import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import httpx
import pypdfium2
import pytest
from playwright.sync_api import Browser

from adapters.identity.sessions import SessionKind
from adapters.sql.histories import load
from adapters.sql.office_log import Wanted, list_changes
from adapters.sql.reads.cases import Filter, list_cases
from engine.case import Case
from engine.sensitive import covered
from service.http.masking import sensitive_places
from service.http.numbers import ASKED_A_DAY_MAX, SHOWN
from service.http.policy import load_policy
from tests.browser import visiting
from tests.service.conftest import Desk
from tests.service.office import DEFINITION
from tests.service.web.county import EVERYWHERE, Service, serving
from tests.workflows.procedure import shelf

KINDS = ("payment", "contract", "bank-line", "special-account")
PARTS = ("", "/process", "/documents")


@pytest.fixture(scope="module")
def own(furnished_county: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A county of these tests alone."""
    folder = tmp_path_factory.mktemp("masking") / "county"
    shutil.copytree(furnished_county, folder)
    with serving(folder) as service:
        yield service


@dataclass(frozen=True)
class Reader:
    """Somebody who reads pages and calls, signed in with a cookie."""

    service: Service
    name: str

    def get(self, path: str) -> httpx.Response:
        """Fetch a page or a call."""
        return httpx.get(f"{self.service.url}{path}", cookies=dict([self.service.cookie_of(self.name)]), timeout=60)


def one_of(service: Service, kind: str) -> tuple[Case, str]:
    """Give an item of a kind with its number."""
    with service.assembly.database.read() as connection:
        lines = list_cases(connection, EVERYWHERE, Filter(definition=kind), None, 100).lines
    for case in (service.case(line.code) for line in lines):
        found = re.search(r'(?:account|number)": ?"([0-9]{8,})"', json.dumps(case.data))
        if found is not None:
            return case, found[1]
    raise AssertionError(kind)


def words(answer: httpx.Response) -> str:
    """Give all text of an answer: of a PDF its pages, of a ZIP its files but the office's log."""
    if answer.headers["content-type"] == "application/pdf":
        document = pypdfium2.PdfDocument(answer.content)
        return "".join(page.get_textpage().get_text_range() for page in document)
    if answer.headers["content-type"] == "application/zip":
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            return archive.read("found.jsonl").decode()
    return answer.text


def test_every_place_that_holds_such_a_number_is_known() -> None:
    """What the policy names is there; a text that is called so is named by the policy."""
    named = {key: set(places) for key, places in load_policy().places.items()}
    shipped = {key: one.definition for key, one in shelf().items()}
    assert {key: set(sensitive_places(shipped[key])) for key in named} == named
    called = re.compile(r"account|账号|电话|身份证|phone|id_card", re.IGNORECASE)
    texts = {
        (key, place)
        for key, one in shipped.items()
        for field in one.fields.values()
        for place, column in [(field.name, field), *((f"{field.name}.{cell.name}", cell) for cell in field.columns)]
        if column.type == "text" and called.search(f"{column.name} {column.title.zh}")
    }
    codes = {("bank-line", "account"), ("township-project", "accounts_number")}
    assert texts - codes == {(key, place) for key, places in named.items() for place in places}


@pytest.mark.parametrize("kind", KINDS)
def test_who_does_not_need_a_number_finds_its_last_places_everywhere(own: Service, kind: str) -> None:
    """Pages, calls, history, papers, the audit search and what is taken along; the head of finance finds it whole."""
    case, number = one_of(own, kind)
    auditor, payer = Reader(own, "audit"), Reader(own, "fin-head")
    paths = [f"/items/{case.code}{part}" for part in PARTS]
    paths += [f"/api/v1/items/{case.id}", f"/api/v1/items/{case.id}/timeline", f"/search?q={number[:-4]}"]
    paths += ["/audit?view=items", "/api/v1/audit?limit=200", "/audit/export?view=items", "/funds"]
    paths += [file["files"]["pdf"] for file in auditor.get(f"/api/v1/items/{case.id}/documents").json()["documents"]]
    for path in paths:
        answer = auditor.get(path)
        assert answer.status_code == 200, path
        assert number not in words(answer), path
    assert covered(number) in auditor.get(f"/items/{case.code}").text
    assert covered(number) in auditor.get(f"/api/v1/items/{case.id}").text
    assert number in payer.get(f"/api/v1/items/{case.id}").text
    assert number in payer.get(f"/items/{case.code}").text


def test_the_paper_that_goes_to_the_bank_has_the_whole_number(own: Service) -> None:
    """D18, printed by who pays; printed by somebody who only reads it has the last places."""
    case, number = one_of(own, "payment")
    path = f"/items/{case.code}/documents/D18.pdf"
    assert number in words(Reader(own, "fin-pay").get(path))
    read = words(Reader(own, "audit").get(path))
    assert (number in read, covered(number) in read) == (False, True)


def test_who_says_why_sees_it_once_and_the_log_keeps_it(own: Service, chromium: Browser) -> None:
    """Without JavaScript; without a reason nothing is shown; the page of the log tells it."""
    case, number = one_of(own, "payment")
    url = f"{own.url}/items/{case.code}"
    with visiting(chromium, url, language="en", cookies=(own.cookie_of("audit-2"),), javascript=False) as visit:
        visit.page.get_by_text("See covered numbers whole").click()
        visit.page.get_by_label("What for").fill("   ")
        visit.page.get_by_role("button", name="Show", exact=True).click()
        assert "Say what you need the whole numbers for." in visit.page.content()
        assert number not in visit.page.content()
        visit.page.get_by_text("See covered numbers whole").click()
        visit.page.get_by_label("What for").fill("payee differs")
        visit.page.get_by_role("button", name="Show", exact=True).click()
        assert number in visit.page.content()
        visit.page.goto(f"{own.url}/audit?what=number")
        assert "payee differs" in visit.page.content()
        assert number not in visit.page.content()
    with visiting(chromium, url, language="zh", cookies=(own.cookie_of("audit-2"),)) as visit:
        visit.page.get_by_text("查看被遮盖的完整号码").click()
        visit.check()
    with own.assembly.database.read() as connection:
        (kept,) = list_changes(connection, Wanted("audit-2", SHOWN)).lines
    assert (kept.subject, kept.reason, kept.after) == (
        f"item:{case.id}",
        "payee differs",
        {"account": 1, "revision": case.revision},
    )


def test_nobody_asks_without_end(own: Service) -> None:
    """After twenty in a day the next is refused, and shows nothing; who sees all has nothing to ask for."""
    case, number = one_of(own, "payment")
    for name, times, told in (("audit", ASKED_A_DAY_MAX, "numbers.too_often"), ("fin-pay", 0, "numbers.none")):
        token = own.assembly.signing_in.sessions.open(name, SessionKind.BEARER, own.assembly.clock.now()).token
        ask = httpx.Client(headers={"Authorization": f"Bearer {token}"}, base_url=f"{own.url}/api/v1/items/{case.id}")
        for _ in range(times):
            answer = ask.post("/numbers", json={"reason": "x"})
            assert answer.json()["numbers"][0]["numbers"] == [number]
            assert answer.headers["cache-control"] == "no-store"
        refused = ask.post("/numbers", json={"reason": "x"})
        assert (refused.status_code, refused.json()["reasons"][0]["code"]) == (422, told)
        assert number not in refused.text


def test_a_definition_says_itself_what_is_sensitive(desk: Desk) -> None:
    """Who typed it sees it whole, also later; who decides sees the last places, in the history and in forms as well."""
    source = DEFINITION.read_text("utf-8").replace("summary: [name, cost]", "summary: [cost]")
    source = source.replace("name: {type: text,", "name: {type: text, sensitive: identity,")
    publishing = desk.assembly.publishing
    edition = publishing.draft("well", source, sha256(source.encode()).hexdigest(), "wilma")
    publishing.publish(edition.key, edition.version, "walt")
    ann, rita, heidi = desk.sign_in("ann"), desk.sign_in("rita"), desk.sign_in("heidi")
    item = ann.act(ann.start(name="110101199003074512"), "submit")
    for reader, shown in ((ann, "110101199003074512"), (rita, "****4512"), (heidi, "****4512")):
        assert reader.get(f"/items/{item['id']}").json()["data"]["name"] == shown
        told = reader.get(f"/items/{item['id']}/timeline").text
        assert ("110101199003074512" in told, "****4512" in told) == (shown[0] == "1", shown[0] == "*")
    with desk.assembly.database.read() as connection:
        case = load(connection, item["id"])
    for form in ({}, {"panel": ["eva", "eli"]}):
        answer = rita.ask("PATCH", f"/items/{item['id']}", json={"data": form}, revision=case.revision)
        assert answer.status_code == 200, answer.text
        with desk.assembly.database.read() as connection:
            case = load(connection, item["id"])
    assert case.data["name"] == "110101199003074512"
    assert rita.get("/search", params={"q": "11010119900307"}).json()["items"] == []


def test_a_telephone_number_is_for_who_opens_accounts(desk: Desk) -> None:
    """The security administrator sees its last places; the log has no more, and tells of a change all the same."""
    adam, sepp, audrey = desk.sign_in("adam"), desk.sign_in("sepp"), desk.sign_in("audrey")
    for phone in ("13812345678", "13912345678"):
        adam.ask("PATCH", "/people/ann", json={"phone": phone})
    assert adam.get("/people/ann").json()["phone"] == "13912345678"
    assert sepp.get("/people/ann").json()["phone"] == "****5678"
    changes = audrey.get("/audit/changes", params={"subject": "user:ann"}).json()["changes"]
    assert [(one["before"]["phone"], one["after"]["phone"]) for one in changes] == [
        ("****5678", "****5678"),
        ("", "****5678"),
    ]


def test_short_numbers_show_half_at_most() -> None:
    """Of a number of four places two are shown; of nothing nothing."""
    assert [covered(one) for one in ("", "1", "1234", "12345678", "6222020200001234")] == [
        "",
        "****",
        "****34",
        "****5678",
        "****1234",
    ]
