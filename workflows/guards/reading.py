"""Reading a situation for the guards: rows, sums, days and marks of the case, with nothing where nothing is filled in.

Data has been checked against its fields before a guard sees it; what does not fit is read as empty.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime

from engine.case import Case, Mark
from engine.guards import Entry, Rule
from engine.places import group, unit_in
from engine.refusal import Refusal
from engine.situation import Situation, is_filled
from engine.values import Json, digests_in
from workflows.beside import standing_beside

FEN_PER_YUAN = 100

Row = Mapping[str, Json]
Reasons = Iterator[Refusal]


def entry(rule: Callable[[Situation], Reasons]) -> Entry:
    """Put a rule without arguments into a book, under its own name; its docstring's first line is the purpose."""

    def without_arguments(it: Situation, _arguments: Mapping[str, Json]) -> Reasons:
        return rule(it)

    return Entry(rule.__name__, without_arguments, {}, _purpose(rule), _source(rule))


def entry_with(rule: Rule, **arguments: str) -> Entry:
    """Put a rule with arguments of these kinds into a book."""
    return Entry(getattr(rule, "__name__", ""), rule, arguments, _purpose(rule), _source(rule))


def _purpose(rule: Callable[..., object]) -> str:
    return (rule.__doc__ or "").partition("\n")[0]


def _source(rule: Callable[..., object]) -> str:
    """Give what a rule's docstring says after `Source:`, to the end of the paragraph, on one line."""
    after = (rule.__doc__ or "").partition("Source:")[2]
    return " ".join(after.split("\n\n")[0].split())


def rows(it: Situation, field: str) -> list[Row]:
    """Give the rows of a table, none when it is empty."""
    return lines_in(it.data.get(field))


def lines_in(value: Json) -> list[Row]:
    """Give the rows of what may be a table, none when it is empty or something else."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def word(it: Situation, field: str) -> str:
    """Give a text or choice, "" when it is empty."""
    return text_in(it.data, field)


def text_in(row: Row, column: str) -> str:
    """Give a text or choice of a row, "" when it is empty."""
    value = row.get(column)
    return value if isinstance(value, str) else ""


def names(it: Situation, field: str) -> list[str]:
    """Give the words of a list field (choices, persons)."""
    value = it.data.get(field)
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []


def number(it: Situation, field: str) -> int:
    """Give an integer or an amount in fen, 0 when it is empty."""
    return number_in(it.data, field)


def number_in(row: Row, column: str) -> int:
    """Give an integer or an amount of a row, 0 when it is empty."""
    value = row.get(column)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def sum_of(table: Iterable[Row], column: str) -> int:
    """Add up a column."""
    return sum(number_in(row, column) for row in table)


def filled(it: Situation, *fields: str) -> bool:
    """Say whether all these fields are filled."""
    return all(is_filled(it.data.get(field)) for field in fields)


def day_in(row: Row, column: str) -> date | None:
    """Give a date of a row, None when it is empty."""
    value = row.get(column)
    return date.fromisoformat(value) if isinstance(value, str) and value else None


def day(it: Situation, field: str) -> date | None:
    """Give a date of the case, None when it is empty."""
    return day_in(it.data, field)


def today(it: Situation) -> date:
    """Give the local day."""
    return local_day(it, it.now)


def local_day(it: Situation, at: datetime) -> date:
    """Give the day it was then, where the calendar is kept."""
    return it.facts.calendar(it.definition.calendar).local_day(at)


def is_past(it: Situation, on: date | None) -> bool:
    """Say whether a day is given and is not in the future."""
    return on is not None and on <= today(it)


def working_days(it: Situation, first: date, last: date) -> int:
    """Count the working days after the first day, up to and including the last."""
    return it.facts.calendar(it.definition.calendar).working_days(first, last)


def arrived_at(it: Situation) -> datetime:
    """Give the moment the case came here from another state (a step that stays in the state does not count)."""
    here = it.case.state
    ways = (
        f"{state.name}.{action.name}"
        for state in it.definition.states.values()
        for action in state.actions.values()
        if state.name != here and any(target.state == here for target in action.to)
    )
    return max((it.case.actors[way].at for way in ways if way in it.case.actors), default=it.case.opened_at)


def arrived_on(it: Situation) -> date:
    """Give the local day on which the case came here from another state."""
    return local_day(it, arrived_at(it))


def mark_here(it: Situation, action: str) -> Mark | None:
    """Give who took an action of this state since the case came here, if anybody did."""
    mark = it.case.actors.get(f"{it.case.state}.{action}")
    return mark if mark is not None and mark.at >= arrived_at(it) else None


def actor_holds(it: Situation, role: str, kind: str) -> bool:
    """Say whether the actor holds a role in the case's unit of a kind (`township`, `county`)."""
    unit = unit_in(f"item.{kind}", it.case, it.facts)
    return unit is not None and group(role, unit.id) in it.actor.principals


def beside(it: Situation, definition: str) -> tuple[Case, ...]:
    """Give the cases of a procedure that stand beside this project, oldest first."""
    return standing_beside(it.facts, definition, it.case.code)


def borrowed(it: Situation, *fields: str) -> Reasons:
    """Complain of files whose very bytes another project handed in as well: a paper is of one project."""
    for field in fields:
        for digest in digests_in(it.data.get(field)):
            others = [one for one in it.facts.holders_of(digest) if _is_of_another(it, one)]
            if others:
                yield Refusal("paper.borrowed", field, {"code": others[0]})


def _is_of_another(it: Situation, code: str) -> bool:
    other = it.facts.case(code)
    home = (text_in(other.data, "project") or code) if other is not None else it.case.code
    return home not in (it.case.code, word(it, "project"))


def yuan(fen: int) -> str:
    """Write an amount as people read it: `860000.00`."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // FEN_PER_YUAN}.{abs(fen) % FEN_PER_YUAN:02}"


def listed(numbers: Iterable[int]) -> str:
    """Write line numbers: `3, 5`."""
    return ", ".join(map(str, numbers))


def lines_where(table: Iterable[Row], holds: Callable[[Row], bool]) -> list[int]:
    """Give the numbers (from 1) of the rows for which something holds."""
    return [index for index, row in enumerate(table, 1) if holds(row)]


def complain(code: str, where: str, lines: list[int]) -> Reasons:
    """Give one refusal that names the lines concerned, none when there are none."""
    if lines:
        yield Refusal(code, where, {"lines": listed(lines)})
