"""Putting running items on another version: what would become of them, the order that does it, and taking it back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from adapters.sql.impacts import BATCH, impacts
from adapters.sql.migrating import FORWARD, RUNNING, Migration, Migrations, count_others
from engine.impact import Fate, Impact
from engine.process import Process
from engine.refusal import Refusal, Refused
from service.assembly import Assembly
from service.jobs.migrations import Mover

SURVEYED_MAX = 1_000
"""Most items that one look judges; the next look begins after them."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What would become of the items after a place. `total` counts all that run on other versions.

    `next` is where the next look begins; None when these were the last.
    """

    found: Sequence[Impact]
    total: int
    next: str | None

    @property
    def counts(self) -> Counter[Fate]:
        """How many items have which fate."""
        return Counter(one.fate for one in self.found)


def survey(assembly: Assembly, process: Process, states: Mapping[str, str], begin: str = "") -> Survey:
    """Try a version on running items, after one (by id), at most `SURVEYED_MAX`; nothing is changed."""
    found: list[Impact] = []
    after, now, definition = begin, assembly.clock.now(), process.definition
    while len(found) < SURVEYED_MAX:
        more = impacts(assembly.database, assembly.library, process, states, now, after=after, limit=BATCH)
        found += more
        if len(more) < BATCH:
            break
        after = more[-1].case_id
    with assembly.database.read() as connection:
        total = count_others(connection, definition.key, definition.version)
    return Survey(found, total, found[-1].case_id if len(found) >= SURVEYED_MAX else None)


def order_migration(  # what an order says
    assembly: Assembly,
    user_id: str,
    key: str,
    version: int,
    *,
    states: Mapping[str, str],
    chosen: Sequence[str] | None,
    reason: str,
) -> Migration:
    """Order items to be put on a published version: chosen ones, or (None) all that run on others.

    Raises `NotFound` for a draft, `Refused` for states that the version does not have.
    """
    known = assembly.library.get(key, version).definition.states
    unknown = sorted(set(states.values()) - set(known))
    if unknown:
        raise Refused(*(Refusal("migrate.no_state", where=name) for name in unknown))
    wanted = Migration(
        id=assembly.ids.new(),
        definition=key,
        version=version,
        states=states,
        chosen=None if chosen is None else tuple(dict.fromkeys(chosen)),
        reason=reason,
        direction=FORWARD,
        status=RUNNING,
        place="",
        total=0,
        ordered_by=user_id,
        ordered_at=assembly.clock.now(),
        finished_at=None,
        counts={},
    )
    return Migrations(assembly.database).order(wanted)


def take_back(assembly: Assembly, order: Migration, items: Sequence[str] | None) -> Migration:
    """Take an order back: named items at once, or (None) all, in batches. Raises `Conflict` when that is under way."""
    kept = Migrations(assembly.database)
    if items is None:
        return kept.roll_back(order)
    kept.note(order, Mover(assembly).take_back(order, list(items)))
    return kept.get(order.definition, order.id)


def first_of(found: Sequence[Impact], fate: str, after: str, limit: int) -> tuple[list[Impact], str | None]:
    """Give the next items of a fate (empty: of any), after one; and where the page after them begins."""
    fitting = (one for one in found if one.case_id > after and (not fate or one.fate == fate))
    lines = list(islice(fitting, limit + 1))
    return lines[:limit], lines[limit - 1].case_id if len(lines) > limit else None
