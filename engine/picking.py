"""Picking one of several people: whoever has the fewest open tasks, or whose turn it is. Equal ones go by their id."""

from collections.abc import Iterator, Sequence

from engine.assignment import Pick
from engine.events import Drawn, Event, Picked, Redrawn
from engine.separation import is_kept_out
from engine.situation import Situation


def pick(by: Pick, seat: str, candidates: Sequence[str], situation: Situation) -> Picked | None:
    """Pick one of the people who may work and whom nothing keeps out; None when there is none.

    What was compared is kept: open tasks, or when each was picked here last.
    """
    case, facts = situation.case, situation.facts
    state = situation.definition.states[case.state]
    able = sorted(one for one in candidates if facts.is_enabled(one) and not is_kept_out(state, situation, one))
    if not able:
        return None
    if by is Pick.LEAST_LOADED:
        loads = facts.loads(able)
        counted = {one: str(loads.get(one, 0)) for one in able}
        chosen = min(able, key=lambda one: (loads.get(one, 0), one))
    else:
        last = facts.picks(case.definition, case.state)
        counted = {one: last[one].isoformat() if one in last else "" for one in able}
        chosen = min(able, key=lambda one: (counted[one], one))
    return Picked(case.state, seat, by.value, chosen, counted)


OF_PICKS = frozenset({Picked, Drawn, Redrawn})
"""The events that tell of picks."""


def picks_of(event: Event) -> Iterator[tuple[str, str]]:
    """Give the state and the person of each pick that an event tells of."""
    if isinstance(event, Picked):
        yield event.state, event.user
    elif isinstance(event, Drawn):
        yield from ((event.state, user) for user in event.users)
    elif isinstance(event, Redrawn):
        yield event.state, event.user
