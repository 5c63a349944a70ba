"""An issuer that speaks OpenID Connect Core 1.0: the authorization code flow with PKCE (RFC 7636).

Every answer is proven: the state comes from the same browser, the identity token is signed with a key of the issuer,
made for us and for this errand, and not over. The issuer's description and keys are asked for when first needed, so
that it may be away when the service starts.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from msgspec import Struct

from adapters.deadline import Deadline
from adapters.identity.vouching import Errand, IssuerAway, NotProven, Registration

SCOPE = "openid profile"
ANSWER_SECONDS_MAX = 10.0
"""Longest time of asking the issuer something, however many questions and answers that takes."""

ANSWER_BYTES_MAX = 1 << 20
"""Largest answer of the issuer that is read."""

KEPT = timedelta(hours=1)
"""How long the issuer's description and keys are believed without asking again."""

KEYS_EVERY = timedelta(minutes=1)
"""How often they are asked for at most when a token names an unknown key: issuers change theirs at any time."""

AWAY_KEPT = timedelta(seconds=15)
"""How long an issuer that is away is not asked again: whoever asks may be anybody, and each would wait for it."""

SKEW_SECONDS = 60
"""How far the issuer's clock may be from ours."""

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA"]
"""Signatures that are believed: none that our own secret could make, and never `none`."""

_RANDOM_BYTES = 32
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class OpenIdIssuer:
    """`Issuer` over the network. Shared by all threads."""

    def __init__(self, registration: Registration) -> None:
        """Be known to the issuer like this."""
        self._registration = registration
        self._known: _Known | None = None
        self._away_until: datetime | None = None
        self._lock = Lock()

    def leave(self, way: str, now: datetime) -> tuple[str, Errand]:
        """Give the address to send the browser to, and what it must bring back. Raises `IssuerAway`."""
        state, nonce, verifier = (secrets.token_urlsafe(_RANDOM_BYTES) for _ in range(3))
        endpoint, client = self._ask(now).description["authorization_endpoint"], _client(self._registration)
        address, _ = client.create_authorization_url(endpoint, state=state, nonce=nonce, code_verifier=verifier)
        return str(address), Errand(state, nonce, verifier, way)

    def come_back(self, errand: Errand, answer: Mapping[str, str], now: datetime) -> str:
        """Give the name that the issuer vouches for; `answer` is the query with which it sent the browser back.

        Raises:
            NotProven: it is not an answer to this errand, or it proves nobody.
            IssuerAway: it could not be proven now.

        """
        code, claim = _code(errand, answer, self._registration), self._registration.claim
        known = self._ask(now)
        with _session() as session:
            client = _client(self._registration, session)
            tokens = _redeemed(client, known, errand, code)
            claims = self._proven(tokens, known, errand, now)
            name = claims.get(claim) or _further(client, known, str(claims["sub"])).get(claim)
        if not isinstance(name, str) or not name:
            raise NotProven(f"the issuer gives no {claim}")
        return name

    def _ask(self, now: datetime, at_most: timedelta = KEPT) -> "_Known":
        """Give what the issuer says of itself, asked no longer ago than this."""
        with self._lock:
            if self._known is None or now - self._known.at >= at_most:
                self._known = self._asked_anew(now)
            return self._known

    def _asked_anew(self, now: datetime) -> "_Known":
        if self._away_until is not None and self._away_until - AWAY_KEPT <= now < self._away_until:
            raise IssuerAway("it was away a moment ago")
        try:
            return _asked(self._registration.issuer, now)
        except IssuerAway:
            self._away_until = now + AWAY_KEPT
            raise

    def _proven(self, tokens: Mapping[str, Any], known: "_Known", errand: Errand, now: datetime) -> Mapping[str, Any]:
        """Give the claims of the identity token, held against OpenID Connect Core 3.1.3.7."""
        text = str(tokens.get("id_token", ""))
        ours = self._registration
        try:
            try:
                token = jwt.decode(text, known.keys, ALGORITHMS)
            except InvalidKeyIdError:
                token = jwt.decode(text, self._ask(now, KEYS_EVERY).keys, ALGORITHMS)
            claims = CodeIDToken(
                token.claims,
                token.header,
                {"iss": {"essential": True, "value": ours.issuer}, "aud": {"essential": True, "value": ours.client_id}},
                {"nonce": errand.nonce, "client_id": ours.client_id, "access_token": tokens.get("access_token")},
            )
            claims.validate(int(now.timestamp()), SKEW_SECONDS)
            proven: Mapping[str, Any] = claims
        except (JoseError, ValueError, TypeError) as error:
            raise NotProven(f"the identity token: {type(error).__name__} {error}") from error
        return proven


