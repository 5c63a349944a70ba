"""How a person likes the site, and their password."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from adapters.identity.passwords import LENGTH_MAX, PROFILES
from adapters.identity.sessions import Opened, SessionKind
from adapters.identity.signing_in import SignInFailed, TooManyAttempts
from adapters.sql.organisation import save_person
from engine.refusal import Refused
from service.http.credentials import browser_of, session_cookie
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.problems import Problem
from service.http.visit import visit_of
from service.phrases import LENGTH_MAX as LETTERS_MAX
from service.phrases import PHRASES_MAX, keep_phrases, own_phrases
from service.texts import LANGUAGES, Speech
from service.web.fields import Choice, Field
from service.web.fields import problems as problems_of
from service.web.form_input import FormInput, read_form
from service.web.frame import FONTS
from service.web.list_columns import TABLES, choose, way_back
from service.web.lists import Address
from service.web.pages import form_values, page, preference_cookies, preferences_of, speech_of
from service.web.reading import Look, look, wording_of
from service.web.refusing import PASSWORD, told
from service.web.routes.signing import AnyAnswer
from service.web.saved_views import SHELVES, change_views

OLD, NEW, AGAIN = "old", "new", "again"
PHRASES = "phrases"


@get("/settings", include_in_schema=False)
async def show_settings(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Language, text size, shortcuts, phrases; the way to the password."""
    return await _settings(request, front)


async def _settings(request: AnyRequest, front: Front, sent: Sequence[Field] = ()) -> Response[str]:
    """Draw the settings: as they are, or what was sent and can not be kept."""
    rule = front.policy.rules["GET", "/settings/authorisations"]

    def seen(found: Look) -> tuple[bool, list[str]]:
        return rule.allows(found.caller.roles), own_phrases(found.connection, found.actor.id)

    may, phrases = await look(request, front, seen)
    t = speech_of(request)
    done = next((name for name in ("saved", "changed") if name in request.query_params), "")
    fields = sent or [*_preferences(request), _phrases(request, phrases)]
    return page(
        request,
        "settings.html",
        title=t("settings.title"),
        status=422 if sent else 200,
        fields=fields,
        problems=problems_of(fields),
        done=done,
        may_authorise=may,
    )


@post("/settings", include_in_schema=False)
async def save_settings(request: AnyRequest, front: NamedDependency[Front]) -> AnyAnswer:
    """Remember them in this browser; the language also for mails, and phrases with the person."""
    form = await request.form()
    if PHRASES in form:
        database, user_id, lines = front.assembly.database, caller_of(request).actor.id, str(form[PHRASES]).splitlines()
        wrong = _against(lines, speech_of(request))
        if wrong:
            sent = read_form(_preferences(request), form_values(form), speech_of(request)).fields
            return await _settings(request, front, [*sent, replace(_phrases(request, lines), error=wrong)])
        await in_thread(front.assembly.threads, lambda: keep_phrases(database, user_id, lines))
    language = str(form.get("language", ""))
    if language in LANGUAGES:
        await in_thread(front.assembly.threads, lambda: _prefer(front, caller_of(request).actor.id, language))
    answer = Redirect("/settings?saved=1", status_code=303)
    answer.cookies.extend(preference_cookies(form, is_tls=front.assembly.settings.is_tls))
    return answer


@post("/settings/views", include_in_schema=False)
async def change_view(request: AnyRequest, front: NamedDependency[Front]) -> Redirect:
    """Keep the view of a list that is looked at under a name, drop one, or open the list with one."""
    form, user_id = await request.form(), caller_of(request).actor.id
    sent = {name: str(value) for name, value in form.items()}
    shelf = SHELVES.get(sent.get("_list", ""))
    if shelf is None:
        raise Problem(400, "bad_request")
    here = Address(shelf.path, tuple((name, sent[name]) for name in ("view", *shelf.narrowings) if sent.get(name)))
    verb, name, database = sent.get("verb", ""), sent.get("name", ""), front.assembly.database
    await in_thread(front.assembly.threads, lambda: change_views(database, user_id, shelf, verb, name, here))
    return Redirect(f"{shelf.path}?{urlencode(shelf.query_of(here))}", status_code=303)


@post("/settings/columns", include_in_schema=False)
async def choose_columns(request: AnyRequest, front: NamedDependency[Front]) -> Redirect:
    """Keep which columns of a list are shown, and go back to it."""
    form, user_id, database = await request.form(), caller_of(request).actor.id, front.assembly.database
    table = TABLES.get(str(form.get("_list", "")))
    if table is None:
        raise Problem(400, "bad_request")
    offered, ticked = ([str(one) for one in form.getall(name, [])] for name in ("offered", "column"))
    await in_thread(front.assembly.threads, lambda: choose(database, user_id, table, offered, ticked))
    return Redirect(way_back(str(form.get("back", ""))), status_code=303)


