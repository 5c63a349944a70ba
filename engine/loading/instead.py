"""What happens when a task would be for nobody or for the wrong person: reading `if_nobody` and its like."""

from collections.abc import Mapping

from engine.assignment import Instead, System, Together
from engine.definition import Action, Comment
from engine.loading.limits import NAME_LENGTH_MAX
from engine.loading.people import read_who
from engine.loading.reading import Cursor, quoted
from engine.loading.scope import Scope

INSTEAD_KEYS = ("if_nobody", "if_initiator", "if_repeated")
_EFFECTS = ("take", "hand_to")
_HEAD = "head"
SHAPES = ("{take: ACTION}", "{hand_to: {…}}")


def read_instead(cursor: Cursor, scope: Scope) -> Instead:
    """Read `head`, `{take: ACTION}`, `{hand_to: WHO}` or both of these; nobody has a head above them."""
    if not cursor.is_keyed():
        if cursor.path.endswith("if_nobody"):
            cursor.problem("head_of_nobody")
        else:
            cursor.word([_HEAD], SHAPES)
        return Instead(to_head=True)
    parts = cursor.parts(optional=_EFFECTS)
    if not parts:
        cursor.problem("instead_empty")
    heir = read_who(parts["hand_to"], scope) if "hand_to" in parts else None
    if isinstance(heir, Together | System):
        parts["hand_to"].problem("one_heir")
    return Instead(parts["take"].text(NAME_LENGTH_MAX) if "take" in parts else None, heir)


def check_taken(parts: Mapping[str, Cursor], instead: Mapping[str, Instead], actions: Mapping[str, Action]) -> None:
    """The action that skips a step is there, leads somewhere, and asks for nothing that only a person can give."""
    for key, one in instead.items():
        if one.take is None:
            continue
        cursor, action = parts[key].at("take"), actions.get(one.take)
        if action is None:
            cursor.unknown("action", one.take, actions)
        elif not action.to or action.back is not None or action.comment is Comment.REQUIRED or action.form.require:
            cursor.problem("not_skipped_by", found=quoted(one.take))
