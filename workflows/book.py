"""The closed book of the township: every named guard, posting and value rule that a shipped definition may use."""

from engine.guards import GuardBook
from workflows.funds.postings import RULES
from workflows.guards import (
    acceptance,
    accepting,
    accounts,
    adjustment,
    application,
    approval,
    auditing,
    budget,
    calling,
    changing,
    contracts,
    delivery,
    evaluation,
    following,
    inspection,
    panel,
    payments,
    performance,
    pool,
    reporting,
    review,
    settlement,
    sources,
    warned,
)
from workflows.screening import values

BOOK = GuardBook(
    entries=(
        *application.ENTRIES,
        *review.ENTRIES,
        *panel.ENTRIES,
        *pool.ENTRIES,
        *approval.ENTRIES,
        *delivery.ENTRIES,
        *acceptance.ENTRIES,
        *evaluation.ENTRIES,
        *budget.ENTRIES,
        *sources.ENTRIES,
        *contracts.ENTRIES,
        *inspection.ENTRIES,
        *following.ENTRIES,
        *auditing.ENTRIES,
        *warned.ENTRIES,
        *accounts.ENTRIES,
        *payments.ENTRIES,
        *adjustment.ENTRIES,
        *performance.ENTRIES,
        *reporting.ENTRIES,
        *changing.ENTRIES,
        *accepting.ENTRIES,
        *settlement.ENTRIES,
        *calling.ENTRIES,
    ),
    postings=RULES,
    reckonings=(
        *reporting.RECKONINGS,
        *changing.RECKONINGS,
        *acceptance.RECKONINGS,
        *accepting.RECKONINGS,
        *values.RECKONINGS,
    ),
)
"""Beside the engine's own guards, the whole of what can be named."""
