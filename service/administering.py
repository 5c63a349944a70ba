"""What administrators change around the cases, each change with its trace in the office's log.

Accounts and units are the system administrator's, roles and policies the security administrator's (`policy.yaml`
says who may do what); a reason goes along where somebody will ask for it later.
"""

import re
import secrets
import string
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from typing import Literal, get_args

from adapters import shipped
from adapters.identity.passwords import PROFILES, Profile, check_password, hash_password
from adapters.sql.directory import ZONE, Directory, Membership, Person, read_directory
from adapters.sql.office_log import By, Told, record, recorded
from adapters.sql.organisation import grant, save_person, save_unit, set_policy, withdraw
from adapters.sql.statements import Connection
from engine.facts import Unit
from engine.refusal import Refusal, Refused
from engine.sensitive import covered
from engine.values import Json
from service.assembly import Assembly

NAME_LENGTH_MAX = 80
USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)
"""What somebody signs in with; it is their id, and stands in addresses."""

UnitKind = Literal["county", "township", "office", "department", "external"]
UNIT_KINDS: tuple[str, ...] = get_args(UnitKind)
UNIT_ID = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)
"""What tells a unit from all others; it stands in addresses and in the path of the units below it."""

PASSWORD_LENGTH = 16
LETTERS = "abcdefghjkmnpqrstuvwxyz"
"""Of a password that is read from paper: none that looks like a digit."""

ADMINISTRATORS = ("admin", "sec_admin", "aud_admin")
"""For accounts and units, for roles and policies, for the log of both."""

AUDITORS = frozenset({"audit", "third_audit"})
DEFINERS = frozenset({"wf_admin"})


def excluded_by(role: str) -> frozenset[str]:
    """Give the roles that nobody holds beside this one.

    None of the three administrators acts in a case or is another of them (GB/T 22239-2019), and who audits does nothing
    else (SoD-9).
    """
    if role in ADMINISTRATORS:
        return shipped.role_codes() - DEFINERS - {role}
    if role in AUDITORS:
        return shipped.role_codes() - AUDITORS
    return AUDITORS if role in DEFINERS else AUDITORS.union(ADMINISTRATORS)


def create_person(assembly: Assembly, by: By, person: Person) -> str:
    """Open an account; gives the password that must be changed at the first sign-in. Raises `Refused`."""
    reasons = against_account(assembly.organisation.now(), person)
    if any(
        one.username.casefold() == person.username.casefold() for one in assembly.organisation.now().people.values()
    ):
        reasons.append(Refusal("user.name_taken", "username"))
    if reasons:
        raise Refused(*reasons)
    step = save_person(person, by.at)
    _change(
        assembly, by, "person.created", f"user:{person.id}", lambda now: _person(now, person.id), step, _without_number
    )
    return reset_password(assembly, by, person.id)


def against_account(directory: Directory, person: Person) -> list[Refusal]:
    """Say what an account lacks, and what in it is not known or too long."""
    cells = {name: getattr(person, name) for name in ("username", "name", "email", "phone")}
    reasons = [] if cells["username"].strip() else [Refusal("user.no_username", "username")]
    reasons += [] if cells["name"].strip() else [Refusal("user.no_name", "name")]
    reasons += [
        Refusal("user.too_long", name, {"most": NAME_LENGTH_MAX})
        for name, value in cells.items()
        if len(value) > NAME_LENGTH_MAX
    ]
    if person.username and person.id not in directory.people and not USERNAME.fullmatch(person.username):
        reasons.append(Refusal("user.bad_name", "username"))
    if person.unit not in directory.units:
        reasons.append(Refusal("unit.unknown", "unit", {"where": person.unit}))
    return reasons


def change_person(assembly: Assembly, by: By, person: Person) -> None:
    """Change what is known of a person, or whether they may sign in; who may not is signed out at once."""
    reasons = against_account(assembly.organisation.now(), person)
    if reasons:
        raise Refused(*reasons)
    if person.id == by.user and not person.enabled:
        raise Refused(Refusal("user.oneself", "enabled"))
    step = save_person(person, by.at)
    _change(
        assembly, by, "person.changed", f"user:{person.id}", lambda now: _person(now, person.id), step, _without_number
    )
    if not person.enabled:
        assembly.signing_in.sessions.close_all(person.id)


