"""Somebody leaves: what they hold, to whom it goes, what that would come to, and doing it; each step a page.

What was chosen travels in the address until it is done, so that every step can be gone back from, without JavaScript.
An administrator sees which items these are, and nothing of what is in them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import Struct

from adapters.sql.directory import Delegation, Directory
from adapters.sql.office_log import By
from engine.commands import Actor
from engine.refusal import Refused
from service.administering import change_person
from service.authorising import end
from service.handing_over import Handed, foreseen, hand_over, heirs_of, held
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.web.pages import address_of, page, speech_of
from service.web.parts import Stage
from service.web.reading import Look, look, wording_of
from service.web.routes.people import PEOPLE, REASON_LENGTH_MAX
from service.web.site import CHINA
from service.web.views.people_choices import people_choices

STEPS = ("holds", "heirs", "preview", "result")
FINE, WRONG = 200, 422
HEIR = "heir-"
"""What begins the name under which the heir of a procedure's tasks is sent."""


class Kind(Struct, frozen=True):
    """Open tasks of one procedure: how many, of which items, and whom they are to go to (empty: nobody)."""

    key: str
    title: str
    codes: Sequence[str]
    heir: str = ""
    heir_name: str = ""

    @property
    def field(self) -> str:
        """Name under which the heir is sent."""
        return f"{HEIR}{self.key}"


class Chosen(Struct, frozen=True):
    """What was chosen: heirs by procedure, why, and what else is done."""

    heirs: Mapping[str, str]
    reason: str = ""
    ends: bool = False
    disables: bool = False

    @classmethod
    def read(cls, sent: Iterable[tuple[str, object]]) -> "Chosen":
        """Read a form or an address."""
        values = {name: str(value) for name, value in sent}
        heirs = {name.removeprefix(HEIR): value for name, value in values.items() if name.startswith(HEIR) and value}
        reason = values.get("reason", "").strip()[:REASON_LENGTH_MAX]
        return cls(heirs, reason, "ends" in values, "disables" in values)

    def url(self, base: str, step: str) -> str:
        """Give the address of a step with what was chosen."""
        return f"{base}?{urlencode({'step': step, **{f'{HEIR}{kind}': heir for kind, heir in self.heirs.items()}})}"

    @property
    def by_heir(self) -> Mapping[str, set[str]]:
        """The procedures whose tasks go to each heir."""
        found: dict[str, set[str]] = {}
        for kind, heir in self.heirs.items():
            found.setdefault(heir, set()).add(kind)
        return found


class Outcome(Struct, frozen=True):
    """What became, or would become, of one task; with `reasons` it stays."""

    code: str
    procedure: str
    heir: str
    reasons: Sequence[str]


class Done(Struct, frozen=True):
    """What was done: each task, and how many authorisations ended."""

    handed: Sequence[tuple[str, Handed]] = ()
    ended: int = 0


NOTHING = Done()


