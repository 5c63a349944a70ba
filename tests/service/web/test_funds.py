"""The pages of money in a browser, and a project's money followed over the interface."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser

from adapters.identity.sessions import SessionKind
from adapters.sql.reads.cases import Filter, list_cases
from adapters.sql.verify_invariants import verify_invariants
from engine.case import Case
from engine.commands import Act, Save, Start
from engine.refusal import Refused
from engine.values import Json
from service.jobs.flags import FlagWatch
from service.texts import Language
from tests.browser import NARROW, WIDE, visiting
from tests.service.web.county import EVERYWHERE, Service, furnish, serving
from workflows.funds.reconciling import signed

LOOKS: tuple[tuple[Language, int], ...] = (("zh", WIDE), ("en", NARROW))
UNIT = "T10-SVC"
ITEM: dict[str, Any] = {"fiscal_year": 2026, "document": "YS-2026-001", "document_amount": 20_000_000_00}
HEADINGS = "日期,金额,对方户名,流水号,对方账号,摘要\n"


class Hands:
    """People of the demonstration county who work on the money of a project."""

    def __init__(self, service: Service, mark: str = "") -> None:
        """Work at this service; `mark` keeps the codes of two apart."""
        self.assembly = service.assembly
        self._mark = mark
        self._count = 0

    def start(self, definition: str, by: str, unit: str = UNIT, **data: Json) -> str:
        """Start a case beside a project or an account; gives its code."""
        self._count += 1
        code = f"{definition}-{self._mark}{self._count}"
        self.assembly.runtime.execute(
            Start(case_id=code, actor=self.actor(by), definition=definition, code=code, unit=unit, data=data)
        )
        return code

    def act(self, code: str, by: str, action: str, **form: Json) -> str:
        """Take an action; gives the state it led to."""
        return self.assembly.runtime.execute(
            Act(case_id=code, actor=self.actor(by), action=action, form=form, comment="as agreed with the office")
        ).state

    def save(self, code: str, by: str, **data: Json) -> None:
        """Fill in fields."""
        self.assembly.runtime.execute(Save(case_id=code, actor=self.actor(by), data=data))

    def actor(self, name: str) -> Any:  # noqa: ANN401  # an actor
        """Give somebody with their principals."""
        return self.assembly.organisation.now().actor(name, self.assembly.clock.now())


@pytest.fixture(scope="module")
def funded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The county with an account in use, a source in effect and money received by one project."""
    folder: Path = tmp_path_factory.mktemp("funded")
    furnish(folder)
    with serving(folder) as service:
        hands = Hands(service)
        account = hands.start(
            "special-account",
            "t10-it",
            "T10-GOV",
            name="专账",
            kind="sub_ledger",
            purpose="项目资金",
            legal_basis="集中支付",
            bank_name="示例银行",
            account_number="101",
            signatories=["t10-it", "t10-head"],
        )
        hands.act(account, "t10-it", "submit")
        hands.act(account, "fin-pay", "second_check")
        hands.act(account, "fin-head", "approve", approval_number="HZ-1")
        _receive(hands, account, project_of(service))
        yield service


def project_of(service: Service) -> str:
    """Give the code of a project of the township that prepares its approval."""
    with service.assembly.database.read() as connection:
        listed = list_cases(connection, EVERYWHERE, Filter(definition="township-project", words="T10-0021")).lines
    return listed[0].code


def _receive(hands: Hands, account: str, project: str) -> None:
    """Bring own money of the project into effect, and receive half of it."""
    source = hands.start(
        "own-funds", "t10-it", project=project, source_kind="fiscal", giver="County", amount=100_00, **ITEM
    )
    hands.act(source, "t10-it", "submit")
    hands.act(source, "fin-budget", "second_check")
    assert hands.act(source, "fin-head", "approve") == "effective"
    came = {"kind": "source", "source": source, "bank": account, "slip": "S-1", "payer": "County"}
    receipt = hands.start("receipt", "t10-it", project=project, amount=50_00, received_on="2026-11-20", **came)
    hands.act(receipt, "t10-it", "submit")
    assert hands.act(receipt, "fin-pay", "post") == "posted"


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width"), LOOKS)
@pytest.mark.parametrize(
    ("person", "path"),
    [
        ("t10-it", "/funds"),
        ("t10-it", "/disbursements"),
        ("t10-it", "/funds/reconcile"),
        ("fin-head", "/funds"),
        ("cty-review-1", "/items/PROJECT/budget"),
        ("t10-it", "/funds/own-funds-2"),
    ],
)
def test_the_pages_of_money_hold(
    chromium: Browser, funded: Service, person: str, path: str, language: Language, width: int
) -> None:
    """Accessible, nothing amiss, nothing scrolls sideways, in both languages."""
    cookies = (funded.cookie_of(person),)
    path = path.replace("PROJECT", project_of(funded))
    with visiting(chromium, funded.url + path, language=language, width=width, cookies=cookies) as visit:
        visit.screenshot(f"money-{person}{path}-{language}-{width}".replace("/", "-"))
        visit.check()


