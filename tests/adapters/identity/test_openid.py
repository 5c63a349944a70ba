"""Signing in by OpenID Connect, against a real provider; and answers that prove nothing."""

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from time import sleep
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from adapters.identity import openid
from adapters.identity.openid import ANSWER_BYTES_MAX, OpenIdIssuer
from adapters.identity.vouching import Errand, IssuerAway, NotProven, Registration
from tests.issuer import CLIENT, SECRET, serving, visit

BACK = "http://127.0.0.1:8000/login/sso/callback"
NOW = datetime.now(UTC)
ERRAND = Errand("state", "nonce", "verifier")


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """A certified provider on this machine."""
    with serving(BACK) as issuer:
        yield issuer


def now() -> datetime:
    """Tell the time of the real provider."""
    return datetime.now(UTC)


def known_to(issuer: str, **changes: str) -> OpenIdIssuer:
    """Be registered there."""
    registered = {"issuer": issuer, "client_id": CLIENT, "client_secret": SECRET, "claim": "preferred_username"}
    return OpenIdIssuer(Registration(**{**registered, "back": BACK, **changes}))


def query_of(address: str) -> dict[str, str]:
    """Give the query with which a browser comes back."""
    return dict(parse_qsl(urlsplit(address).query))


def test_a_provider_vouches_for_who_signed_in_there(provider: str) -> None:
    """The whole flow: the name comes from the claim that is set, by the identity token or by asking further."""
    issuer = known_to(provider)
    address, errand = issuer.leave("/queue", now())
    assert "code_challenge_method=S256" in address
    assert issuer.come_back(errand, query_of(visit(address, "ann")), now()) == "ann"
    assert errand.way == "/queue"
    by_subject = known_to(provider, claim="sub")
    address, errand = by_subject.leave("/", now())
    assert by_subject.come_back(errand, query_of(visit(address, "bob")), now()) == "bob"


def test_an_answer_counts_once_and_for_its_errand(provider: str) -> None:
    """The code of another errand, another state, a second use, a wrong secret and a refusal prove nothing."""
    issuer = known_to(provider)
    address, errand = issuer.leave("/", now())
    _, other = issuer.leave("/", now())
    answer = query_of(visit(address, "ann"))
    for wrong in ({"state": "x"}, {"state": ""}, {"iss": "https://elsewhere.example"}, {"code": ""}, {"error": "no"}):
        with pytest.raises(NotProven):
            issuer.come_back(errand, {**answer, **wrong}, now())
    with pytest.raises(NotProven, match="the code"):
        issuer.come_back(other, {**answer, "state": other.state}, now())
    assert issuer.come_back(errand, answer, now()) == "ann"
    with pytest.raises(NotProven, match="the code"):
        issuer.come_back(errand, answer, now())
    stranger = known_to(provider, client_secret="guessed")
    address, errand = stranger.leave("/", now())
    with pytest.raises(NotProven, match="the code"):
        stranger.come_back(errand, query_of(visit(address, "ann")), now())


def test_a_provider_that_is_away_is_said_to_be_away() -> None:
    """Nobody at that address, and a provider that gives another name for itself."""
    with pytest.raises(IssuerAway):
        known_to("http://127.0.0.1:9").leave("/", NOW)
    with forger() as it, pytest.raises(IssuerAway, match="calls itself"):
        known_to(f"{it.issuer}/realm").leave("/", NOW)


def test_a_provider_that_is_away_is_left_alone_for_a_moment() -> None:
    """Anybody may ask to sign in there; if each waited for it, nobody else's work would get a turn."""
    with forger() as it:
        issuer, counts = known_to(f"{it.issuer}/realm"), []
        for seconds in (0, 1, 14, 15):
            with pytest.raises(IssuerAway):
                issuer.leave("/", NOW + timedelta(seconds=seconds))
            counts.append(len(it.asked))
    assert counts == [1, 1, 1, 2]


def test_a_provider_that_speaks_too_slowly_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """A letter at a time never takes long, and all of it may take for ever: there is a limit for the whole."""
    with forger() as it:
        it.pause = 0.01
        monkeypatch.setattr(openid, "ANSWER_SECONDS_MAX", 0.3)
        with pytest.raises(IssuerAway):
            known_to(it.issuer).leave("/", NOW)
    assert len(it.asked) == 1


KEY, OTHER_KEY = ECKey.generate_key("P-256", {"kid": "one"}), ECKey.generate_key("P-256", {"kid": "two"})


