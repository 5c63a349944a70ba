"""Whether an entry may be posted: the one gate before the journal. Refusals name the invariant and its clause."""

from collections.abc import Iterable, Iterator, Mapping

from engine.refusal import Refusal
from workflows.funds.books import Books
from workflows.funds.invariants import Breach, View, broken
from workflows.funds.policy import Policy
from workflows.funds.posting import Entry, Movement
from workflows.funds.terms import Dossier

RELIEVING = frozenset(
    {
        *(Movement.UNRESERVE, Movement.BOUNCE, Movement.TAKE_BACK, Movement.REFUND, Movement.OFFSET),
        *(Movement.GIVE_BACK, Movement.CLOSE, Movement.UNCOMMIT, Movement.LAPSE),
    }
)
"""Events that only undo, free or give back."""


def judge(
    entries: Iterable[Entry], books: Mapping[str, Books], dossiers: Mapping[str, Dossier], policy: Policy
) -> Iterator[Breach]:
    """Give every invariant that would not hold after posting these entries; `books` are those of each scope before.

    Where something is wrong already, nothing but what undoes or gives back may be posted until it is mended.
    """
    entries = tuple(entries)
    relieves = all(entry.reverses or entry.movement in RELIEVING for entry in entries)
    parts: dict[str, tuple[Entry, ...]] = {}
    for entry in entries:
        for scope, part in entry.by_scope().items():
            parts[scope] = (*parts.get(scope, ()), part)
    for scope, new in parts.items():
        before = books.get(scope, Books())
        dossier = dossiers.get(scope)
        known = (
            {(one.invariant, one.where) for one in broken(View(scope, before, policy, dossier))} if relieves else set()
        )
        for breach in broken(View(scope, before.after_all(new), policy, dossier, new)):
            if (breach.invariant, breach.where) not in known:
                yield breach


def refusals(breaches: Iterable[Breach]) -> Iterator[Refusal]:
    """Say breaches as reasons of a refusal: `ledger.inv_09` at the balance concerned, with the figures."""
    for breach in breaches:
        code = "ledger." + breach.invariant.lower().replace("-", "_")
        yield Refusal(code, where=breach.where, params=dict(breach.figures))
