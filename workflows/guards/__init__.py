"""The closed book of the township's named guards. README.md lists them with what each reads and where it comes from."""

from engine.guards import GuardBook
from workflows.guards import acceptance, application, approval, delivery, evaluation, panel, pool, review

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
    )
)
"""Every named guard that a shipped definition may use."""
