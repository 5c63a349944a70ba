"""Guards of contracts and of breaches: clauses, budget, payee, supplements, what ends a contract."""

from collections.abc import Mapping

from engine.refusal import Refusal
from engine.situation import Situation
from engine.values import Json
from workflows.guards.reading import Reasons, entry_with, rows, text_in
from workflows.guards.sources import hidden_words

VOLUNTARY_CLAUSES = frozenset({"K20"})
"""Clauses of the checklist that may be absent; all others are mandatory [D]."""


def clauses_ok(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """Every mandatory clause K-01 to K-19 is written, and no unlawful term stands in the text.

    Source: Civil Code §585 penalties [V]; Procurement Regulations §48 bonds [V]; list of clauses [D].
    """
    table = str(arguments["table"])
    checks = next(column.of for column in it.definition.fields[table].columns if column.name == "check")
    written = {text_in(row, "check") for row in rows(it, table) if text_in(row, "result") == "present"}
    missing = [check.name for check in checks if check.name not in written | VOLUNTARY_CLAUSES]
    if missing:
        yield Refusal("contract.clauses", table, {"clauses": ", ".join(missing)})
    yield from hidden_words(it)


ENTRIES = (entry_with(clauses_ok, table="field"),)
