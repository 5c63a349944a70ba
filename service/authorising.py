"""Standing authorisations: who may act for whom, from when until when, for which procedures and up to which amount.

The engine keeps what they may not do: never in the taker's own items, and not handed on.
"""

from collections.abc import Callable
from datetime import timedelta

from adapters.sql.directory import Delegation, Directory
from adapters.sql.office_log import By, recorded
from adapters.sql.organisation import Step, authorise, delegation_as_is, revoke
from engine.refusal import NotFound, Refusal, Refused
from service.assembly import Assembly

DAYS_MAX = 366
"""Longest authorisation; who is away for longer hands over."""


def give(assembly: Assembly, made: Delegation, by: By) -> None:
    """Let somebody act for somebody else; raises `Refused` with all reasons."""
    reasons = _against(assembly, made, assembly.organisation.now())
    if reasons:
        raise Refused(*reasons)
    _record(assembly, by, "authorisation.given", made, authorise(made, by.at))


def end(assembly: Assembly, number: str, by: By, may: Callable[[Delegation], bool] = lambda _: True) -> None:
    """End an authorisation before its time; raises `NotFound` where there is none that `may` be ended."""
    found = next((one for one in assembly.organisation.now().delegations if one.id == number and may(one)), None)
    if found is None:
        raise NotFound(f"authorisation {number}")
    _record(assembly, by, "authorisation.ended", found, revoke(number, by.at))


def _record(assembly: Assembly, by: By, what: str, about: Delegation, step: Step) -> None:
    read = delegation_as_is(about.id)
    assembly.organisation.change(recorded(by, what, f"user:{about.giver}", read, step))


def _against(assembly: Assembly, made: Delegation, directory: Directory) -> list[Refusal]:
    """Say what makes no sense."""
    reasons = []
    taker, giver = directory.people.get(made.taker), directory.people.get(made.giver)
    if taker is None or not taker.enabled:
        reasons.append(Refusal("user.not_enabled", made.taker))
    if giver is None or not giver.enabled:
        reasons.append(Refusal("user.not_enabled", made.giver))
    if made.taker == made.giver:
        reasons.append(Refusal("task.to_oneself", made.taker))
    if not made.from_at < made.until_at or made.until_at <= assembly.clock.now():
        reasons.append(Refusal("authorisation.over_before_it_begins", "until_at"))
    elif made.until_at - made.from_at > timedelta(days=DAYS_MAX):
        reasons.append(Refusal("authorisation.too_long", "until_at", {"most": DAYS_MAX}))
    if made.definition is not None and made.definition not in assembly.library.published():
        reasons.append(Refusal("authorisation.no_definition", made.definition))
    return reasons