def reset_password(assembly: Assembly, by: By, user_id: str, *, on_server: bool = False) -> str:
    """Give an account a new password, which must be changed at once; all sessions end, and what was guessed is over.

    Those of the other administrators and of auditors are only given on the server: who opens accounts would otherwise
    give roles and read logs in their names. Raises `Refused`.
    """
    directory = assembly.organisation.now()
    person, held = directory.people[user_id], {one.role for one in directory.memberships.get(user_id, ())}
    if not on_server and user_id != by.user and held & AUDITORS.union(ADMINISTRATORS):
        raise Refused(Refusal("user.only_on_server", "password", {"username": person.username}))
    password = new_password(person.username, PROFILES[assembly.settings.password_profile])
    hashed = hash_password(password)
    assembly.signing_in.accounts.set_password(user_id, hashed, by.at, must_change=True)
    assembly.signing_in.sessions.close_all(user_id)
    assembly.signing_in.attempts.unlock(person.username)
    assembly.organisation.change(
        lambda connection: record(connection, by, "password.reset", f"user:{user_id}", None, {"must_change": True})
    )
    return password


def unlock(assembly: Assembly, by: By, user_id: str) -> None:
    """Let an account that is locked after wrong passwords sign in before its time; raises `Refused`: it is not."""
    username = assembly.organisation.now().people[user_id].username
    locked_until = assembly.signing_in.attempts.locked_until(username, by.at)
    if locked_until is None:
        raise Refused(Refusal("user.not_locked"))
    assembly.signing_in.attempts.unlock(username)
    before: Json = {"locked_until": locked_until.isoformat()}
    assembly.organisation.change(
        lambda connection: record(connection, by, "account.unlocked", f"user:{user_id}", before, None)
    )


def drop_second_proof(assembly: Assembly, by: By, user_id: str, *, on_server: bool = False) -> None:
    """Let a person who lost telephone and paper sign in by password alone; all sessions end.

    Another administrator than who gives passwords does it: nobody takes both from an account. Raises `Refused`.
    """
    second = assembly.signing_in.second
    if not second.is_on(user_id):
        raise Refused(Refusal("user.no_second_proof", "user"))
    if user_id == by.user and not on_server:
        raise Refused(Refusal("user.oneself", "user"))
    second.store.drop_factor(user_id)
    assembly.signing_in.sessions.close_all(user_id)
    note_second_proof(assembly, by, user_id, is_on=False)


def note_second_proof(assembly: Assembly, by: By, user_id: str, *, is_on: bool) -> None:
    """Keep in the office's log that somebody must, or need not any more, show a second proof."""
    assembly.organisation.change(
        lambda connection: record(
            connection, by, "second_proof.set", f"user:{user_id}", {"second_proof": not is_on}, {"second_proof": is_on}
        )
    )


def give_role(assembly: Assembly, by: By, user_id: str, role: str, unit: str) -> None:
    """Give a role in a unit to somebody else; raises `Refused` for what is not known and roles that exclude another."""
    reasons = against_role(assembly, assembly.organisation.now(), user_id, Membership(role, unit))
    if user_id == by.user:
        reasons.append(Refusal("user.oneself", "role"))
    if reasons:
        raise Refused(*reasons)
    step = grant(user_id, role, unit)
    _change(assembly, by, "role.granted", f"user:{user_id}", lambda now: _roles(now, user_id), step)


def against_role(assembly: Assembly, directory: Directory, user_id: str, wanted: Membership) -> list[Refusal]:
    """Say why somebody can not hold a role in a unit beside those they hold."""
    held_in = shipped.roles().get(wanted.role, {}).get("held_in", [])
    reasons = []
    if wanted.role not in shipped.role_codes():
        reasons.append(Refusal("role.unknown", "role"))
    if wanted.unit not in directory.units:
        reasons.append(Refusal("unit.unknown", "unit", {"where": wanted.unit}))
    elif held_in and directory.units[wanted.unit].kind not in held_in:
        reasons.append(Refusal("role.not_here", "unit", text=assembly.catalogue.listed("people.kind", held_in)))
    clashing = excluded_by(wanted.role) & {one.role for one in directory.memberships.get(user_id, ())}
    if clashing:
        reasons.append(Refusal("role.clash", "role", text=assembly.catalogue.listed("roles", sorted(clashing))))
    return reasons


def take_role(assembly: Assembly, by: By, user_id: str, role: str, unit: str) -> None:
    """Take a role in a unit away."""
    if user_id == by.user and role == "sec_admin":
        raise Refused(Refusal("user.oneself", "role"))
    step = withdraw(user_id, role, unit)
    _change(assembly, by, "role.withdrawn", f"user:{user_id}", lambda now: _roles(now, user_id), step)


