"""Orders to put items on another version, as pages show them: how far each has come, and what became of its items."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from adapters.sql.migrating import BACK, DONE, KEPT, MOVED, PAUSED, REFUSED, RETURNED, RUNNING, Migration, Outcome
from adapters.sql.reads.cases import lines_of
from adapters.sql.statements import Connection
from engine.definition import Definition
from service.web.parts import Fact, Status, Tone
from service.web.views.naming import joined
from service.web.views.reader import Reader

OUTCOMES = (MOVED, REFUSED, RETURNED, KEPT)
TONES: Mapping[str, Tone] = {MOVED: "good", REFUSED: "bad", RETURNED: "plain", KEPT: "warn"}
ORDER_TONES: Mapping[str, Tone] = {RUNNING: "active", PAUSED: "warn", DONE: "good"}


class MigrationView(Struct, frozen=True):
    """An order. `done` of `total` items are through; `is_live` while it goes on by itself."""

    id: str
    url: str
    status: Status
    done: int
    total: int
    said: str
    facts: Sequence[Fact]
    ordered_by: str
    ordered_at: datetime
    is_live: bool
    can_pause: bool
    can_resume: bool
    can_go_back: bool


class OutcomeRow(Struct, frozen=True):
    """What became of one item."""

    item_id: str
    code: str
    status: Status
    words: str
    at: datetime
    can_go_back: bool


def migration_view(order: Migration, definition: Definition, reader: Reader, url: str) -> MigrationView:
    """Show an order."""
    t, is_back = reader.t, order.direction == BACK
    done = order.counts.get(RETURNED, 0) + order.counts.get(KEPT, 0) if is_back else sum(order.counts.values())
    total = order.counts.get(MOVED, 0) + done if is_back else max(order.total, done)
    facts = [
        Fact(t("changing.fact.scope"), t("changing.chosen" if order.chosen is not None else "changing.all")),
        Fact(t("changing.fact.reason"), order.reason),
    ]
    if order.states:
        said = [f"{old} → {reader.says(definition.states[new].title)}" for old, new in order.states.items()]
        facts.append(Fact(t("changing.fact.states"), joined(reader, said)))
    return MigrationView(
        id=order.id,
        url=url,
        status=Status(t(f"changing.status.{order.status}"), ORDER_TONES[order.status]),
        done=done,
        total=total,
        said=t("changing.far_back" if is_back else "changing.far", count=done, total=total),
        facts=facts,
        ordered_by=reader.person(order.ordered_by),
        ordered_at=order.ordered_at,
        is_live=order.status == RUNNING,
        can_pause=order.status == RUNNING,
        can_resume=order.status == PAUSED,
        can_go_back=not is_back and bool(order.counts.get(MOVED)),
    )


def outcome_rows(connection: Connection, found: Iterable[Outcome], reader: Reader) -> list[OutcomeRow]:
    """Show what became of items, by their numbers."""
    outcomes, t = list(found), reader.t
    known = lines_of(connection, [one.case_id for one in outcomes])
    return [
        OutcomeRow(
            item_id=one.case_id,
            code=known[one.case_id].code if one.case_id in known else one.case_id,
            status=Status(t(f"changing.outcome.{one.outcome}"), TONES[one.outcome]),
            words=joined(reader, [reader.rendering.wording.sentence(reason) for reason in one.reasons])
            or (t(f"changing.fate.{one.fate}") if one.fate else ""),
            at=one.at,
            can_go_back=one.outcome == MOVED,
        )
        for one in outcomes
    ]
