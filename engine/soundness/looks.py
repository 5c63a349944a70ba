"""How closely a definition is looked at: as closely as can be done in time.

When there are too many spots, less is told apart: first the way, then the data, then the counts; what is left out then
counts as open, and is said. Fields for which there is no room beside everything else are looked at apart.
"""

from math import prod

from engine.definition import Definition, Resubmit
from engine.soundness.filling import TooMany
from engine.soundness.space import Explorer
from engine.soundness.spots import Space
from engine.soundness.weighing import Weighing

GROWN_MAX = 8_000
"""Most spots there may be, by what fields and counts can be together, before it is tried to weigh more of them."""

APART_MAX = 1_000
"""Most spots there may be in a look at nothing but the fields that the first one left open."""

_LEVELS = ((), ("path",), ("path", "counts"), ("path", "data"), ("path", "data", "counts"))
"""What is left out, the most telling first."""


def explore(definition: Definition) -> Space:
    """Look at everything, telling as much apart as is possible."""
    has_back = any(
        action.back is not None or action.resubmit is Resubmit.STRAIGHT
        for state in definition.states.values()
        for action in state.actions.values()
    )
    for level in _LEVELS:
        left = level if has_back else level[1:]
        weighing = Weighing(definition, with_data="data" not in left, with_counts="counts" not in left)
        try:
            space = Explorer(weighing, with_path=has_back and "path" not in left).explore(left)
        except TooMany:
            continue
        return space if left else _widened(space, with_path=has_back)
    raise TooMany


def _widened(space: Space, *, with_path: bool) -> Space:
    """Look again with everything weighed that can be, where that is something more and may be done."""
    wide = Weighing(space.definition, is_wide=True)
    if len(space.spots) * wide.grows_from(space.weighing) > GROWN_MAX or wide.follows_as(space.weighing):
        return space
    try:
        return Explorer(wide, with_path=with_path).explore(())
    except TooMany:
        return space


def apart(space: Space) -> Space | None:
    """Look once more, at nothing but the fields that a look did not follow; None where there are none, or too many."""
    wide = Weighing(space.definition, is_wide=True)
    fields = wide.domains.keys() - space.weighing.domains.keys()
    size = len(space.definition.states) * prod(len(wide.domains[name]) for name in fields)
    if space.weighing.is_wide or not fields or size > APART_MAX:
        return None
    try:
        alone = Weighing(space.definition, with_counts=False, is_wide=True, only=frozenset(fields))
        return Explorer(alone, with_path=False).explore(())
    except TooMany:
        return None
