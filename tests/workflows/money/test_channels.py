"""Which ways to money a project may go: by the rules of the ways, the county's policies and the project's own facts."""

from collections.abc import Mapping
from typing import Any

from engine.case import Case
from tests.workflows.guards.test_sources import ITEM, USED
from tests.workflows.guards.trial import Trial, case, situation
from tests.workflows.procedure import shelf
from workflows.funds.posting import Entry
from workflows.screening.channels import Channel, Match, Standing, match

NEED = 100_000_00


def judged(
    project: Case, *beside: Case, entries: tuple[Entry, ...] = (), policies: Mapping[str, Any] | None = None
) -> Match:
    """Judge a project on the day of all trials."""
    set_by_county = {f"funds.{name}": value for name, value in (policies or {}).items()}
    shown = Trial(guard="", codes=frozenset(), peers=(project, *beside), policies=set_by_county, entries=entries)
    it = situation(shown)
    it.case, it.data = project, project.data
    return match(it, lambda key: shelf()[key].definition)


def project(state: str = "plan_selected", **data: Any) -> Case:  # noqa: ANN401  # fields
    """Give a project of 100,000 yuan that serves the public."""
    return case("project", state, {"amount": NEED, "categories": ["software"], "public_service": True, **data})


def way(found: Match, key: str) -> Channel:
    """Give one of the five."""
    return next(one for one in found.channels if one.way == key)


def codes(channel: Channel) -> set[str]:
    """Give the reasons against every offer of a way."""
    return {refusal.code for offer in channel.offers for refusal in offer.against}


def test_what_is_open_says_how_much_it_may_bring() -> None:
    """If a way that is open were shown as closed, or without its programme, a township would not ask for its money."""
    found = judged(project())
    assert (found.cost, found.gap) == (NEED, NEED)
    grant, own = way(found, "grant"), way(found, "own-funds")
    assert (grant.standing, grant.most, [offer.name for offer in grant.offers]) == (Standing.OPEN, NEED, ["ZX-01"])
    assert (own.standing, own.most, own.offers[0].name) == (Standing.OPEN, NEED, ITEM)
    assert {one.standing for one in found.channels if one not in (grant, own)} == {Standing.ON_CONDITION}


def test_what_is_not_lawful_says_why() -> None:
    """If a township could borrow, a core system be given away, or a barred category get a bond, the law was broken."""
    secure = judged(
        project(categories=["security"], public_service=False), policies={"bond.negative_categories": ["security"]}
    )
    private, bond, loan = (way(secure, key) for key in ("private-capital", "special-bond", "policy-loan"))
    assert (private.standing, codes(private)) == (Standing.CLOSED, {"private.core_security", "private.no_users"})
    assert (bond.standing, codes(bond), bond.most) == (Standing.CLOSED, {"bond.negative_list"}, 0)
    assert {refusal.code for refusal in loan.notes} == {"loan.borrower"}, "the township itself may not borrow"
    assert {"borrower_ok", "no_guarantee", "no_hidden_debt", "cover_ok"} <= {one.name for one in loan.conditions}
    old = [{"code": "P", "closes_on": "2026-11-22", "categories": ["data"]}]
    grant = way(judged(project(), policies={"programmes": old}), "grant")
    assert (grant.standing, codes(grant)) == (Standing.CLOSED, {"programme.closed", "programme.not_for"})


def test_own_money_outside_of_the_budget_goes_to_the_congress() -> None:
    """If a used-up item were offered, its approval would be refused; without one the people's congress decides."""
    used = way(judged(project(), entries=(USED,)), "own-funds")
    assert (used.standing, used.most) == (Standing.OPEN, 4_00), "what is left of the item, not what is missing"
    none = way(judged(project(), policies={"annual_budget": []}), "own-funds")
    assert (none.standing, [one.name for one in none.conditions]) == (Standing.ON_CONDITION, ["outside_budget"])


def test_what_is_covered_is_not_funded_twice() -> None:
    """If money that is asked for already did not count, one cost would be financed twice (INV-24)."""
    asked = case("asked", "superior_review", {"project": "QH-2026-project", "wanted": 70_000_00}, "grant")
    refused = case("gone", "failed", {"project": "QH-2026-project", "wanted": 70_000_00}, "grant")
    found = judged(project(), asked, refused)
    assert (found.gap, way(found, "grant").most) == (30_000_00, 30_000_00)
    early = judged(project("prelim_review"))
    assert not any(one.may_begin for one in early.channels), "nothing begins before the project is in the pool"
