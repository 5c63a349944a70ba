"""Steps back: reading `to: {back: previous}`, `{back: earlier}` and `{back: [STATE, …]}`."""

from engine.definition import Back, Target
from engine.loading.limits import BACK_STEPS_MAX
from engine.loading.reading import Cursor
from engine.loading.scope import Scope


def read_back(cursor: Cursor) -> Back | None:
    """Read which step an action goes back to; None when it goes to states it names."""
    if not cursor.has("back"):
        return None
    steps = cursor.parts(("back",))["back"]
    return Back.EARLIER if steps.is_listing() else steps.one_of(Back)


def read_back_targets(cursor: Cursor, scope: Scope) -> tuple[Target, ...]:
    """Read the steps that may be gone back to, when they are listed; else they follow from the graph."""
    steps = cursor.at("back")
    if not steps.is_listing():
        return ()
    items = steps.items(BACK_STEPS_MAX, "states", least=1)
    return tuple(Target(item.reference(scope.states, "state")) for item in items)
