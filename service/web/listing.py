"""Lines of lists with all that showing them needs: definitions, calendars, summary fields, who holds what."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from adapters.sql.reads.cases import CaseLine, titles_by_code
from adapters.sql.reads.queue import TaskLine
from adapters.sql.reads.summaries import holders, summaries
from engine.definition import Definition
from service.telling import item_name
from service.web.fields import Choice
from service.web.reading import Look
from service.web.views.reader import Reader
from service.web.views.rows import ItemRow, TaskRow, item_rows, task_rows
from service.web.views.stage_strip import phase_strip, phases_before


def show_tasks(found: Look, lines: Sequence[TaskLine]) -> list[TaskRow]:
    """Show tasks, in their order."""
    values, definitions = summaries(found.connection, (line.case_id for line in lines)), definitions_of(found, lines)
    rows = task_rows(lines, definitions, found.reader, found.facts.directory.calendars, values)
    return [replace(row, title=name) for row, name in zip(rows, names_of(found, lines), strict=True)]


def show_items(found: Look, lines: Sequence[CaseLine]) -> list[ItemRow]:
    """Show items with who holds them, in their order."""
    ids = [line.id for line in lines]
    values, held = summaries(found.connection, ids), holders(found.connection, ids)
    definitions = definitions_of(found, lines)
    rows = item_rows(lines, definitions, found.reader, found.facts.directory.calendars, values, held)
    return [replace(row, title=name) for row, name in zip(rows, names_of(found, lines), strict=True)]


def names_of(found: Look, lines: Iterable[CaseLine | TaskLine]) -> list[str]:
    """Give what some lines are called, in their order: what stands beside another item by that one's name."""
    called = [(line.title, found.definition(line.definition, line.version)) for line in lines]
    over = titles_by_code(found.connection, (title for title, definition in called if definition.parent is not None))
    return [item_name(title, over.get(title), found.reader.says(definition.title)) for title, definition in called]


def kinds_of(found: Look) -> list[Choice]:
    """Give the procedures that tasks and items may be of."""
    return [
        Choice(key, found.reader.says(found.definition(key).title)) for key in found.front.assembly.library.published()
    ]


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
