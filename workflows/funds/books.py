"""The balances of one ledger: what its postings come to. Values; the books after a posting are new books."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter

from workflows.funds.chart import Account, Side
from workflows.funds.posting import Entry, Place, Posting, balance_name, read_balance_name

Totals = Mapping[str, tuple[int, int]]
"""All that was ever debited and credited, in fen, by name of balance: how stores keep the books of a ledger."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What stands on an account at one place. `debited` and `credited` are all that ever was, in fen."""

    account: Account
    place: Place
    debited: int
    credited: int

    @property
    def amount(self) -> int:
        """What is there now, counted on the account's own side."""
        net = self.debited - self.credited
        return net if self.account.side is Side.DEBIT else -net


class Books:
    """All balances of one ledger. Made from stored totals, or empty; `after` gives the next ones."""

    __slots__ = ("_accounts",)

    def __init__(self, totals: Totals | None = None) -> None:
        """Read stored totals; raises `Unlawful` when a name is no balance."""
        self._accounts: dict[str, dict[str, Balance]] = {}
        for name, (debited, credited) in (totals or {}).items():
            account, place = read_balance_name(name)
            self._accounts.setdefault(account.name, {})[name] = Balance(account, place, debited, credited)

    def after(self, postings: Iterable[Posting]) -> "Books":
        """Give the books with these postings in them; these stay as they are."""
        books = Books()
        books._accounts = {name: dict(balances) for name, balances in self._accounts.items()}
        for posting in postings:
            books._add(posting.debit, posting.at, posting.amount, 0)
            books._add(posting.credit, posting.at, 0, posting.amount)
        return books

    def after_all(self, entries: Iterable[Entry]) -> "Books":
        """Give the books after several entries."""
        return self.after(posting for entry in entries for posting in entry.postings)

    def _add(self, account: Account, place: Place, debited: int, credited: int) -> None:
        name = balance_name(account, place)
        balances = self._accounts.setdefault(account.name, {})
        old = balances.get(name)
        if old is None:
            own_place = Place(**{dimension: getattr(place, dimension) for dimension in account.key})
            balances[name] = Balance(account, own_place, debited, credited)
        else:
            balances[name] = Balance(account, old.place, old.debited + debited, old.credited + credited)

    def __iter__(self) -> Iterator[Balance]:
        """Give every balance."""
        return (balance for balances in self._accounts.values() for balance in balances.values())

    def each(self, account: Account, **at: str | int) -> Iterator[Balance]:
        """Give the balances of an account at these dimensions (each must be one the account keeps apart)."""
        balances = self._accounts.get(account.name)
        if not balances:
            return iter(())
        if not at:
            return iter(balances.values())
        dimensions, values = attrgetter(*at), tuple(at.values())
        wanted = values if len(values) > 1 else values[0]
        return (balance for balance in balances.values() if dimensions(balance.place) == wanted)

    def amount(self, *accounts: Account, **at: str | int) -> int:
        """Sum what stands on some accounts, in fen, each counted on its own side."""
        return sum(balance.amount for account in accounts for balance in self.each(account, **at))

    def debited(self, account: Account, **at: str | int) -> int:
        """Sum all that was ever debited to an account."""
        return sum(balance.debited for balance in self.each(account, **at))

    def credited(self, account: Account, **at: str | int) -> int:
        """Sum all that was ever credited to an account."""
        return sum(balance.credited for balance in self.each(account, **at))

    def values(self, account: Account, dimension: str, **at: str | int) -> tuple[str, ...]:
        """Give the different values of a dimension that an account has balances for, in order."""
        found = {str(getattr(balance.place, dimension)) for balance in self.each(account, **at)}
        return tuple(sorted(found))

    @property
    def totals(self) -> dict[str, tuple[int, int]]:
        """The books as stores keep them."""
        pairs = (pair for balances in self._accounts.values() for pair in balances.items())
        return {name: (balance.debited, balance.credited) for name, balance in pairs}
