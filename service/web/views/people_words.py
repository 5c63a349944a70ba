"""Who acts, in words: the assignments of a definition as an official reads them."""

from collections.abc import Mapping

from engine.assignment import (
    ActorOf,
    Assignment,
    Branch,
    ByExpression,
    FirstOf,
    FromField,
    HeadOf,
    Initiator,
    OneUser,
    RoleIn,
    Seat,
    System,
    Together,
)
from engine.definition import Audience, Definition
from service.web.views.condition_words import condition
from service.web.views.naming import Naming, joined

UNIT = "unit:"
ITEM = "item."
ACTOR_OF = "actor of "


def who(assignment: Assignment, definition: Definition, naming: Naming) -> str:
    """Say who an assignment names."""
    t = naming.t
    match assignment:
        case FirstOf(branches=branches):
            said = [_branch(branch, definition, naming) for branch in branches]
            return t("rulebook.who.first", branches=t("show.reason_separator").join(said))
        case Together(seats=seats):
            said = [_seat(seat, definition, naming) for seat in seats]
            return t("rulebook.who.together", seats=t("show.reason_separator").join(said))
        case RoleIn() | HeadOf():
            return _placed(assignment, naming)
        case Initiator() | System():
            return t(f"rulebook.who.{type(assignment).__name__.lower()}")
        case _:
            return _named(assignment, definition, naming)


def _placed(assignment: RoleIn | HeadOf, naming: Naming) -> str:
    where = place(assignment.scope, naming)
    if isinstance(assignment, HeadOf):
        key = "rulebook.who.head_above" if assignment.levels else "rulebook.who.head"
        return naming.t(key, place=where, count=assignment.levels)
    key = "rulebook.who.each" if assignment.each else "rulebook.who.role"
    return naming.t(key, role=naming.role(assignment.role), place=where)


def _named(assignment: OneUser | FromField | ActorOf | ByExpression, definition: Definition, naming: Naming) -> str:
    match assignment:
        case OneUser(user=user):
            return naming.person(user)
        case FromField(field=field):
            return naming.t("rulebook.who.field", field=naming.says(definition.fields[field].title))
        case ActorOf(state=state):
            return naming.t("rulebook.who.actor_of", state=naming.says(definition.states[state].title))
        case ByExpression(expression=expression):
            return naming.t("rulebook.who.expression", source=expression.source)


def place(scope: str, naming: Naming) -> str:
    """Say in which unit a role is meant: the item's own, one above it, or a named one."""
    if scope.startswith(UNIT):
        return naming.unit(scope.removeprefix(UNIT))
    return naming.t(f"rulebook.place.{scope.removeprefix(ITEM)}")


def audience(to: Audience | RoleIn, definition: Definition, naming: Naming) -> str:
    """Say whom a rung of a ladder addresses."""
    if isinstance(to, RoleIn):
        return who(to, definition, naming)
    return naming.t(f"rulebook.audience.{to.value}")


def kept_out(excluded: tuple[str, ...], titles: Mapping[str, str], naming: Naming) -> str:
    """Say who may not act although assigned; nothing when nobody is kept out."""
    return joined(naming, [_excluded(one, titles, naming) for one in excluded])


def _excluded(one: str, titles: Mapping[str, str], naming: Naming) -> str:
    if one.startswith(ACTOR_OF):
        state = one.removeprefix(ACTOR_OF)
        return naming.t("rulebook.not.actor_of", state=titles.get(state, state))
    return naming.t(f"rulebook.not.{one}")


def _branch(branch: Branch, definition: Definition, naming: Naming) -> str:
    person = who(branch.who, definition, naming)
    if branch.when is None:
        return naming.t("rulebook.who.otherwise", who=person)
    return naming.t("rulebook.who.branch", condition=condition(branch.when.source, definition, naming), who=person)


def _seat(seat: Seat, definition: Definition, naming: Naming) -> str:
    person, title = who(seat.who, definition, naming), naming.says(seat.title)
    said = person if person.startswith(title) else naming.t("rulebook.who.seat", title=title, who=person)
    if seat.when is None:
        return said
    return naming.t("rulebook.who.seat_if", seat=said, condition=condition(seat.when.source, definition, naming))