class _Known(Struct, frozen=True):
    """What the issuer has said of itself, and when."""

    description: Mapping[str, Any]
    keys: KeySet
    at: datetime


class _Client(OAuth2Client):  # type: ignore[misc]  # untyped
    """The library's client over the connection that is ours: without redirects, bounded in time and size."""

    def _fetch_token(self, url: str, body: str, auth: Any, headers: Any, **_: object) -> object:  # noqa: ANN401  # untyped
        address, sent, content = auth.prepare("POST", url, dict(headers), body)
        return self.parse_response_token(_answer(self.session, "POST", address, sent, content))


def _client(registration: Registration, session: httpx.Client | None = None) -> _Client:
    """Give the library's client; without a session it only makes addresses."""
    return _Client(
        session,
        registration.client_id,
        registration.client_secret,
        scope=SCOPE,
        redirect_uri=registration.back,
        code_challenge_method="S256",
    )


@contextmanager
def _session() -> Iterator[httpx.Client]:
    """Speak with the issuer for `ANSWER_SECONDS_MAX` at most, also when it answers a letter at a time."""
    with Deadline(ANSWER_SECONDS_MAX) as deadline:

        def watched(request: httpx.Request) -> None:
            request.extensions["trace"] = deadline.watch

        hooks = {"request": [watched]}
        with httpx.Client(
            timeout=ANSWER_SECONDS_MAX, trust_env=False, follow_redirects=False, event_hooks=hooks
        ) as session:
            yield session


def _code(errand: Errand, answer: Mapping[str, str], registration: Registration) -> str:
    """Give the code of an answer to this errand."""
    if not secrets.compare_digest(answer.get("state", "").encode(), errand.state.encode()):
        raise NotProven("the state is not the one this browser left with")
    if answer.get("iss", registration.issuer) != registration.issuer:
        raise NotProven("another issuer answers (RFC 9207)")
    if "error" in answer:
        raise NotProven(f"the issuer says {answer['error'][:100]}")
    if not answer.get("code"):
        raise NotProven("the issuer sends no code")
    return answer["code"]


def _redeemed(client: _Client, known: _Known, errand: Errand, code: str) -> Mapping[str, Any]:
    with _reaching():
        try:
            tokens: Mapping[str, Any] = client.fetch_token(
                known.description["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=errand.verifier,
                redirect_uri=client.redirect_uri,
            )
        except OAuth2Error as error:
            raise NotProven(f"the code: {error}") from error
    client.token = tokens
    return tokens


def _further(client: _Client, known: _Known, subject: str) -> Mapping[str, Any]:
    """Ask for claims that are not in the identity token; they count only for the same subject."""
    endpoint = known.description.get("userinfo_endpoint")
    if not endpoint:
        return {}
    address, headers, _ = client.token_auth.prepare(endpoint, {}, None)
    with _reaching():
        found = _json(client.session, address, headers)
    if found.get("sub") != subject:
        raise NotProven("the issuer speaks of another subject")
    return found


def _asked(issuer: str, now: datetime) -> _Known:
    """Read the issuer's description (OpenID Connect Discovery 1.0) and its keys."""
    with _reaching(), _session() as session:
        description = _json(session, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if description.get("issuer") != issuer:
            raise ValueError(f"it calls itself {description.get('issuer')!r}")
        for name in _ENDPOINTS:
            if urlsplit(str(description.get(name))).scheme not in {"https", urlsplit(issuer).scheme}:
                raise ValueError(f"its {name} is {description.get(name)!r}")
        keys: Any = _json(session, description["jwks_uri"])
        return _Known(description, KeySet.import_key_set(keys), now)


def _json(session: httpx.Client, address: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    answer = _answer(session, "GET", address, {"Accept": "application/json", **(headers or {})})
    found = answer.json() if answer.is_success else None
    if not isinstance(found, dict):
        raise ValueError(f"status {answer.status_code} from {address}")  # noqa: TRY004  # of what the network brought
    return found


def _answer(
    session: httpx.Client, method: str, address: str, headers: Mapping[str, str], content: str | None = None
) -> httpx.Response:
    """Read an answer whole, but no more than `ANSWER_BYTES_MAX`."""
    with session.stream(method, address, headers=headers, content=content) as answer:
        held = bytearray()
        for part in answer.iter_bytes():
            held += part
            if len(held) > ANSWER_BYTES_MAX:
                raise ValueError(f"more than {ANSWER_BYTES_MAX} bytes from {address}")
    return httpx.Response(answer.status_code, request=answer.request, content=bytes(held))


@contextmanager
def _reaching() -> Iterator[None]:
    """Whatever goes wrong on the network is the issuer's being away."""
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL, JoseError, ValueError, TypeError, KeyError) as error:
        raise IssuerAway(f"{type(error).__name__}: {error}") from error
