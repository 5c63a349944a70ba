"""Who acts, in words: the assignments of a definition as an official reads them."""

from collections.abc import Mapping

from engine.assignment import (
    ANYBODY,
    ActorOf,
    Assignment,
    Branch,
    ByExpression,
    ByLot,
    Chosen,
    FirstOf,
    FromField,
    HeadOf,
    HeadsUpTo,
    Initiator,
    Instead,
    OneUser,
    PickOne,
    PostAbove,
    RoleIn,
    Seat,
    System,
    Together,
    Users,
)
from engine.definition import Audience, Definition, State
from service.web.views.condition_words import condition
from service.web.views.naming import Naming, joined

UNIT = "unit:"
FIELD = "field:"
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
        case RoleIn() | PostAbove() | HeadOf() | HeadsUpTo():
            return _placed(assignment, definition, naming)
        case PickOne(among=among) | ByLot(among=among):
            key, count = ("by_lot", assignment.count) if isinstance(assignment, ByLot) else (assignment.by.value, 1)
            return t(f"rulebook.who.{key}", who=who(among, definition, naming), count=count)
        case Initiator() | System():
            return t(f"rulebook.who.{type(assignment).__name__.lower()}")
        case _:
            return _named(assignment, definition, naming)


def _placed(assignment: RoleIn | PostAbove | HeadOf | HeadsUpTo, definition: Definition, naming: Naming) -> str:
    where = place(assignment.scope, definition, naming)
    match assignment:
        case HeadOf(levels=levels):
            return naming.t("rulebook.who.head_above" if levels else "rulebook.who.head", place=where, count=levels)
        case HeadsUpTo(levels=levels):
            return naming.t("rulebook.who.heads", place=where, count=levels)
        case RoleIn(role=role) if role == ANYBODY:
            return naming.t("rulebook.who.everybody" if assignment.each else "rulebook.who.anybody", place=where)
        case _:
            near = "post" if isinstance(assignment, PostAbove) else "each" if assignment.each else "role"
            return naming.t(f"rulebook.who.{near}", role=naming.role(assignment.role), place=where)


def _named(
    assignment: OneUser | Users | FromField | Chosen | ActorOf | ByExpression, definition: Definition, naming: Naming
) -> str:
    match assignment:
        case OneUser(user=user):
            return naming.person(user)
        case Users(users=users):
            return joined(naming, [naming.person(user) for user in users])
        case Chosen(field=field, by=by):
            return naming.t(f"rulebook.who.chosen_by_{by.value}", field=naming.says(definition.fields[field].title))
        case FromField(field=field):
            return naming.t("rulebook.who.field", field=naming.says(definition.fields[field].title))
        case ActorOf(state=state):
            return naming.t("rulebook.who.actor_of", state=naming.says(definition.states[state].title))
        case ByExpression(expression=expression):
            return naming.t("rulebook.who.expression", source=expression.source)


def place(scope: str, definition: Definition, naming: Naming) -> str:
    """Say in which unit a role is meant: the item's own, one above it, one that a field names, or a named one."""
    if scope.startswith(UNIT):
        return naming.unit(scope.removeprefix(UNIT))
    if scope.startswith(FIELD):
        title = definition.fields[scope.removeprefix(FIELD)].title
        return naming.t("rulebook.place.field", field=naming.says(title))
    return naming.t(f"rulebook.place.{scope.removeprefix(ITEM).replace('.', '_')}")


def audience(to: Audience | RoleIn, definition: Definition, naming: Naming) -> str:
    """Say whom a rung of a ladder addresses."""
    if isinstance(to, RoleIn):
        return who(to, definition, naming)
    return naming.t(f"rulebook.audience.{to.value}")


def instead(when: str, one: Instead, state: State, definition: Definition, naming: Naming) -> str:
    """Say what happens when a task would be for nobody, or for the wrong person."""
    done = [naming.t("rulebook.instead.head")] if one.to_head else []
    if one.hand_to is not None:
        done.append(naming.t("rulebook.instead.hand_to", who=who(one.hand_to, definition, naming)))
    if one.take is not None:
        done.append(naming.t("rulebook.instead.take", action=naming.says(state.actions[one.take].title)))
    return naming.t(f"rulebook.instead.{when}", deeds=naming.t("rulebook.instead.else").join(done))


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
