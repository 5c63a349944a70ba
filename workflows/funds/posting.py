"""The words of the journal: a posting moves money between two accounts of one book; an entry is one event's postings.

A posting names both its accounts, so it can not be unbalanced, and both stand at the same place (project, source,
year, budget line …), so every source and every budget line balances by itself. There is no other way to write.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import cast

from engine.values import INTEGER_MAX, Json
from workflows.funds.chart import CHART, DIMENSIONS, Account

AMOUNT_MAX = INTEGER_MAX // 1_000_000
"""Largest posting, in fen: sums of a million of them still fit any database."""

SEPARATOR = "|"
"""Stands between the dimensions in the name of a balance; no dimension may hold it."""

NAMES_KEPT = 10_000
"""Names of balances that are kept as read: those of a project come again with each of its steps."""

POSTINGS_MAX = 1_000
"""Most postings of one entry."""


class Unlawful(ValueError):
    """This is not a posting or an entry; the message says what is wrong with it."""


class Movement(StrEnum):
    """The events that move money (domain §6.3); titles are in `texts.yaml`."""

    ACTIVATE = "E-01"
    ADJUST = "E-02"
    LOCK = "E-02b"
    COMMIT = "E-03"
    UNCOMMIT = "E-03b"
    RECEIVE = "E-04"
    RESOLVE = "E-04b"
    PROCURE = "E-05"
    SIGN = "E-06"
    SUPPLEMENT = "E-06b"
    ACCEPT = "E-07"
    RESERVE = "E-08"
    UNRESERVE = "E-08b"
    RELEASE = "E-09"
    PAY = "E-10"
    BOUNCE = "E-11"
    TAKE_BACK = "E-11b"
    SET_OFF = "E-12"
    DEMAND = "E-13"
    REFUND = "E-14"
    OFFSET = "E-14b"
    WRITE_OFF = "E-14c"
    INTEREST = "E-15"
    LAPSE = "E-16a"
    GIVE_BACK = "E-16b"
    RETAIN = "E-17"
    CLOSE = "E-18"
    CARRY = "E-19"
    BORROW = "E-20"
    REPAY = "E-20b"
    SUBSTITUTE = "E-21"
    REGISTER = "E-22"


@dataclass(frozen=True, slots=True)
class Place:
    """Where money is, in all dimensions that matter; empty where one does not apply.

    `year` is the fiscal year: of the budget line in the budget book, of the day in the cash book. `milestone` is the
    contract's own name for it, or `advance`, or `retention`. `payment` is the code of the payment, receipt or claim.
    `register` names a document with a face value, such as `invoice:0440012345-87654321`.
    """

    project: str = ""
    source: str = ""
    year: int = 0
    line: str = ""
    bank: str = ""
    contract: str = ""
    milestone: str = ""
    payment: str = ""
    payee: str = ""
    register: str = ""

    def __post_init__(self) -> None:
        """Refuse names that could not be told apart in the name of a balance."""
        words = (self.project, self.source, self.line, self.bank, self.contract, self.milestone, self.payment)
        if SEPARATOR in "".join((*words, self.payee, self.register)):
            raise Unlawful(f"no dimension may hold {SEPARATOR!r}: {self}")

    @property
    def scope(self) -> str:
        """The ledger it belongs to: a document's, a project's, or (money nobody has claimed yet) a bank account's."""
        return self.register or self.project or f"bank:{self.bank}"


