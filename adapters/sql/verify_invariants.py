"""Proof that the ledger's invariants hold over what is stored: each ledger with its project's papers, as of now.

What an entry had to respect on its day was judged on its day; here the books and the papers are held against each
other once more, so that a row of either that was changed since is found.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct, field

from adapters.sql.database import Database
from adapters.sql.directory import CaseFacts, DirectoryCache
from adapters.sql.reads.cases import EVERYBODY
from adapters.sql.reads.ledger import heads, journal, kept
from adapters.sql.reads.reporting import cases_at
from adapters.sql.statements import Connection
from adapters.sql.verify_ledger import FAULTS_MAX, LedgerFault, LedgerVerdict, verify_ledger
from engine.case import Case
from engine.commands import SYSTEM
from engine.facts import Facts
from engine.ports import Library
from engine.refusal import Refused
from engine.situation import Situation
from workflows.funds.books import Books
from workflows.funds.chart import BANK, DUE_FROM_SOURCE
from workflows.funds.invariants import Breach, Night, Statement, View, broken
from workflows.funds.invariants.bookkeeping import cash_reconciled, made_by_somebody
from workflows.funds.invariants.closing import QUOTA, quotas_used
from workflows.funds.journal import Row
from workflows.funds.papers import BANK_LINE, PROJECT, Papers, dossier
from workflows.funds.policy import Policy
from workflows.funds.posting import SEPARATOR
from workflows.funds.reconciling import BOUNCED, statement
from workflows.funds.terms import Dossier
from workflows.guards.accounts import BOOKED
from workflows.guards.reading import text_in

CALENDAR = "cn"


class _County(Struct):
    """What only the whole county shows: what projects have of each quota document, gathered project by project."""

    dossiers: dict[str, Dossier] = field(default_factory=dict)
    commitments: dict[str, tuple[Row, ...]] = field(default_factory=dict)
    quotas: dict[str, Books] = field(default_factory=dict)
    cash: dict[str, Books] = field(default_factory=dict)


def verify_money(database: Database, library: Library, now: datetime) -> LedgerVerdict:
    """Prove the ledger in every way: its chains, sums and origins, and the thirty invariants."""
    verdict = verify_ledger(database)
    verdict.faults += verify_invariants(database, library, now)
    return verdict


def verify_invariants(database: Database, library: Library, now: datetime) -> list[LedgerFault]:
    """Hold every ledger against the thirty invariants; at most `FAULTS_MAX` faults are listed."""
    county, directory = _County(), DirectoryCache()
    faults: list[LedgerFault] = []
    with database.read() as connection:
        scopes = list(heads(connection))
    for scope in scopes:
        with database.snapshot() as connection:
            facts = CaseFacts(directory.get(connection, now), connection)
            found = _papers(library, facts, scope, now)
            books, rows = Books(kept(connection, scope).totals), journal(connection, scope)
            faults += (_told(scope, breach) for breach in _breaches(scope, books, rows, facts, found, now))
        county.cash[scope] = Books(
            {name: sums for name, sums in books.totals.items() if name.startswith(BANK.name + SEPARATOR)}
        )
        if found is not None:
            county.dossiers[scope] = found
            county.commitments[scope] = tuple(row for row in rows if _commits(row))
        elif scope.startswith(QUOTA):
            county.quotas[scope] = books
        if len(faults) >= FAULTS_MAX:
            return faults[:FAULTS_MAX]
    with database.snapshot() as connection:
        told = tuple(_statements(connection))
    night = Night(county.commitments, county.quotas, dossiers=county.dossiers)
    banks = Night({}, county.cash, statements=told)
    breaches = (*quotas_used(night), *cash_reconciled(banks))
    return [*faults, *(_told(breach.where, breach) for breach in breaches)][:FAULTS_MAX]


def _statements(connection: Connection) -> Iterator[Statement]:
    """Give the last balance that the bank told of each account, with what stands between it and the books."""
    lines, booked = defaultdict[str, list[Case]](list), defaultdict[str, list[Case]](list)
    for line in cases_at(connection, EVERYBODY, BANK_LINE, None, None):
        lines[text_in(line.data, "account")].append(line)
    for kind, states in BOOKED.items() if lines else ():
        for case in cases_at(connection, EVERYBODY, kind, None, None):
            if case.state in states - BOUNCED:
                booked[text_in(case.data, "bank")].append(case)
    for bank, own in sorted(lines.items()):
        found = statement(bank, own, booked[bank])
        if found is not None:
            yield found


def _breaches(
    scope: str, books: Books, rows: tuple[Row, ...], facts: Facts, papers: Dossier | None, now: datetime
) -> Iterator[Breach]:
    today = facts.calendar(CALENDAR).local_day(now)
    try:
        yield from broken(View(scope, books, Policy(facts.policy, today), papers))
    except Refused as error:
        yield from (Breach(one.code, one.where or scope) for one in error.reasons)
    yield from made_by_somebody(Night({scope: rows}, {scope: books}))


def _papers(library: Library, facts: CaseFacts, scope: str, now: datetime) -> Dossier | None:
    """Give the papers of the project whose ledger it is; None for ledgers of documents and accounts."""
    project: Case | None = facts.case(scope)
    if project is None or project.definition != PROJECT:
        return None
    definition = library.get(PROJECT, project.version).definition
    return dossier(Papers(Situation(definition, project, project.data, SYSTEM, facts, now), scope))


def _commits(row: Row) -> bool:
    return any(DUE_FROM_SOURCE in (posting.debit, posting.credit) for posting in row.entry.postings)


def _told(scope: str, breach: Breach) -> LedgerFault:
    figures = ", ".join(f"{name} {value}" for name, value in breach.figures.items())
    where = breach.where if breach.where.startswith(scope) else f"{scope}: {breach.where}"
    return LedgerFault(where, f"{breach.invariant} does not hold" + (f" ({figures})" if figures else ""))