def test_a_payment_says_why_it_does_not_go_on(funded: Service) -> None:
    """In the words that the person would be told who has to take the next step; a held list without any is empty."""
    with funded.assembly.database.read() as connection:
        running = list_cases(connection, EVERYWHERE, Filter(definition="township-project", words="T10-0013")).lines[0]
    Hands(funded).start("payment", "t10-apply", running.unit, project=running.code)
    name, token = funded.cookie_of("fin-head")
    cookies = {name: token, "shenpi_language": "en"}
    with httpx.Client(base_url=funded.url, cookies=cookies, headers={"accept": "text/html"}) as client:
        page, held = (client.get(f"/disbursements{query}").text for query in ("", "?state=held"))
    note = page.partition('class="opinion">')[2].partition("</p>")[0]
    assert "Contract" in note
    assert f"{running.title} · Disbursement request" in page, "a payment is told from others by its project"
    assert "payment-1" not in held


def test_what_is_paid_for_is_chosen_in_words(funded: Service) -> None:
    """Nobody types a code: advance, retention and the milestones of contracts are offered, and read in words."""
    with funded.assembly.database.read() as connection:
        running = list_cases(connection, EVERYWHERE, Filter(definition="township-project", words="T10-0013")).lines[0]
    hands = Hands(funded, "chosen-")
    asked = hands.start("payment", "t10-apply", running.unit, project=running.code)
    name, token = funded.cookie_of("t10-apply")
    with httpx.Client(
        base_url=funded.url, cookies={name: token}, headers={"accept": "text/html"}, timeout=60
    ) as client:
        form = client.get(f"/items/{asked}/edit?section=request").text
        labels = re.findall(r'name="milestone" value="([^"]+)".*?<span>([^<]+)<', form, re.DOTALL)
        assert labels[:2] == [("advance", "预付款"), ("retention", "质保金")]
        assert len(labels) > 2, "the milestones of the contract"
        hands.save(asked, "t10-apply", milestone="retention")
        shown = client.get(f"/items/{asked}").text
    assert "质保金" in shown
    assert "retention" not in shown


def test_sources_stand_beside_what_became_of_them(funded: Service) -> None:
    """What was promised and came, and what is left: in figures, each with its source and project."""
    name, token = funded.cookie_of("fin-head")
    cookies = {name: token, "shenpi_language": "en"}
    with httpx.Client(base_url=funded.url, cookies=cookies, headers={"accept": "text/html"}) as client:
        page = client.get("/funds").text
    row = page.partition('href="/funds/own-funds-2"')[2].partition("</tr>")[0]
    assert project_of(funded) in row
    assert re.findall(r'class="numeric">([\d,.]+)<', row) == ["100.00", "50.00", "0.00", "0.00", "0.00", "50.00"]


def test_a_statement_is_taken_once_and_its_lines_wait(funded: Service) -> None:
    """Handed in twice, its lines are there once; a bad file is told and opens nothing."""
    name, token = funded.cookie_of("t10-it")
    with httpx.Client(base_url=funded.url, cookies={name: token}) as client:
        shown = client.get("/funds/reconcile", headers={"accept": "text/html"}).text
        csrf = shown.partition('name="_csrf" value="')[2].partition('"')[0]
        bad = send(client, csrf, HEADINGS + "2026-11-20,x,甲,B-1,62,货款\n")
        assert bad.status_code == 422
        good = HEADINGS + "2026-11-20,-100.00,甲,B-1,62,货款\n2026-11-20,5.00,行,B-2,1,利息\n"
        for _ in range(2):
            assert send(client, csrf, good).status_code in (200, 201)
        # A later statement that goes on from the first: its lines are there already, its sum is none.
        assert "第 4 行" in send(client, csrf, f"{good}合计,-95.00,,,,\n").text
    with funded.assembly.database.read() as connection:
        facts = funded.assembly.organisation.facts(connection)
        lines = facts.peers("bank-line", "account", "special-account-1")
    assert sorted(str(line.data["reference"]) for line in lines) == ["B-1", "B-2"]
    assert {line.data["direction"] for line in lines} == {"in", "out"}