@dataclass(frozen=True, slots=True)
class Posting:
    """`amount` fen from the account credited to the account debited; raises `Unlawful`."""

    debit: Account
    credit: Account
    amount: int
    at: Place

    def __post_init__(self) -> None:
        """Refuse what would not be a posting."""
        if type(self.amount) is not int or not 0 < self.amount <= AMOUNT_MAX:
            raise Unlawful(f"an amount is a whole number of fen from 1 to {AMOUNT_MAX}, not {self.amount!r}")
        if self.debit.book is not self.credit.book or self.debit is self.credit:
            raise Unlawful(f"{self.debit.name} and {self.credit.name} are not two accounts of one book")

    def reversed(self) -> "Posting":
        """Give the posting that undoes this one."""
        return Posting(self.credit, self.debit, self.amount, self.at)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the ledger. `reverses` names the entry it undoes (`SCOPE#SEQ`); then `reason` says why.

    `policies` records the dated policy values that were looked at, as `key@from` (INV-29).
    """

    movement: Movement
    on: date
    postings: tuple[Posting, ...]
    reason: str = ""
    reverses: str = ""
    policies: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an entry that moves nothing, or too much at once, or undoes without a reason."""
        if not 0 < len(self.postings) <= POSTINGS_MAX:
            raise Unlawful(f"an entry has 1 to {POSTINGS_MAX} postings, not {len(self.postings)}")
        if self.reverses and not self.reason.strip():
            raise Unlawful(f"the reversal of {self.reverses} gives no reason")

    def by_scope(self) -> dict[str, "Entry"]:
        """Split into one entry for each ledger concerned; each ledger has its own chain."""
        parts: dict[str, list[Posting]] = {}
        for posting in self.postings:
            parts.setdefault(posting.at.scope, []).append(posting)
        return {
            scope: Entry(self.movement, self.on, tuple(part), self.reason, self.reverses, self.policies)
            for scope, part in parts.items()
        }

    def reversal(self, name: str, on: date, reason: str) -> "Entry":
        """Give the entry that undoes this one, which is stored under `name`."""
        return Entry(self.movement, on, tuple(one.reversed() for one in self.postings), reason, name, self.policies)


def balance_name(account: Account, place: Place) -> str:
    """Name the balance of an account at a place: `budget.free|QH-2026-0001|own|2026|1-1`."""
    return SEPARATOR.join([account.name, *(str(getattr(place, dimension)) for dimension in account.key)])


@lru_cache(NAMES_KEPT)
def read_balance_name(name: str) -> tuple[Account, Place]:
    """Give the account and the place (in the account's own dimensions) of a balance; raises `Unlawful`."""
    account_name, *values = name.split(SEPARATOR)
    account = CHART.get(account_name)
    if account is None or len(values) != len(account.key):
        raise Unlawful(f"{name!r} names no balance")
    return account, _place(dict(zip(account.key, values, strict=True)))


def entry_json(entry: Entry) -> dict[str, Json]:
    """Spell an entry as JSON values; empty parts are left out."""
    spelled: dict[str, Json] = {
        "movement": entry.movement.value,
        "on": entry.on.isoformat(),
        "postings": [_posting_json(posting) for posting in entry.postings],
    }
    for name in ("reason", "reverses"):
        if getattr(entry, name):
            spelled[name] = getattr(entry, name)
    if entry.policies:
        spelled["policies"] = list(entry.policies)
    return spelled


def read_entry(value: Json) -> Entry:
    """Read an entry from JSON values; raises `Unlawful` when it is none."""
    try:
        spelled = cast("dict[str, Json]", value)
        return Entry(
            Movement(cast("str", spelled["movement"])),
            date.fromisoformat(cast("str", spelled["on"])),
            tuple(_postings(cast("list[Json]", spelled["postings"]))),
            cast("str", spelled.get("reason", "")),
            cast("str", spelled.get("reverses", "")),
            tuple(cast("list[str]", spelled.get("policies", []))),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise Unlawful(f"this is no ledger entry: {error}") from error


def _posting_json(posting: Posting) -> dict[str, Json]:
    place = {name: value for name in DIMENSIONS if (value := getattr(posting.at, name))}
    return {"debit": posting.debit.name, "credit": posting.credit.name, "amount": posting.amount, **place}


def _postings(spelled: Iterable[Json]) -> Iterator[Posting]:
    for one in spelled:
        parts = dict(cast("Mapping[str, Json]", one))
        debit, credit = (CHART[cast("str", parts.pop(side))] for side in ("debit", "credit"))
        amount = cast("int", parts.pop("amount"))
        yield Posting(debit, credit, amount, _place(parts))


_NAMES = frozenset(one.name for one in fields(Place))


def _place(values: Mapping[str, Json]) -> Place:
    unknown = values.keys() - _NAMES
    if unknown:
        raise Unlawful(f"{', '.join(sorted(unknown))} is no dimension of a posting")
    texts = {name: str(value) for name, value in values.items() if name != "year"}
    return Place(**texts, year=int(cast("str", values.get("year", 0))))
