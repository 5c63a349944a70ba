"""From a case's record to the ledger entries in it: what stores write rows of, and what `verify` compares rows with."""

from collections.abc import Iterator

from engine.case import Case
from engine.events import Moved, Posted, Record
from workflows.funds.journal import Maker
from workflows.funds.posting import Entry, read_entry


def ledger_entries(case: Case, record: Record) -> Iterator[tuple[Entry, Maker]]:
    """Give the entries a record posts, each with its maker; raises `Unlawful` when one is no entry."""
    behalf_of = ""
    for event in record.events:
        if isinstance(event, Moved):
            behalf_of = event.behalf_of or ""
        elif isinstance(event, Posted):
            form = f"{case.definition}@{case.version}"
            yield read_entry(event.entry), Maker(case.code, record.seq, record.actor, record.at, behalf_of, form)