def test_the_banks_balance_is_held_against_the_books(funded: Service) -> None:
    """With what is still on the way it is even; a fen that no line explains is found by the nightly proof (INV-10)."""
    name, token = funded.cookie_of("t10-it")
    assembly = funded.assembly
    with assembly.database.read() as connection:
        before = assembly.organisation.facts(connection).peers("bank-line", "account", "special-account-1")
    held = sum(signed(line) for line in before) + 50_00
    rows = (
        f"2026-11-21,50.00,County,B-71,,到账,{held / 100:.2f}\n",
        f"2026-11-22,1.00,行,B-72,,利息,{held / 100 + 2:.2f}\n",
    )
    heading = HEADINGS.replace("\n", ",余额\n")
    with httpx.Client(base_url=funded.url, cookies={name: token}) as client:
        shown = client.get("/funds/reconcile", headers={"accept": "text/html"}).text
        csrf = shown.partition('name="_csrf" value="')[2].partition('"')[0]
        for count, row in enumerate(rows):
            assert send(client, csrf, heading + row).status_code == 200
            faults = verify_invariants(assembly.database, assembly.library, assembly.clock.now())
            assert sum("INV-10" in fault.what for fault in faults) == count
        torn = "2026-11-24,2.00,行,B-73,,利息,9.00\n2026-11-25,2.00,行,B-74,,利息,12.00\n"
        assert send(client, csrf, heading + torn).status_code == 422


def send(client: httpx.Client, csrf: str, content: str) -> httpx.Response:
    """Hand in a statement."""
    origin = str(client.base_url).rstrip("/")
    return client.post(
        "/funds/reconcile",
        data={"_csrf": csrf, "account": "special-account-1"},
        files={"statement": ("s.csv", content.encode(), "text/csv")},
        headers={"accept": "text/html", "origin": origin},
    )


def test_every_fen_is_followed_in_one_call(funded: Service) -> None:
    """What came by the receipt lies on the account; balances and chart tell the same; the page shows it."""
    opened = funded.assembly.signing_in.sessions.open("fin-head", SessionKind.BEARER, funded.assembly.clock.now())
    headers = {"authorization": f"Bearer {opened.token}", "accept-language": "en"}
    with funded.assembly.database.read() as connection:
        found = funded.assembly.organisation.facts(connection).case(project_of(funded))
    assert found is not None
    with httpx.Client(base_url=funded.url, headers=headers) as client:
        trail = client.get(f"/api/v1/items/{found.id}/ledger/trace").json()
        balances = client.get(f"/api/v1/items/{found.id}/ledger/balances").json()
        chart = {one["account"]: one["title"] for one in client.get("/api/v1/ledger/accounts").json()["accounts"]}
    (lot,) = trail["lots"]
    assert (lot["source"], lot["code"], lot["amount"], lot["left"]) == ("own-funds-2", "receipt-3", 50_00, 50_00)
    assert trail["uses"] == []
    amounts = {one["account"]: one["amount"] for one in balances["balances"]}
    assert (amounts["cash.bank"], amounts["cash.due_from_source"]) == (50_00, 50_00)
    assert chart["cash.bank"] == "Special fund account"


def test_a_night_finds_misuse_and_the_right_person_releases_it(funded: Service) -> None:
    """Money that left the account without a payment is flagged once; the head of finance releases it with a reason."""
    hands, assembly, project = Hands(funded, "night"), funded.assembly, project_of(funded)
    hands.start(
        "bank-line",
        "t10-it",
        "T10-GOV",
        account="special-account-1",
        reference="B-9",
        booked_on="2026-11-19",
        direction="out",
        amount=7_00,
        counterparty="某人",
        counter_account="999",
    )
    assert [one.data["rule"] for one in _flags(funded, project)] == []
    assert FlagWatch(assembly).look() >= 1
    (flag,) = [one for one in _flags(funded, project) if one.data["rule"] == "rf_09"]
    assert (flag.state, flag.data["level"], flag.data["object"]) == ("explaining", "hard", "101")
    assert FlagWatch(assembly).look() == 0
    hands.save(flag.id, "t10-it", explanation="银行误划款项，已于次日要求退回，附情况说明。")
    assert hands.act(flag.id, "t10-it", "explain") == "deciding"
    with pytest.raises(Refused):
        hands.act(flag.id, "cty-review-1", "release", release_reason="银行已出具证明，款项已退回。")
    with pytest.raises(Refused):
        hands.act(flag.id, "fin-head", "release")
    assert hands.act(flag.id, "fin-head", "release", release_reason="银行已出具证明，款项已退回。") == "released"
    assert FlagWatch(assembly).look() == 0


def _flags(service: Service, project: str) -> tuple[Case, ...]:
    with service.assembly.database.read() as connection:
        return service.assembly.organisation.facts(connection).peers("red-flag", "project", project)


def test_money_is_told_in_words_beside_its_numbers(county: Service) -> None:
    """A budget line says what it is for, a line of the bank's statement when, which way, with whom and for what."""
    cookies = {**dict([county.cookie_of("fin-head")]), "shenpi_language": "en"}
    with httpx.Client(base_url=county.url, cookies=cookies, headers={"accept": "text/html"}) as client:
        budget = client.get("/items/QH-2026-T01-0015/budget").text
        waiting = client.get("/funds/reconcile").text
    assert '<th scope="row">1 软件开发与集成' in budget
    assert re.search(r'class="opinion">2026-\d\d-\d\d · (In|Out) · [^·<]+ · [^·<]+<', waiting)
