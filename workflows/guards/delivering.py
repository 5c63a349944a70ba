"""Guards of the mode of delivery: who builds, and whether in one go, in stages or in parallel packages."""

from collections import Counter

from engine.refusal import Refusal
from engine.situation import Situation
from workflows.guards.purse import budget_total, sources
from workflows.guards.reading import Reasons, entry, number_in, rows, sum_of, text_in, word, yuan

STAGES, PARALLEL, COOPERATION = "stages", "parallel", "cooperation"
IN_PARTS = frozenset({STAGES, PARALLEL})
PARTNERS = frozenset({"private_capital", "operator", "donation"})
BRINGERS = frozenset({"private", "donation", "operator"})
PACKAGES_MIN = 2


def delivery_mode_ok(it: Situation) -> Reasons:
    """Stages or packages are named apart and make the budget together; a partner that builds along brings money.

    Stages are numbered from one without a gap; parallel packages have no number. A project in one go has no packages.
    Source: new modes of construction on a project (domain S97 b) [D].
    """
    order, table = word(it, "build_order"), rows(it, "packages")
    if order in IN_PARTS:
        yield from _parts(it, order)
    elif table:
        yield Refusal("mode.not_in_parts", "packages")
    if word(it, "delivery_mode") == COOPERATION and not _has_partner(it):
        yield Refusal("mode.no_partner", "funding_sources")


def _parts(it: Situation, order: str) -> Reasons:
    table = rows(it, "packages")
    if len(table) < PACKAGES_MIN:
        yield Refusal("mode.too_few", "packages", {"least": PACKAGES_MIN})
        return
    if max(Counter(text_in(row, "package") for row in table).values()) > 1:
        yield Refusal("mode.named_twice", "packages")
    numbers = {number_in(row, "stage") for row in table}
    wanted = set(range(1, max(numbers) + 1)) if order == STAGES else {0}
    if numbers != wanted or (order == STAGES and len(numbers) < PACKAGES_MIN):
        yield Refusal("mode.stages" if order == STAGES else "mode.parallel", "packages")
    found, needed = sum_of(table, "cost"), budget_total(it)
    if found != needed:
        yield Refusal("mode.sum", "packages", {"found": yuan(found), "needed": yuan(needed)})


def _has_partner(it: Situation) -> bool:
    """Say whether somebody but the treasury brings money, by the sources in effect or those the project tells of."""
    bound = any(one.kind.value in BRINGERS for one in sources(it).values())
    told = (row for row in rows(it, "funding_sources") if text_in(row, "standing") != "refused")
    return bound or any(text_in(row, "kind") in PARTNERS for row in told)


ENTRIES = (entry(delivery_mode_ok),)
