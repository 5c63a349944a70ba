"""Handing over all open work of a person who leaves: one command a task, each judged by the engine as any other."""

from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace

from adapters.sql.directory import Directory
from adapters.sql.reads.cases import lines_of
from adapters.sql.reads.holdings import held_by
from engine.commands import Actor, Assign
from engine.permission import SYSTEM_PRINCIPAL
from engine.refusal import Conflict, NotFound, Refusal, Refused
from service.assembly import Assembly


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of one task: with its new holder, or why not. It then stays where it is."""

    task: str
    case_id: str
    code: str
    refused: tuple[Refusal, ...] = ()


def hand_over(
    assembly: Assembly, leaver: str, heir: str, by: Actor, reason: str, tell: Callable[[int], None] = lambda _: None
) -> list[Handed]:
    """Give every open task of a person to another, in the name of the administrator who asks for it.

    Groups' tasks stay with their groups. Raises `Refused` when there is no such heir, none of the leaver's roles is
    theirs (roles are another administrator's to give), or no reason is given.
    """
    _check(assembly, leaver, heir, reason)
    with assembly.database.read() as connection:
        holdings = held_by(connection, leaver)
        codes = {id: line.code for id, line in lines_of(connection, {one.case_id for one in holdings}).items()}
    office = replace(by, principals=by.principals | {SYSTEM_PRINCIPAL})
    done = []
    for holding in holdings:
        command = Assign(case_id=holding.case_id, actor=office, task=holding.task, to=heir, comment=reason)
        try:
            assembly.runtime.execute(command)
            done.append(Handed(holding.task, holding.case_id, codes[holding.case_id]))
        except Refused as refused:
            done.append(Handed(holding.task, holding.case_id, codes[holding.case_id], refused.reasons))
        except (Conflict, NotFound):
            continue
        tell(len(done))
    return done


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
