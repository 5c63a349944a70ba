"""The same decision on many tasks: what each of them allows, and what became of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from msgspec import Struct, field

from adapters.sql.reads.queue import find_task
from adapters.sql.sight import Seen, look
from engine.case import Case
from engine.options import Option
from engine.refusal import Refusal
from service.web.reading import Look
from service.web.views.addresses import item_url, task_url

TASKS_MAX = 50
"""Most tasks that are decided at once."""


@dataclass(frozen=True, slots=True)
class Row:
    """A task among those chosen. `may` are the actions that can be taken now, `why_not` the reasons against others."""

    task: str
    url: str
    code: str
    title: str
    state: str
    seen: Seen
    may: Mapping[str, str]
    why_not: Mapping[str, Sequence[str]]


class Chosen(Struct, frozen=True):
    """Everything that was chosen; tasks that are gone are counted only."""

    rows: Sequence[Row]
    gone: int

    @property
    def actions(self) -> list[tuple[str, str, int]]:
        """Every action with its title, and how many of the tasks allow it; the most allowed first."""
        titles = {name: title for row in self.rows for name, title in row.may.items()}
        counts = {name: sum(name in row.may for row in self.rows) for name in titles}
        return sorted(((name, titles[name], counts[name]) for name in titles), key=lambda one: -one[2])


class Outcome(Struct, frozen=True):
    """What became of one task: done, or why not."""

    code: str
    title: str
    url: str
    reasons: Sequence[str] = field(default_factory=tuple)

    @property
    def is_done(self) -> bool:
        """Whether the decision was taken."""
        return not self.reasons


def chosen(found: Look, tasks: Iterable[str]) -> Chosen:
    """Look at the tasks that were chosen, each once, in their order."""
    names = list(dict.fromkeys(tasks))[:TASKS_MAX]
    rows = [row for name in names if (row := _row(found, name)) is not None]
    return Chosen(rows, len(names) - len(rows))


def _row(found: Look, task: str) -> Row | None:
    seen = look(found.connection, found.caller.sight, "task", task)
    line = find_task(found.connection, task)
    if seen is None or line is None or task not in seen.open_tasks:
        return None
    case = found.case(line.case_id)
    options = _of_task(found, case, task)
    fields = found.definition_of(case).fields
    against = {option.action.name: _against(option) for option in options}
    return Row(
        task=task,
        url=task_url(task),
        code=case.code,
        title=found.title(case),
        state=found.reader.says(found.definition_of(case).states[case.state].title),
        seen=seen,
        may={
            option.action.name: found.reader.says(option.action.title)
            for option in options
            if not against[option.action.name]
        },
        why_not={
            name: [found.reader.reason(one, fields) for one in reasons] for name, reasons in against.items() if reasons
        },
    )


def _of_task(found: Look, case: Case, task: str) -> list[Option]:
    options = found.front.assembly.runtime.options(case, found.actor, found.facts)
    return [option for option in options if option.task == task and option.allowed]


def _against(option: Option) -> list[Refusal]:
    """Give what stands against deciding without opening the item: something is missing, or to be filled in."""
    return [reason for reason in option.missing if reason.code != "comment.required"]


def outcome_of(code: str, title: str, reasons: Sequence[str]) -> Outcome:
    """Tell what became of an item: done when there are no reasons against it."""
    return Outcome(code, title, item_url(code), reasons)