@get(PASSWORD, include_in_schema=False)
async def show_password(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Ask for the old password and the new one, twice."""
    await look(request, front, lambda _: None)
    return _asking(request, front, FormInput(read_form((), {}, speech_of(request)).intent, _passwords(request)))


@post(PASSWORD, include_in_schema=False)
async def change_password(request: AnyRequest, front: NamedDependency[Front]) -> AnyAnswer:
    """Change it. All other sessions of the person end; this browser gets a new one."""
    t = speech_of(request)
    await look(request, front, lambda _: None)
    form = read_form(_passwords(request), form_values(await request.form()), t)
    form = _checked(form, request)
    if form.problems:
        return _asking(request, front, form, 422)
    try:
        opened = await in_thread(front.assembly.hashers, lambda: _changed(request, front, form))
    except SignInFailed:
        return _asking(request, front, _with_error(form, OLD, t("settings.old_wrong")), 422)
    except TooManyAttempts as error:
        problem = front.answering.problem(error)
        return _asking(request, front, _with_error(form, OLD, told(front, request, problem)[1]), problem.status)
    except Refused as refused:
        words = t("show.reason_separator").join(map(wording_of(request, front).sentence, refused.reasons))
        return _asking(request, front, _with_error(form, NEW, words), 422)
    front.callers.forget(caller_of(request).actor.id)
    answer = Redirect("/settings?changed=1", status_code=303)
    answer.cookies.append(session_cookie(opened.token, is_tls=front.assembly.settings.is_tls))
    return answer


def _changed(request: AnyRequest, front: Front, form: FormInput) -> Opened:
    user_id, address, now = caller_of(request).actor.id, visit_of(request).address, front.assembly.clock.now()
    signing_in = front.assembly.signing_in
    signing_in.change_password(user_id, form[OLD].value, form[NEW].value, address, now)
    return signing_in.sessions.open(user_id, SessionKind.COOKIE, now, address, browser_of(request))


def _checked(form: FormInput, request: AnyRequest) -> FormInput:
    """Every field filled, and the new password typed the same way twice."""
    t = speech_of(request)
    form = form.needing(t)
    if form[AGAIN].value and form[AGAIN].value != form[NEW].value:
        form = _with_error(form, AGAIN, t("settings.differ"))
    return form


def _with_error(form: FormInput, name: str, message: str) -> FormInput:
    fields = [replace(field, error=message) if field.name == name else field for field in form.fields]
    return FormInput(form.intent, fields)


def _asking(request: AnyRequest, front: Front, form: FormInput, status: int = 200) -> Response[str]:
    t = speech_of(request)
    profile = PROFILES[front.assembly.settings.password_profile]
    return page(
        request,
        "password.html",
        title=t("settings.password"),
        status=status,
        fields=form.fields,
        problems=problems_of(form.fields),
        must_change=caller_of(request).must_change_password,
        length_min=profile.length_min,
        classes_min=profile.classes_min,
    )


def _passwords(request: AnyRequest) -> list[Field]:
    t = speech_of(request)
    autocomplete = {OLD: "current-password", NEW: "new-password", AGAIN: "new-password"}
    return [
        Field(name, t(f"settings.field.{name}"), "password", autocomplete=hint, length_max=LENGTH_MAX)
        for name, hint in autocomplete.items()
    ]


def _preferences(request: AnyRequest) -> list[Field]:
    t, now = speech_of(request), preferences_of(request)
    values = {"language": now.language, "font": now.font, "keys": "on" if now.keys else "off"}
    choices = {"language": LANGUAGES, "font": FONTS, "keys": ("on", "off")}
    return [
        Field(
            name,
            t(f"settings.{name}.label"),
            "choice",
            values[name],
            choices=[Choice(value, t(f"settings.{name}.{value}")) for value in choices[name]],
        )
        for name in choices
    ]


def _phrases(request: AnyRequest, kept: list[str]) -> Field:
    """Ask for the phrases, each on its line."""
    t = speech_of(request)
    hint = t("settings.phrases.hint", most=PHRASES_MAX, letters=LETTERS_MAX)
    return Field(PHRASES, t("settings.phrases.label"), "long_text", "\n".join(kept), required=False, hint=hint)


def _against(lines: Iterable[str], t: Speech) -> str:
    """Say what keeps phrases from being kept as they were typed; nothing when they can be."""
    phrases = [" ".join(one.split()) for one in lines if one.strip()]
    if len(phrases) > PHRASES_MAX:
        return t("settings.phrases.too_many", found=len(phrases), most=PHRASES_MAX)
    long = next(((at, one) for at, one in enumerate(phrases, 1) if len(one) > LETTERS_MAX), None)
    if long is None:
        return ""
    return t("settings.phrases.too_long", number=long[0], found=len(long[1]), most=LETTERS_MAX)


def _prefer(front: Front, user_id: str, language: str) -> None:
    """Keep the language with the person, so that mails are in it too."""
    person = front.assembly.organisation.now().people[user_id]
    if person.language != language:
        changed = replace(person, language=language)
        front.assembly.organisation.change(save_person(changed, front.assembly.clock.now()))


HANDLERS: list[HTTPRouteHandler] = [
    show_settings,
    save_settings,
    change_view,
    choose_columns,
    show_password,
    change_password,
]