@get(f"{PEOPLE}/{{person_id:str}}/leaving", include_in_schema=False)
async def show_leaving(request: AnyRequest, person_id: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """The step that the address names: what they hold, to whom it goes, what that would come to."""
    address = address_of(request)
    step = address.get("step") if address.get("step") in STEPS[:-1] else STEPS[0]
    return await _drawn(request, front, person_id, step, Chosen.read(address.query))


@post(f"{PEOPLE}/{{person_id:str}}/leaving", include_in_schema=False)
async def do_leaving(request: AnyRequest, person_id: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """Do it: tasks first, then authorisations, then the account; and say of each task what became of it."""
    chosen, caller = Chosen.read((await request.form()).multi_items()), caller_of(request)
    if not chosen.reason:
        return await _drawn(request, front, person_id, "preview", chosen, [speech_of(request)("people.reason_missing")])
    try:
        done = await in_thread(front.assembly.slow_threads, lambda: _do(front, person_id, chosen, caller.actor))
    except Refused as refused:
        wrong = [wording_of(request, front).sentence(reason) for reason in refused.reasons]
        return await _drawn(request, front, person_id, "heirs", chosen, wrong)
    front.callers.forget(person_id)
    return await _drawn(request, front, person_id, "result", chosen, done=done)


def _do(front: Front, person_id: str, chosen: Chosen, actor: Actor) -> Done:
    assembly = front.assembly
    person, by = assembly.organisation.now().person(person_id), By(actor.id, assembly.clock.now(), chosen.reason)
    handed = [
        (heir, one)
        for heir, kinds in chosen.by_heir.items()
        for one in hand_over(assembly, person_id, heir, actor, chosen.reason, kinds=kinds)
    ]
    ending = _authorisations(assembly.organisation.now(), person_id, by.at) if chosen.ends else []
    for one in ending:
        end(assembly, one.id, by)
    if chosen.disables and person.enabled:
        change_person(assembly, by, replace(person, enabled=False))
    return Done(handed, len(ending))


async def _drawn(  # the step, what was chosen, what is wrong with it, what was done
    request: AnyRequest,
    front: Front,
    person_id: str,
    step: str,
    chosen: Chosen,
    wrong: Sequence[str] = (),
    done: Done = NOTHING,
) -> Response[str]:
    t, url = speech_of(request), f"{PEOPLE}/{person_id}"

    def work(found: Look) -> dict[str, Any]:
        directory = found.facts.directory
        shown = {
            "person": directory.person(person_id),
            "kinds": _kinds(found, person_id, chosen),
            "heirs": people_choices(directory, heirs_of(directory, person_id)),
            "roles": [
                f"{found.reader.role(one.role)} · {found.reader.unit(one.unit)}"
                for one in directory.memberships.get(person_id, ())
            ],
            "authorisations": [_line(found, one) for one in _authorisations(directory, person_id, found.reader.now)],
        }
        try:
            handed = _foreseen(found, person_id, chosen) if step == "preview" else done.handed
        except Refused as error:
            sentence = found.reader.rendering.wording.sentence
            return {**shown, "step": "heirs", "wrong": [sentence(reason) for reason in error.reasons], "told": []}
        return {**shown, "step": step, "wrong": wrong, "told": [_outcome(found, *one) for one in handed]}

    shown = await look(request, front, work)
    here = STEPS.index(shown["step"])
    return page(
        request,
        "admin/leaving.html",
        title=f"{t('leaving.title')} · {shown['person'].name}",
        status=WRONG if shown["wrong"] else FINE,
        url=f"{url}/leaving",
        person_url=url,
        strip=[
            Stage(t(f"leaving.step.{name}"), "done" if at < here else "current" if at == here else "ahead")
            for at, name in enumerate(STEPS)
        ],
        chosen=chosen,
        ended=done.ended,
        **shown,
    )


def _foreseen(found: Look, person_id: str, chosen: Chosen) -> list[tuple[str, Handed]]:
    assembly = found.front.assembly
    return [
        (heir, one)
        for heir, kinds in chosen.by_heir.items()
        for one in foreseen(assembly, person_id, heir, found.actor, kinds)
    ]


def _kinds(found: Look, person_id: str, chosen: Chosen) -> list[Kind]:
    codes: dict[str, dict[str, None]] = {}
    for one in held(found.front.assembly, person_id):
        codes.setdefault(one.definition, {})[one.code] = None
    return [
        Kind(key, _procedure(found, key), list(of), chosen.heirs.get(key, ""), _name(found, chosen.heirs.get(key, "")))
        for key, of in sorted(codes.items())
    ]


def _outcome(found: Look, heir: str, one: Handed) -> Outcome:
    reasons = [found.reader.rendering.wording.sentence(reason) for reason in one.refused]
    return Outcome(one.code, _procedure(found, one.definition), _name(found, heir), reasons)


def _procedure(found: Look, key: str) -> str:
    return found.reader.says(found.definition(key).title)


def _name(found: Look, user_id: str) -> str:
    return found.reader.person(user_id) if user_id else ""


def _authorisations(directory: Directory, person_id: str, now: datetime) -> list[Delegation]:
    """Give the authorisations that they gave or were given and that are not over."""
    return [one for one in directory.delegations if person_id in (one.giver, one.taker) and one.until_at > now]


def _line(found: Look, one: Delegation) -> str:
    people = {"giver": found.reader.person(one.giver), "taker": found.reader.person(one.taker)}
    until = one.until_at.astimezone(CHINA).date()
    return found.t("leaving.authorisation", until=until.isoformat(), **people)


HANDLERS: list[HTTPRouteHandler] = [show_leaving, do_leaving]
