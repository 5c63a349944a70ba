"""The second proof: asked for after the password, set up and taken back by each for themselves."""

from asyncio import to_thread
from collections.abc import Sequence
from contextlib import suppress

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect
from markupsafe import Markup

from adapters.documents.paper import qr
from adapters.identity.passwords import PROFILES
from adapters.identity.second_factor import CODE_LENGTH_MAX, InUse, WrongCode, address_of, letters_of
from adapters.identity.sessions import SessionKind
from adapters.identity.signing_in import SignInFailed, TooManyAttempts
from adapters.sql.office_log import By
from service.administering import note_second_proof
from service.assembly import Assembly
from service.http.credentials import OPEN_BODY_BYTES_MAX, TOKEN_LENGTH_MAX
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.visit import visit_of
from service.web.fields import Field
from service.web.pages import form_values, own_path, page, speech_of
from service.web.reading import Look, look
from service.web.refusing import SECOND_PROOF, told
from service.web.routes.signing import (
    OTP,
    WRONG,
    AnyAnswer,
    ask_to_sign_in,
    half_cookie,
    half_name,
    known_browser,
    welcome,
)

GROUP = 4
"""Letters of a secret that stand together."""

OFFER, TAKE, SPARES, OFF = "offer", "take", "spares", "off"


@get(OTP, include_in_schema=False)
async def show_question(request: AnyRequest) -> Response[str]:
    """Ask for the number."""
    return await _ask(request, own_path(request.query_params.get("next", "/")))


@post(OTP, request_max_body_size=OPEN_BODY_BYTES_MAX, include_in_schema=False)
async def answer_question(request: AnyRequest, front: NamedDependency[Front]) -> AnyAnswer:
    """Make the session whole, or ask again; after some minutes signing in begins anew."""
    values = form_values(await request.form())
    code, way = ((values.get(name) or [""])[0] for name in ("code", "next"))
    now, address, way = front.assembly.clock.now(), visit_of(request).address, own_path(way or "/")
    is_tls, browser, t = front.assembly.settings.is_tls, known_browser(request), speech_of(request)
    token = request.cookies.get(half_name(is_tls=is_tls), "")[:TOKEN_LENGTH_MAX]
    finish = front.assembly.signing_in.finish
    try:
        opened = await in_thread(
            front.assembly.threads, lambda: finish(token, code, address, SessionKind.COOKIE, now, browser)
        )
    except WrongCode:
        return await _ask(request, way, t("signing.wrong_code"))
    except TooManyAttempts as error:
        problem = front.answering.problem(error)
        answer = await _ask(request, way, told(front, request, problem)[1], problem.status)
        answer.headers.update(problem.headers)
        return answer
    except SignInFailed:
        return await ask_to_sign_in(request, way, "", WRONG, t("signing.over.title"), t("signing.over.detail"))
    answer = await welcome(request, front, opened, browser, way)
    answer.cookies.append(half_cookie("", 0, is_tls=is_tls))
    return answer


async def _ask(request: AnyRequest, way: str, error: str = "", status: int = WRONG) -> Response[str]:
    t = speech_of(request)
    shown = {"way": way, "field": _field(request, error)}
    title = t("signing.second")
    return await to_thread(page, request, "otp.html", title=title, status=status if error else 200, **shown)


def _field(request: AnyRequest, error: str = "") -> Field:
    t = speech_of(request)
    return Field(
        "code",
        t("signing.code"),
        hint=t("signing.code_hint"),
        autocomplete="one-time-code",
        length_max=CODE_LENGTH_MAX,
        error=error,
    )


@get(SECOND_PROOF, include_in_schema=False)
async def show_second_proof(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Say whether one is asked for, and let it be set up."""
    return await _page(request, front)


@post(SECOND_PROOF, include_in_schema=False)
async def change_second_proof(request: AnyRequest, front: NamedDependency[Front]) -> AnyAnswer:
    """Offer a secret, take it, give new spare codes, or take it back; what is in use asks for a number first."""
    form, caller = await request.form(), caller_of(request)
    intent, code, address = str(form.get("intent", "")), str(form.get("code", "")), visit_of(request).address
    try:
        spares = await in_thread(
            front.assembly.threads, lambda: _changed(front.assembly, caller.actor.id, intent, code, address)
        )
    except WrongCode:
        return await _page(request, front, error=speech_of(request)("signing.wrong_code"))
    except TooManyAttempts as error:
        problem = front.answering.problem(error)
        return await _page(request, front, error=told(front, request, problem)[1], status=problem.status)
    front.callers.forget(caller.actor.id)
    if not spares:
        return Redirect(SECOND_PROOF, status_code=303)
    return await _page(request, front, spares=spares)


def _changed(assembly: Assembly, user_id: str, intent: str, code: str, address: str) -> list[str]:
    """Do it; gives new spare codes, if there are any."""
    signing_in, now = assembly.signing_in, assembly.clock.now()
    second, by = signing_in.second, By(user_id, now)
    if not second.is_on(user_id):
        if intent == OFFER:
            with suppress(InUse):
                second.offer(user_id)
        if intent != TAKE:
            return []
        spares = second.take(user_id, code, now)
        note_second_proof(assembly, by, user_id, is_on=True)
        return spares
    account = signing_in.accounts.account_of(user_id)
    assert account is not None
    signing_in.prove(account, code, address, now)
    if intent == SPARES:
        return second.new_spares(user_id)
    if intent == OFF:
        second.store.drop_factor(user_id)
        note_second_proof(assembly, by, user_id, is_on=False)
    return []


async def _page(  # what is new, and what is in the way
    request: AnyRequest, front: Front, spares: Sequence[str] = (), error: str = "", status: int = WRONG
) -> Response[str]:
    def seen(found: Look) -> dict[str, object]:
        second = front.assembly.signing_in.second
        factor = second.store.factor_of(found.actor.id)
        if factor is None:
            return {"state": "none"}
        if factor.since_at is not None:
            left = second.store.count_spares(found.actor.id)
            return {"state": "on", "since": factor.since_at, "left": left}
        product, letters = found.t("layout.product"), letters_of(factor)
        address = address_of(factor, found.caller.directory.people[found.actor.id].username, product)
        groups = " ".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))
        return {"state": "offered", "picture": Markup(qr(address)), "letters": groups}  # noqa: S704  # our own drawing

    shown = await look(request, front, seen)
    return page(
        request,
        "second_proof.html",
        title=speech_of(request)("settings.second"),
        status=status if error else 200,
        spares=spares,
        field=_field(request, error),
        problems=[error] if error else [],
        must=PROFILES[front.assembly.settings.password_profile].second_proof,
        **shown,
    )


HANDLERS: list[HTTPRouteHandler] = [show_question, answer_question, show_second_proof, change_second_proof]
