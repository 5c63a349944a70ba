"""Lines of lists with all that showing them needs: definitions, calendars, summary fields, who holds what."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from adapters.sql.reads.cases import CaseLine
from adapters.sql.reads.queue import TaskLine
from adapters.sql.reads.summaries import holders, summaries
from engine.definition import Definition
from service.web.reading import Look
from service.web.views.reader import Reader
from service.web.views.rows import ItemRow, TaskRow, item_rows, task_rows
from service.web.views.stage_strip import phase_strip, phases_before


def show_tasks(found: Look, lines: Sequence[TaskLine]) -> list[TaskRow]:
    """Show tasks, in their order."""
    values = summaries(found.connection, (line.case_id for line in lines))
    return task_rows(lines, definitions_of(found, lines), found.reader, found.facts.directory.calendars, values)


def show_items(found: Look, lines: Sequence[CaseLine]) -> list[ItemRow]:
    """Show items with who holds them, in their order."""
    ids = [line.id for line in lines]
    values, held = summaries(found.connection, ids), holders(found.connection, ids)
    return item_rows(lines, definitions_of(found, lines), found.reader, found.facts.directory.calendars, values, held)


def definitions_of(found: Look, lines: Iterable[CaseLine | TaskLine]) -> dict[tuple[str, int], Definition]:
    """Give the definitions that some lines follow."""
    return {key: found.definition(*key) for key in {(line.definition, line.version) for line in lines}}


def with_stages(found: Look, lines: Sequence[CaseLine], rows: Sequence[ItemRow]) -> list[ItemRow]:
    """Add to items the strip of their phases."""
    return [
        _staged(found.definition(line.definition, line.version), line, row, found.reader)
        for line, row in zip(lines, rows, strict=True)
    ]


def _staged(definition: Definition, line: CaseLine, row: ItemRow, reader: Reader) -> ItemRow:
    been = phases_before(definition, line.phase)
    strip = phase_strip(definition, line.phase, been, reader, is_closed=line.closed_at is not None)
    return replace(row, stages=strip)
