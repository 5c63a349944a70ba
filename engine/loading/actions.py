"""What can be done in a state: reading `actions:`."""

from collections.abc import Collection, Mapping

from engine.assignment import PICKED_WHEN_OPENED, System, Together
from engine.counting import Choosing
from engine.definition import Action, ActionKind, Assigned, Back, Clock, Comment, FieldType, Form, Resubmit, Target
from engine.expression import ValueType
from engine.loading.backs import read_back, read_back_targets
from engine.loading.fields import read_form
from engine.loading.limits import ACTIONS_MAX, EXCLUDED_MAX, NAME_LENGTH_MAX, SEATS_MAX, SETS_MAX, TARGETS_MAX
from engine.loading.people import read_who
from engine.loading.reading import NO_TEXT, Cursor, listed, quoted
from engine.loading.rules import read_guards, read_posting, read_reckoning
from engine.loading.scope import Scope
from engine.situation import value_type

_ACTOR_OF = "actor of "
_KEPT_OUT = ("initiator", "previous")
OPTIONAL_KEYS = (
    "to",
    "vote",
    "kind",
    "who",
    "not",
    "require",
    "comment",
    "form",
    "clock",
    "set",
    "post",
    "automatic",
    "note",
    "resubmit",
    "seats",
)
_ONLY_WITH_TO = ("clock", "set", "post", "automatic", "resubmit")
_NOT_SET = (FieldType.FILE, FieldType.FILES)


def read_actions(cursor: Cursor, state: str, scope: Scope, computed: Collection[str]) -> dict[str, Action]:
    """Read the actions of a state."""
    entries = cursor.entries(ACTIONS_MAX, "actions")
    return {name: _action(name, entry, state, scope, computed) for name, entry in entries.items()}


def _action(name: str, cursor: Cursor, state: str, scope: Scope, computed: Collection[str]) -> Action:
    parts = cursor.parts(("title",), OPTIONAL_KEYS)
    action = Action(
        name,
        parts["title"].both() if "title" in parts else NO_TEXT,
        to=_targets(parts["to"], scope) if "to" in parts else (),
        vote=parts["vote"].one_of(Choosing) if "vote" in parts else None,
        kind=parts["kind"].one_of(ActionKind) if "kind" in parts else ActionKind.FORWARD,
        who=read_who(parts["who"], scope) if "who" in parts else None,
        exclude=read_excluded(parts["not"], scope) if "not" in parts else (),
        require=read_guards(parts["require"], state, scope) if "require" in parts else (),
        comment=parts["comment"].one_of(Comment) if "comment" in parts else Comment.OPTIONAL,
        form=read_form(parts["form"], scope, computed) if "form" in parts else Form(),
        clock=parts["clock"].one_of(Clock) if "clock" in parts else Clock.END,
        sets=read_sets(parts["set"], scope, computed) if "set" in parts else {},
        post=read_posting(parts["post"], scope) if "post" in parts else None,
        automatic=parts["automatic"].flag() if "automatic" in parts else False,
        note=parts["note"].both() if "note" in parts else None,
        seats=_seats(parts["seats"]) if "seats" in parts else (),
        back=read_back(parts["to"]) if "to" in parts else None,
        resubmit=parts["resubmit"].one_of(Resubmit) if "resubmit" in parts else Resubmit.WALK,
    )
    _check(action, cursor, parts)
    return action


def _check(action: Action, cursor: Cursor, parts: Mapping[str, Cursor]) -> None:
    """Note what does not go together."""
    if cursor.is_keyed() and not {"to", "vote"} & parts.keys():
        cursor.problem("nothing_to_do")
    if "vote" in parts:
        for key in ("to", *_ONLY_WITH_TO):
            if key in parts:
                parts[key].problem("vote_moves_nothing", found=quoted(key))
    is_system = isinstance(action.who, System)
    if is_system and action.back is Back.EARLIER:
        parts["to"].problem("system_chooses")
    if action.automatic and not is_system:
        parts["automatic"].problem("not_system", found=quoted(action.name))
    if is_system and action.comment is Comment.REQUIRED:
        parts["comment"].problem("system_comment")
    if is_system and action.vote:
        parts["vote"].problem("system_vote")
    if isinstance(action.who, (Together, *PICKED_WHEN_OPENED)):
        parts["who"].problem("seats_of_action" if isinstance(action.who, Together) else "picked_for_tasks")


def _targets(cursor: Cursor, scope: Scope) -> tuple[Target, ...]:
    """Read one state, the first of several whose condition holds, or the steps that may be gone back to."""
    if cursor.has("back"):
        return read_back_targets(cursor, scope)
    if not cursor.is_listing():
        return (Target(cursor.reference(scope.states, "state")),)
    items = cursor.items(TARGETS_MAX, "targets", least=1)
    targets = tuple(_target(item, scope) for item in items)
    for item, target in zip(items[:-1], targets[:-1], strict=True):
        if target.when is None:
            item.problem("not_last")
    return targets


def _target(cursor: Cursor, scope: Scope) -> Target:
    parts = cursor.parts(("state",), ("if",))
    state = parts["state"].reference(scope.states, "state") if "state" in parts else ""
    return Target(state, scope.expression(parts["if"], ValueType.BOOL) if "if" in parts else None)


def read_excluded(cursor: Cursor, scope: Scope) -> tuple[str, ...]:
    """Read `not:`, the list of who may not act."""
    return tuple(_excluded(item, scope) for item in cursor.items(EXCLUDED_MAX, "people", least=1))


def _excluded(cursor: Cursor, scope: Scope) -> str:
    text = cursor.text(NAME_LENGTH_MAX + len(_ACTOR_OF))
    if text.startswith(_ACTOR_OF):
        state = text.removeprefix(_ACTOR_OF).strip()
        if state not in scope.states:
            cursor.unknown("state", state, scope.states)
        return f"{_ACTOR_OF}{state}"
    if text and text not in _KEPT_OUT:
        cursor.problem("not_one_of", found=quoted(text), allowed=listed([*_KEPT_OUT, "actor of STATE"]))
    return text


def _seats(cursor: Cursor) -> tuple[str, ...]:
    """Read the seats that may take an action; whether they are there is looked at with the whole state."""
    return tuple(item.text(NAME_LENGTH_MAX) for item in cursor.items(SEATS_MAX, "seats", least=1))


def read_sets(cursor: Cursor, scope: Scope, computed: Collection[str]) -> dict[str, Assigned]:
    """Read `set:`, the fields that are assigned, each by an expression or by a rule of the book."""
    sets: dict[str, Assigned] = {}
    for name, entry in cursor.entries(SETS_MAX, "fields", least=1).items():
        kind = scope.fields.get(name)
        if name in computed:
            entry.problem("not_editable", found=quoted(name))
        elif kind is None:
            entry.unknown("field", name, scope.fields)
        elif kind in _NOT_SET:
            entry.problem("not_assigned", type=kind)
        elif entry.is_keyed():
            sets[name] = read_reckoning(entry, kind, scope)
        elif name not in scope.broken_fields:
            sets[name] = scope.expression(entry, value_type(kind))
    return sets
