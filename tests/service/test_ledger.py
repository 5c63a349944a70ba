"""The funds ledger over HTTP: the journal of a project's money, and what a year comes to, for who sees the units."""

from collections.abc import Callable
from typing import Any

import pytest

from engine.builtin_guards import BUILTIN
from engine.guards import GuardBook
from tests.contract import purse
from tests.service.conftest import Desk

PURSE = """
workflow: purse
title: {zh: 钱袋, en: Purse}
numbering: "QH-P-{n:4}"
phases: {all: {zh: 全部, en: All}}
fields:
  amount: {type: money, title: {zh: 金额, en: Amount}}
  project: {type: text, title: {zh: 项目, en: Project}}
states:
  open:
    title: {zh: 打开, en: Open}
    phase: all
    who: initiator
    form: {edit: [amount, project]}
    actions:
      fill: {title: {zh: 存入, en: Fill}, to: open, post: fill}
      close: {title: {zh: 关闭, en: Close}, to: done}
  done: {title: {zh: 完成, en: Done}, phase: all, kind: end}
"""
FIRST = "QH-P-0001"


@pytest.fixture
def desk(open_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The service with one procedure more, which moves money by the rules of the contract tests."""
    monkeypatch.setattr("service.assembly.GUARDS", GuardBook(BUILTIN, purse.BOOK))
    opened = open_desk()
    wilma, walt = opened.sign_in("wilma"), opened.sign_in("walt")
    sent = wilma.ask("POST", "/definitions", content=PURSE.encode(), headers={"Content-Type": "application/yaml"})
    assert sent.json()["problems"] == []
    assert walt.post("/definitions/purse/versions/1/publish").status_code == 200
    return opened


def filled(desk: Desk, name: str, code: str, *amounts: int) -> str:
    """Let somebody put amounts into a purse, one after the other; gives the item's id."""
    person = desk.sign_in(name)
    item = person.post("/items", {"definition": "purse", "data": {"project": code}}).json()
    for amount in amounts:
        item = {**item, **person.act(item, "fill", {"amount": amount})}
    return str(item["id"])


def turned(accounts: list[dict[str, Any]]) -> dict[str, tuple[int, int]]:
    """What each account turned over."""
    return {line["account"]: (line["debited"], line["credited"]) for line in accounts}


def test_a_journal_tells_where_money_came_from(desk: Desk) -> None:
    """Each entry with its accounts, its place in the chain and the decision behind it; page by page."""
    item, ann = filled(desk, "ann", FIRST, 100, 250), desk.sign_in("ann")
    first = ann.get(f"/items/{item}/ledger", params={"limit": 1}, headers={"Accept-Language": "en"}).json()
    (entry,) = first["entries"]
    assert (entry["number"], entry["movement"], entry["title"]) == (1, "E-04", "Money received")
    assert (entry["item_code"], entry["record"], entry["by"]["id"]) == (FIRST, 2, "ann")
    assert [(one["debit"], one["credit"], one["amount"]) for one in entry["postings"]] == [
        ("cash.bank", "cash.source_income", 100)
    ]
    assert turned(first["accounts"]) == {"cash.bank": (350, 0), "cash.source_income": (0, 350)}
    rest = ann.get(f"/items/{item}/ledger", params={"after": first["next"]}).json()
    assert ([one["number"] for one in rest["entries"]], rest["next"]) == ([2], None)
    assert len({entry["hash"], rest["entries"][0]["hash"]}) == 2


def test_an_item_without_money_has_an_empty_journal(desk: Desk) -> None:
    """It is no fault."""
    ann = desk.sign_in("ann")
    assert ann.get(f"/items/{ann.start()['id']}/ledger").json() == {
        "item_id": ann.get("/items").json()["items"][0]["id"],
        "accounts": [],
        "entries": [],
        "next": None,
    }


def test_a_year_is_added_up_over_the_units_one_sees(desk: Desk) -> None:
    """One's own, or all below for who watches; units one does not see are not there, nor is another year's money."""
    filled(desk, "ann", FIRST, 100)
    filled(desk, "bob", "QH-P-0002", 7)
    bank = {}
    for name in ("ann", "bob", "rita", "eva"):
        accounts = desk.sign_in(name).get("/ledger").json()["accounts"]
        bank[name] = turned(accounts).get("cash.bank", (0, 0))[0]
    assert bank == {"ann": 100, "bob": 7, "rita": 107, "eva": 0}
    rita = desk.sign_in("rita")
    assert turned(rita.get("/ledger", params={"unit": "liuyan"}).json()["accounts"])["cash.bank"] == (7, 0)
    assert desk.sign_in("ann").get("/ledger", params={"unit": "liuyan"}).status_code == 404
    assert rita.get("/ledger", params={"year": 2025}).json() == {"year": 2025, "accounts": []}
    assert rita.get("/ledger", params={"year": 1}).status_code == 400
