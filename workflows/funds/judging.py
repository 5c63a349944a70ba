"""Whether an entry may be posted: the one gate before the journal. Refusals name the invariant and its clause."""

from collections.abc import Iterable, Iterator, Mapping

from engine.refusal import Refusal
from workflows.funds.books import Books
from workflows.funds.invariants import Breach, View, broken
from workflows.funds.policy import Policy
from workflows.funds.posting import Entry
from workflows.funds.terms import Dossier


def judge(
    entries: Iterable[Entry], books: Mapping[str, Books], dossiers: Mapping[str, Dossier], policy: Policy
) -> Iterator[Breach]:
    """Give every invariant that posting these entries would break; `books` are those of each scope before."""
    parts: dict[str, tuple[Entry, ...]] = {}
    for entry in entries:
        for scope, part in entry.by_scope().items():
            parts[scope] = (*parts.get(scope, ()), part)
    for scope, new in parts.items():
        after = books.get(scope, Books()).after_all(new)
        yield from broken(View(scope, after, policy, dossiers.get(scope), new))


def refusals(breaches: Iterable[Breach]) -> Iterator[Refusal]:
    """Say breaches as reasons of a refusal: `ledger.inv_09` at the balance concerned, with the figures."""
    for breach in breaches:
        code = "ledger." + breach.invariant.lower().replace("-", "_")
        yield Refusal(code, where=breach.where, params=dict(breach.figures))
