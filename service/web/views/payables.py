"""What a payment is for, chosen and read in words: advance, retention, or a milestone of the project's contracts."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.case import Case
from engine.facts import Facts
from service.texts import Speech
from service.web.fields import Choice, Field
from workflows.funds.movements.paying import ADVANCE_MILESTONE, RETENTION_MILESTONE
from workflows.funds.papers import lines_of
from workflows.guards.reading import text_in

PAYMENT, CONTRACT, PROJECT, MILESTONE = "payment", "contract", "project", "milestone"
OWN_WORDS = (ADVANCE_MILESTONE, RETENTION_MILESTONE)
"""What payments are for besides milestones; contracts may call no milestone so."""


def milestone_words(t: Speech, name: str) -> str:
    """Say what a payment is for: a milestone by its name, the rest in words."""
    return t(f"funds.pays.{name}") if name in OWN_WORDS else name


def payable(t: Speech, definition: str, fields: Iterable[Field], offered: Sequence[Choice] = ()) -> list[Field]:
    """Let what a payment is for be chosen among what is offered; as it stands it is always among that."""
    return [_chosen(t, one, offered) if (definition, one.name) == (PAYMENT, MILESTONE) else one for one in fields]


def _chosen(t: Speech, field: Field, offered: Sequence[Choice]) -> Field:
    own = [Choice(name, milestone_words(t, name)) for name in OWN_WORDS]
    known = {one.value for one in (*own, *offered)}
    kept = [Choice(str(field.value), str(field.value))] if field.value and field.value not in known else []
    return replace(field, kind="choice", choices=[*own, *offered, *kept])


def milestones_to_pay(facts: Facts, payment: Case) -> list[Choice]:
    """Offer the milestones of the contracts of a payment's project, contract by contract."""
    contracts = facts.peers(CONTRACT, PROJECT, text_in(payment.data, PROJECT)) if payment.definition == PAYMENT else ()
    offered: dict[str, Choice] = {}
    for contract in sorted(contracts, key=lambda one: one.code):
        for row in lines_of(contract.data, "milestones"):
            name = text_in(row, MILESTONE)
            offered.setdefault(name, Choice(name, name, contract.code, contract.code))
    return list(offered.values())
