"""Drawing by lot in a case: fixing the pool, the draw itself, and drawing the next one for who can not take part."""

from collections.abc import Iterator

from engine.acting import settle
from engine.assignment import ByLot
from engine.case import Task
from engine.commands import Draw, Redraw
from engine.draft import Draft
from engine.entering import open_task as open_new
from engine.entering import seat_drawn
from engine.events import Drawn, Notified, Redrawn, TaskClosed
from engine.holding import open_task, refuse
from engine.lots import ranking
from engine.places import user
from engine.refusal import Refusal, Refused
from engine.seating import Chair, named
from engine.separation import is_kept_out
from engine.standing import own

WORD_LENGTH_MAX = 200
"""Longest word that is given to a draw."""


def draw(draft: Draft, command: Draw) -> None:
    """Draw: reveal the seed, number the candidates with it and the word, and open the tasks of those drawn."""
    task = open_task(draft, command.task)
    refuse(against_draw(draft, task))
    word = command.word.strip()
    if not 0 < len(word) <= WORD_LENGTH_MAX:
        raise Refused(Refusal("draw.word", where=task.id, params={"most": WORD_LENGTH_MAX}))
    fixed = draft.case.draws[draft.case.state]
    seed = draft.setting.facts.seed(fixed.name(draft.case.id))
    order = ranking(seed, word, fixed.candidates)
    for open_one in draft.case.tasks:
        if open_one.draws:
            draft.emit(TaskClosed(open_one.id, "done" if open_one.id == task.id else "cancelled", "draw"))
    draft.emit(Drawn(draft.case.state, seed, word, order, order[: fixed.count]))
    seat_drawn(draft)
    settle(draft)


def against_draw(draft: Draft, task: Task) -> Iterator[Refusal]:
    """Give why the actor may not draw through a task."""
    if not task.draws:
        yield Refusal("task.no_draw", where=task.id)
    elif task.principal not in draft.setting.actor.principals:
        yield Refusal("permission.not_yours", where=task.id)


def redraw(draft: Draft, command: Redraw) -> None:
    """Draw the next one of the same order for somebody who can not take part."""
    task = open_task(draft, command.task)
    refuse(against_redraw(draft, task))
    if not command.comment.strip():
        raise Refused(Refusal("comment.required", where="redraw"))
    drawing, out = draft.case.draws[draft.case.state], task.principal.removeprefix("u:")
    passed: list[str] = []
    for following in drawing.order[drawing.reached :]:
        if _can_sit(draft, following):
            draft.emit(TaskClosed(task.id, "removed", "redraw"))
            draft.emit(Redrawn(draft.case.state, out, following, command.comment, tuple(passed)))
            opened = open_new(draft, Chair(task.seat, user(following), task.weight))
            draft.emit(Notified("task.opened", (opened.principal,)))
            return
        passed.append(following)
    raise Refused(Refusal("draw.nobody_left", where=draft.case.state))


def against_redraw(draft: Draft, task: Task) -> Iterator[Refusal]:
    """Give why the actor may not have another one drawn: only who was drawn, and who draws, may."""
    who, actor = draft.state.who, draft.setting.actor
    drawing = draft.case.draws.get(draft.case.state)
    drawn = [] if drawing is None else [user(one) for one in drawing.sitting]
    if not isinstance(who, ByLot) or task.draws or task.principal not in drawn or task.beside is not None:
        yield Refusal("task.no_draw", where=task.id)
    elif task.principal != user(actor.id) and not own(actor) & set(named(who.by, draft.situation())):
        yield Refusal("permission.not_yours", where=task.id)


def _can_sit(draft: Draft, name: str) -> bool:
    return draft.setting.facts.is_enabled(name) and not is_kept_out(draft.state, draft.situation(), name)
