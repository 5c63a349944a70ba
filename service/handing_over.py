"""Handing over all open work of a person who leaves: one command a task, each judged by the engine as any other."""

from collections.abc import Callable, Container
from dataclasses import dataclass

from msgspec.structs import replace

from adapters.sql.directory import Directory
from adapters.sql.histories import load
from adapters.sql.reads.cases import lines_of
from adapters.sql.reads.holdings import held_by
from engine.commands import Actor, Assign
from engine.decision import decide
from engine.permission import SYSTEM_PRINCIPAL
from engine.refusal import Conflict, NotFound, Refusal, Refused
from service.assembly import Assembly

UNSAID = "-"
"""Stands for the reason while somebody only asks what would become of it."""


@dataclass(frozen=True, slots=True)
class Held:
    """An open task of a person: of which item of which procedure."""

    task: str
    case_id: str
    code: str
    definition: str

    def told(self, refused: tuple[Refusal, ...] = ()) -> "Handed":
        """Say what became of it."""
        return Handed(self.task, self.case_id, self.code, refused, self.definition)


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of one task: with its new holder, or why not. It then stays where it is."""

    task: str
    case_id: str
    code: str
    refused: tuple[Refusal, ...] = ()
    definition: str = ""


def held(assembly: Assembly, leaver: str) -> list[Held]:
    """Give the open tasks that are a person's own; those of groups are their groups'."""
    with assembly.database.read() as connection:
        holdings = held_by(connection, leaver)
        lines = lines_of(connection, {one.case_id for one in holdings})
    found = ((one, lines[one.case_id]) for one in holdings)
    return [Held(one.task, one.case_id, line.code, line.definition) for one, line in found]


def hand_over(  # who, to whom, in whose name, why; what of it, and whom to tell
    assembly: Assembly,
    leaver: str,
    heir: str,
    by: Actor,
    reason: str,
    tell: Callable[[int], None] = lambda _: None,
    kinds: Container[str] | None = None,
) -> list[Handed]:
    """Give every open task of a person to another, in the name of the administrator who asks for it.

    With `kinds` only tasks of these procedures. Groups' tasks stay with their groups. Raises `Refused` when there is no
    such heir, none of the leaver's roles is theirs (roles are another administrator's to give), or no reason is given.
    """
    _check(assembly, leaver, heir, reason)
    done: list[Handed] = []
    for one in held(assembly, leaver):
        if kinds is None or one.definition in kinds:
            try:
                assembly.runtime.execute(_giving(one, heir, by, reason))
                done.append(one.told())
            except Refused as refused:
                done.append(one.told(refused.reasons))
            except (Conflict, NotFound):
                continue
            tell(len(done))
    return done


def foreseen(assembly: Assembly, leaver: str, heir: str, by: Actor, kinds: Container[str]) -> list[Handed]:
    """Tell what `hand_over` would come to now; nothing is done. Raises as it does, but asks for no reason."""
    _check(assembly, leaver, heir, UNSAID)
    now, told = assembly.clock.now(), list[Handed]()
    with assembly.database.read() as connection:
        facts = assembly.organisation.facts(connection)
        for one in held(assembly, leaver):
            if one.definition in kinds:
                case = load(connection, one.case_id)
                try:
                    decide(assembly.runtime.process_of(case), case, _giving(one, heir, by, UNSAID), facts, now)
                    told.append(one.told())
                except Refused as refused:
                    told.append(one.told(refused.reasons))
    return told


def heirs_of(directory: Directory, leaver: str) -> set[str]:
    """Give who may take over from somebody: whoever may sign in and holds one of the same roles."""
    wanted = _roles(directory, leaver)
    return {
        person.id
        for person in directory.people.values()
        if person.enabled and person.id != leaver and not (wanted and wanted.isdisjoint(_roles(directory, person.id)))
    }


def _giving(one: Held, heir: str, by: Actor, reason: str) -> Assign:
    office = replace(by, principals=by.principals | {SYSTEM_PRINCIPAL})
    return Assign(case_id=one.case_id, actor=office, task=one.task, to=heir, comment=reason)


def _check(assembly: Assembly, leaver: str, heir: str, reason: str) -> None:
    directory = assembly.organisation.now()
    people, held = directory.people, _roles(directory, leaver)
    reasons = [] if leaver in people else [Refusal("user.unknown", "leaver", {"where": leaver})]
    if heir == leaver or heir not in people or not people[heir].enabled:
        reasons.append(Refusal("user.not_enabled", "heir"))
    elif held and held.isdisjoint(_roles(directory, heir)):
        reasons.append(Refusal("user.no_role_of_leaver", "heir"))
    if not reason.strip():
        reasons.append(Refusal("comment.required", "comment"))
    if reasons:
        raise Refused(*reasons)


def _roles(directory: Directory, user_id: str) -> set[str]:
    return {one.role for one in directory.memberships.get(user_id, ())}
