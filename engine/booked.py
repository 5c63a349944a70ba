"""What may not be done with a case past its ledger: books follow only the ways that the procedure itself goes.

A jump (or a migration) over an act that posts would leave money unbooked or promised twice; a case ended in the midst
of its ways would keep what the ledger holds in its name for ever.
"""

from collections.abc import Iterator

from engine.definition import Definition
from engine.draft import Draft
from engine.events import Posted
from engine.refusal import Refusal


def against_jump(draft: Draft, target: str) -> Iterator[Refusal]:
    """Give the refusal of a jump between two states that are linked by no way on which nothing is posted."""
    definition, here = draft.setting.process.definition, draft.case.state
    if target not in reached(definition, here) and here not in reached(definition, target):
        yield Refusal("jump.posts", where=target)


def against_ending(draft: Draft) -> Iterator[Refusal]:
    """Give the refusal of ending a case that has posted, where its procedure comes only by acts that post."""
    definition, case = draft.setting.process.definition, draft.case
    if case.state in reached(definition, definition.initial):
        return
    records = draft.setting.facts.history(case.id)[: case.revision]
    if any(isinstance(event, Posted) for record in records for event in record.events):
        yield Refusal("terminate.posted", where=case.state)


def against_moving_on(old: Definition, draft: Draft, target: str) -> Iterator[Refusal]:
    """Give the refusal of a migration that puts a case from before what posts to behind it, or back."""
    case, new = draft.case, draft.setting.process.definition
    was_before, is_before = case.state in reached(old, old.initial), target in reached(new, new.initial)
    if target != case.state and was_before is not is_before:
        yield Refusal("migrate.posts", where=target)


def reached(definition: Definition, start: str) -> frozenset[str]:
    """Give the states that a case may come to from one without any act that posts, that one included."""
    found, waiting = {start}, [start]
    while waiting:
        for action in definition.states[waiting.pop()].actions.values():
            for target in action.to if action.post is None else ():
                if target.state not in found:
                    found.add(target.state)
                    waiting.append(target.state)
    return frozenset(found)