class Forger:
    """A provider that answers as a test wants."""

    def __init__(self, port: int) -> None:
        """Be honest at first."""
        self.issuer = f"http://127.0.0.1:{port}"
        self.keys = [KEY]
        self.userinfo: dict[str, Any] = {"sub": "42", "preferred_username": "ann"}
        self.token = self.made()
        self.asked: list[str] = []
        self.pause = 0.0

    def made(self, key: Any = KEY, alg: str = "ES256", **claims: object) -> str:  # noqa: ANN401  # any kind of key
        """Make an identity token, some claims changed; None leaves one out."""
        now = int(NOW.timestamp())
        honest = {"iss": self.issuer, "aud": CLIENT, "sub": "42", "nonce": "nonce", "iat": now, "exp": now + 300}
        body = {name: value for name, value in {**honest, **claims}.items() if value is not None}
        return jwt.encode({"alg": alg, "kid": key.kid}, body, key, algorithms=[alg])

    def answer(self, path: str) -> object:
        """Say what stands there."""
        self.asked.append(path)
        at = {f"{name}_endpoint": f"{self.issuer}/{name}" for name in ("authorization", "token", "userinfo")}
        return {
            "/realm/.well-known/openid-configuration": {"issuer": self.issuer},
            "/.well-known/openid-configuration": {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", **at},
            "/keys": {"keys": [key.as_dict(private=False) for key in self.keys]},
            "/token": {"access_token": "a", "token_type": "Bearer", "id_token": self.token},
            "/userinfo": self.userinfo,
        }[path]


@contextmanager
def forger() -> Iterator[Forger]:
    """Serve a forger."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            content = json.dumps(it.answer(self.path)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if not it.pause:
                self.wfile.write(content)
            with suppress(ConnectionError):
                for letter in content if it.pause else b"":
                    sleep(it.pause)
                    self.wfile.write(bytes([letter]))

        do_POST = do_GET  # noqa: N815  # the server's names

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        it = Forger(server.server_port)
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield it
        server.shutdown()


FORGED: dict[str, Callable[[Forger], str]] = {
    "made for another client": lambda it: it.made(aud="another"),
    "meant to be used by another": lambda it: it.made(aud=[CLIENT, "another"], azp="another"),
    "by another issuer": lambda it: it.made(iss="https://elsewhere.example"),
    "of another errand": lambda it: it.made(nonce="another"),
    "without an errand": lambda it: it.made(nonce=None),
    "over": lambda it: it.made(exp=int(NOW.timestamp()) - 120),
    "of the future": lambda it: it.made(iat=int(NOW.timestamp()) + 600, nbf=int(NOW.timestamp()) + 600),
    "of nobody": lambda it: it.made(sub=None),
    "signed by another": lambda it: it.made(ECKey.generate_key("P-256", {"kid": "one"})),
    "signed with a secret": lambda it: it.made(OctKey.import_key(SECRET * 2, {"kid": "one"}), "HS256"),
    "not signed": lambda it: it.made().rpartition(".")[0] + ".",
    "no token": lambda _: "",
}


@pytest.mark.parametrize("wrong", FORGED)
def test_an_identity_token_that_proves_nothing_is_refused(wrong: str) -> None:
    """Each rule of OpenID Connect Core 3.1.3.7, broken alone."""
    with forger() as it:
        issuer = known_to(it.issuer)
        assert issuer.come_back(ERRAND, {"state": "state", "code": "c"}, NOW) == "ann"
        it.token = FORGED[wrong](it)
        with pytest.raises(NotProven, match="the identity token"):
            issuer.come_back(ERRAND, {"state": "state", "code": "c"}, NOW)


def test_further_claims_count_only_for_the_same_subject() -> None:
    """And an account that is not named is nobody's."""
    with forger() as it:
        it.userinfo = {"sub": "43", "preferred_username": "leader"}
        with pytest.raises(NotProven, match="another subject"):
            known_to(it.issuer).come_back(ERRAND, {"state": "state", "code": "c"}, NOW)
        it.userinfo = {"sub": "42"}
        with pytest.raises(NotProven, match="gives no preferred_username"):
            known_to(it.issuer).come_back(ERRAND, {"state": "state", "code": "c"}, NOW)


def test_new_keys_are_asked_for_but_not_for_every_token() -> None:
    """An issuer changes its keys; a token that names one which nobody has makes no second question in the minute."""
    with forger() as it:
        issuer, answer = known_to(it.issuer), {"state": "state", "code": "c"}
        issuer.come_back(ERRAND, answer, NOW)
        it.keys, it.token = [KEY, OTHER_KEY], it.made(OTHER_KEY)
        with pytest.raises(NotProven):
            issuer.come_back(ERRAND, answer, NOW + timedelta(seconds=30))
        assert it.asked.count("/keys") == 1
        assert issuer.come_back(ERRAND, answer, NOW + timedelta(seconds=61)) == "ann"


def test_an_endless_answer_is_not_read_to_its_end() -> None:
    """A broken issuer must not fill our memory."""
    with forger() as it:
        it.userinfo = {"sub": "42", "filling": "x" * ANSWER_BYTES_MAX}
        with pytest.raises(IssuerAway, match="more than"):
            known_to(it.issuer).come_back(ERRAND, {"state": "state", "code": "c"}, NOW)