def placed(directory: Directory, unit: Unit) -> Unit:
    """Give a unit with its place in the tree: that of its parent when it is new, the one it has when it is not."""
    known = directory.units.get(unit.id)
    above = directory.units.get(unit.parent or "")
    parent = known.parent if known is not None and unit.parent is None else unit.parent
    path = known.path if known is not None else f"{above.path if above else ''}{unit.id}/"
    return replace(unit, name=unit.name.strip(), parent=parent, path=path)


def against_unit(assembly: Assembly, directory: Directory, unit: Unit) -> list[Refusal]:
    """Say what a unit lacks, what of it is not known, and whether it would leave its place in the tree."""
    known = directory.units.get(unit.id)
    reasons = [] if unit.name else [Refusal("unit.no_name", "name")]
    if len(unit.name) > NAME_LENGTH_MAX:
        reasons.append(Refusal("user.too_long", "name", {"most": NAME_LENGTH_MAX}))
    if not UNIT_ID.fullmatch(unit.id):
        reasons.append(Refusal("unit.bad_id", "id"))
    if unit.kind not in UNIT_KINDS:
        reasons.append(Refusal("unit.unknown_kind", "kind", text=assembly.catalogue.listed("people.kind", UNIT_KINDS)))
    if unit.parent and unit.parent not in directory.units:
        reasons.append(Refusal("unit.unknown", "parent", {"where": unit.parent}))
    if known is not None and unit.parent != known.parent:
        reasons.append(Refusal("unit.stays", "parent"))
    if unit.head and unit.head not in directory.people:
        reasons.append(Refusal("user.unknown", "head", {"where": unit.head}))
    return reasons


def keep_unit(assembly: Assembly, by: By, wanted: Unit) -> None:
    """Add a unit below another, or change its name, kind or head; its `path` is found here. Raises `Refused`."""
    directory = assembly.organisation.now()
    unit = placed(directory, wanted)
    reasons = against_unit(assembly, directory, unit)
    if reasons:
        raise Refused(*reasons)
    _change(assembly, by, "unit.saved", f"unit:{unit.id}", lambda now: _unit(now, unit.id), save_unit(unit))


def decide_policy(assembly: Assembly, by: By, key: str, from_on: date, value: Json) -> None:
    """Set a parameter from a day on; a reason is needed."""
    if not by.reason.strip():
        raise Refused(Refusal("comment.required", "reason"))
    step = set_policy(key, from_on, value, by.reason, by.user)

    def values(directory: Directory) -> Json:
        return {str(day): one for day, one in directory.policies.get(key, ())}

    _change(assembly, by, "policy.set", f"policy:{key}", values, step)


def _change(
    assembly: Assembly,
    by: By,
    what: str,
    subject: str,
    look: Callable[[Directory], Json],
    step: Callable[[Connection], object],
    told: Told = lambda value: value,
) -> None:
    """Make a change with what was before and is after it, as far as the log tells it."""

    def read(connection: Connection) -> Json:
        return look(read_directory(connection, by.at.astimezone(ZONE).date()))

    assembly.organisation.change(recorded(by, what, subject, read, step, told))


def _person(directory: Directory, user_id: str) -> Json:
    person = directory.people.get(user_id)
    return None if person is None else asdict(person)


def _without_number(person: Json) -> Json:
    """Tell of an account without its telephone number: who reads the log sees that it changed."""
    return {**person, "phone": covered(str(person["phone"]))} if isinstance(person, dict) else person


def _roles(directory: Directory, user_id: str) -> Json:
    return [f"{one.role}@{one.unit}" for one in directory.memberships.get(user_id, ())]


def _unit(directory: Directory, unit_id: str) -> Json:
    unit = directory.units.get(unit_id)
    return None if unit is None else asdict(unit)


def new_password(username: str, profile: Profile) -> str:
    """Make a first password by the rules, of letters and digits that are not mixed up on paper."""
    while True:
        rest = "".join(secrets.choice(LETTERS + string.digits) for _ in range(PASSWORD_LENGTH - 3))
        password = f"{secrets.choice(LETTERS.upper())}{rest}{secrets.choice('!%+=')}{secrets.choice('23456789')}"
        if not check_password(password, username, profile):
            return password
