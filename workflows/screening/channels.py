"""Which ways to money are lawful for a project now, and why or why not: judged by the rules of the five ways.

Each way is tried with what is known: the open programmes, this year's budget items, the project's categories. What only
papers to come can show is told as a condition. Source: shortage of funds solved lawfully (domain S73 a) [D]; the law of
each rule stands with the rule (`workflows/guards/sources.py`).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.definition import Definition, NamedGuard
from engine.refusal import Refusal
from engine.situation import Situation, imagined
from engine.values import Json
from workflows.book import BOOK
from workflows.funds.papers import BUDGET, SOURCES, Papers
from workflows.guards import contracts, sources
from workflows.guards.reading import number_in, text_in, today
from workflows.guards.sources import ANNUAL_BUDGET, PROGRAMMES, asked_for, budget_left, listed_in

JUDGED: Mapping[str, frozenset[str]] = {
    "grant": frozenset({"programme_eligible", "no_double_funding"}),
    "own-funds": frozenset({"in_annual_budget", "no_double_funding"}),
    "private-capital": frozenset({"not_core_security", "no_double_funding"}),
    "policy-loan": frozenset({"no_double_funding"}),
    "special-bond": frozenset({"not_negative_list", "no_double_funding"}),
}
"""Rules that can be judged of what is known before anything is applied for."""

LATER = frozenset(
    [
        *("source_paid_in", "use_matches_contract", "loan_zero", "repayment_overdue", "signed_here"),
        *("agreement_there", "outside_budget"),
    ]
)
"""Rules of what comes after the money is bound, or of another kind of source."""

RULES = frozenset(entry.name for entry in sources.ENTRIES) | {contracts.clauses_ok.__name__}
SECURITY, TOWNSHIP = "security", "township"


class Standing(StrEnum):
    """How a way stands: open now, open once something is shown, or closed."""

    OPEN = "open"
    ON_CONDITION = "on_condition"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Offer:
    """A programme or budget item (empty: the way as such): the most it may give in fen, and what is against it."""

    name: str
    most: int
    against: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to money. `conditions` are rules still to be shown, `notes` reasons why others may not go it."""

    way: str
    standing: Standing
    may_begin: bool
    offers: tuple[Offer, ...]
    conditions: tuple[NamedGuard, ...]
    notes: tuple[Refusal, ...] = ()

    @property
    def most(self) -> int:
        """The most it may bring, in fen; nothing when it is closed."""
        return max((offer.most for offer in self.offers if not offer.against), default=0)


@dataclass(frozen=True, slots=True)
class Match:
    """A project's need: what it costs and what is not covered yet, in fen; and the five ways."""

    cost: int
    gap: int
    channels: tuple[Channel, ...]


def match(it: Situation, definitions: Callable[[str], Definition]) -> Match:
    """Judge the five ways for the project of a situation."""
    papers = Papers(it, it.case.code)
    reviewed = next((one for one in papers.of(BUDGET) if one.state == "approved"), None)
    cost = number_in(reviewed.data, "total") if reviewed is not None else number_in(it.case.data, "amount")
    gap = max(0, cost - asked_for(papers))
    return Match(cost, gap, tuple(_channel(it, definitions(way), gap) for way in SOURCES))


def _channel(it: Situation, definition: Definition, gap: int) -> Channel:
    way, asked = definition.key, _asked(definition)
    offers = tuple(_offer(it, definition, asked, *tried) for tried in _candidates(it, way, gap))
    conditions = [guard for guard in asked if guard.name in RULES - JUDGED[way] - LATER]
    is_open = any(not offer.against for offer in offers)
    if way == "own-funds" and not is_open:
        is_open, conditions = True, [guard for guard in asked if guard.name == "outside_budget"]
    standing = Standing.CLOSED if not is_open else Standing.ON_CONDITION if conditions else Standing.OPEN
    parent = definition.parent
    may_begin = parent is None or not parent.states or it.case.state in parent.states
    notes = _against(it, definition, asked, {"borrower_kind": TOWNSHIP}, {"borrower_ok"})
    return Channel(way, standing, may_begin, offers, tuple(conditions), notes if way == "policy-loan" else ())


def _asked(definition: Definition) -> list[NamedGuard]:
    """Give the named rules of a way, each once."""
    found: dict[str, NamedGuard] = {}
    for state in definition.states.values():
        for action in state.actions.values():
            for guard in action.require:
                if isinstance(guard, NamedGuard):
                    found.setdefault(guard.name, guard)
    return list(found.values())


def _candidates(it: Situation, way: str, gap: int) -> Iterator[tuple[str, int, dict[str, Json]]]:
    """Give what can be tried: its name, the most it may give, and the data an application would hold."""
    match way:
        case "grant":
            programmes = listed_in(it, PROGRAMMES)
            for row in programmes:
                code = text_in(row, "code")
                yield code, gap, {"programme": code, "wanted": gap}
            if not programmes:
                yield "", 0, {"wanted": gap}
        case "own-funds":
            year = today(it).year
            items = [row for row in listed_in(it, ANNUAL_BUDGET) if number_in(row, "year") == year]
            for row in items:
                item, face = text_in(row, "item"), number_in(row, "amount")
                most = min(gap, budget_left(it, item, face))
                named: dict[str, Json] = {"fiscal_year": year, "document": item, "document_amount": face}
                yield item, most, {**named, "amount": most or gap}
            if not items:
                yield "", 0, {"fiscal_year": year, "amount": gap}
        case "private-capital":
            categories = it.case.data.get("categories")
            yield "", gap, {"core_security": isinstance(categories, list) and SECURITY in categories, "amount": gap}
        case _:
            yield "", gap, {"amount": gap}


def _offer(
    it: Situation, definition: Definition, asked: list[NamedGuard], name: str, most: int, data: dict[str, Json]
) -> Offer:
    against = _against(it, definition, asked, data, JUDGED[definition.key])
    if definition.key == "private-capital" and it.case.data.get("public_service") is not True:
        percent = Papers(it, it.case.code).policy().number("private.user_pays_least_percent")
        against = (*against, Refusal("private.no_users", "user_income", {"percent": percent}))
    return Offer(name, most, against)


def _against(
    it: Situation,
    definition: Definition,
    asked: list[NamedGuard],
    data: Mapping[str, Json],
    names: frozenset[str] | set[str],
) -> tuple[Refusal, ...]:
    """Let the rules of a way judge an application that is not there yet."""
    given = {"project": it.case.code, **data}
    case = imagined(definition, it.now, initiator=it.case.initiator, unit=it.case.unit, data=given)
    tried = Situation(definition, case, case.data, it.actor, it.facts, it.now)
    judged = [guard for guard in asked if guard.name in names]
    entries = ((BOOK.get(guard.name), guard) for guard in judged)
    return tuple(
        refusal for entry, guard in entries if entry is not None for refusal in entry.rule(tried, guard.arguments)
    )
