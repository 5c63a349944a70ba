"""Which actions the rungs of a state's ladder can still take: those to come, in order, and those that are tried again.

`fired` counts the rungs that are behind a case; their actions were refused, or it would be elsewhere.
"""

from engine.definition import Clock, State


def called(state: State, fired: int) -> frozenset[str]:
    """Give the actions that a rung may take next."""
    coming = _coming(state, fired)
    rungs = [rung for rung in state.escalate[:fired] if rung.retry is not None]
    if coming is not None:
        rungs.append(state.escalate[coming])
    return frozenset(rung.act for rung in rungs if rung.act is not None)


def refusable(state: State, fired: int) -> tuple[str, int] | None:
    """Give the action of the next rung, and how many rungs are behind once it was refused.

    None when there is none, or when nothing is lost then: the rung is tried again, and it is the last.
    """
    coming = _coming(state, fired)
    if coming is None:
        return None
    rung = state.escalate[coming]
    if rung.act is None or (rung.retry is not None and _coming(state, coming + 1) is None):
        return None
    return rung.act, coming + 1


def begun(state: State) -> tuple[int, ...]:
    """Give how many rungs may be behind a case that comes to the state; where its clock pauses, all may be."""
    pauses = any(action.clock is Clock.PAUSE for action in state.actions.values())
    return (0, len(state.escalate)) if pauses and refusable(state, 0) is not None else (0,)


def _coming(state: State, fired: int) -> int | None:
    """Give the next rung that takes an action."""
    return next((index for index in range(fired, len(state.escalate)) if state.escalate[index].act is not None), None)
