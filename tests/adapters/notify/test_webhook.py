"""Webhooks against a real HTTP server: signed, never redirected, cut when slow, and never to an address inside."""

import hmac
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest

from adapters.notify.delivery import Delivery, Outcome
from adapters.notify.origins import OriginError, Origins, is_public
from adapters.notify.webhook import BODY_BYTES_MAX, Hook, WebhookSender, signature
from tests.adapters.notify.conftest import NAME, Certificate

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
SECRET = b"0123456789abcdef"
LOOPBACK = ["127.0.0.0/8"]


class Listener(BaseHTTPRequestHandler):
    """The other program: keeps what it gets and answers as its server is told."""

    server: "Receiver"

    def do_POST(self) -> None:
        """Keep headers and body, then answer."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        if 300 <= self.server.status < 400:
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Receiver(ThreadingHTTPServer):
    """A server on a free port of this machine."""

    daemon_threads = True

    def __init__(self, status: int = 200, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Listener)
        self.status = status
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True)


@contextmanager
def receiving(status: int = 200, context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Run the other program."""
    server = Receiver(status, context)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def raw(answer: bytes, pause_seconds: float) -> Iterator[int]:
    """Run a server that sends its answer byte by byte with pauses."""

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            request = b""
            while not request.endswith(b"}"):
                request += connection.recv(65_536)
            for number in range(len(answer)):
                try:
                    connection.sendall(answer[number : number + 1])
                except OSError:
                    return
                time.sleep(pause_seconds)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(5)


def hook(url: str, body: bytes = b'{"a": 1}', key: str = "01m84s0mr2s098y44b2xbnjz4x") -> Hook:
    """Return a hook for an address."""
    return Hook(key, url, "item.moved", body, SECRET)


def sent(port: int, seconds: float = 3.0, path: str = "/hooks?x=1", body: bytes = b'{"a": 1}') -> Delivery:
    """Send a hook to a port of this machine, whose addresses an administrator listed."""
    origins = Origins([f"http://127.0.0.1:{port}"], LOOPBACK)
    return WebhookSender(origins, lambda: NOW, answer_seconds_max=seconds).send(
        hook(f"http://127.0.0.1:{port}{path}", body)
    )


def test_a_hook_arrives_signed() -> None:
    """The receiver can check who sent it and when, with nothing but the secret."""
    with receiving() as server:
        assert sent(server.server_port) == Delivery.delivered()
        assert sent(server.server_port) == Delivery.delivered()
    (path, headers, body), (_, again, _) = server.got
    assert path == "/hooks?x=1"
    assert body == b'{"a": 1}'
    assert headers["Shenpi-Event"] == "item.moved"
    assert headers["Shenpi-Timestamp"] == str(int(NOW.timestamp()))
    expected = hmac.new(SECRET, headers["Shenpi-Timestamp"].encode() + b"." + body, sha256).hexdigest()
    assert headers["Shenpi-Signature"] == "v1=" + expected
    assert headers["Shenpi-Key"] == again["Shenpi-Key"] == "01m84s0mr2s098y44b2xbnjz4x"
    assert headers["Host"] == f"127.0.0.1:{server.server_port}"
    assert headers["Content-Type"] == "application/json"


def test_a_signature_covers_body_time_and_secret() -> None:
    """Changing any of the three gives another signature; a known value keeps receivers working."""
    first = signature(SECRET, 1_795_406_400, b"{}")
    assert first == "v1=" + hmac.new(SECRET, b"1795406400.{}", sha256).hexdigest()
    changed = [(SECRET[::-1], 1_795_406_400, b"{}"), (SECRET, 1_795_406_401, b"{}"), (SECRET, 1_795_406_400, b"{ }")]
    assert first not in {signature(*parts) for parts in changed}


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.DELIVERED),
        (204, Outcome.DELIVERED),
        (301, Outcome.REFUSED),
        (302, Outcome.REFUSED),
        (307, Outcome.REFUSED),
        (308, Outcome.REFUSED),
        (400, Outcome.REFUSED),
        (404, Outcome.REFUSED),
        (410, Outcome.REFUSED),
        (408, Outcome.RETRY),
        (429, Outcome.RETRY),
        (500, Outcome.RETRY),
        (503, Outcome.RETRY),
    ],
)
def test_statuses_are_told_apart_and_redirects_not_followed(status: int, outcome: Outcome) -> None:
    """Only 2xx is delivered; a redirect ends there, whatever it points to."""
    with receiving(status) as server:
        assert sent(server.server_port).outcome is outcome
    assert [path for path, _, _ in server.got] == ["/hooks?x=1"]


def test_a_server_that_is_away_is_tried_again() -> None:
    """Nobody listens: it may pass."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert sent(closed.getsockname()[1]).outcome is Outcome.RETRY


@pytest.mark.parametrize("answer", [b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200, b"", b"not HTTP at all\r\n\r\n"])
def test_a_slow_or_odd_server_holds_nobody(answer: bytes) -> None:
    """A server that drips its headers is cut after the time of the whole attempt, not of each step."""
    with raw(answer, 0.2) as port:
        started = time.monotonic()
        assert sent(port, seconds=1.0).outcome is Outcome.RETRY
        assert time.monotonic() - started < 4.0


def test_an_endless_body_is_not_read() -> None:
    """The status is enough: what follows it is left alone."""
    with raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + b"x" * 50, 0.0) as port:
        assert sent(port) == Delivery.delivered()


def test_what_is_too_big_or_unsigned_is_not_sent() -> None:
    """A huge body, a weak secret and names that cannot stand in a header are refused before anything is resolved."""
    sender = WebhookSender(Origins(["https://a.cn"], resolve=lambda _host, _port: pytest.fail("resolved")), lambda: NOW)
    weak = Hook("k", "https://a.cn/", "e", b"", b"short")
    for bad in (hook("https://a.cn/", bytes(BODY_BYTES_MAX + 1)), hook("https://a.cn/", key="a\r\nX: y"), weak):
        assert sender.send(bad).outcome is Outcome.REFUSED
    assert "0123456789abcdef" not in repr(hook("https://a.cn/"))


def test_the_name_is_resolved_once_and_the_judged_address_is_used() -> None:
    """A name that changes its address between the check and the connection (DNS rebinding) gains nothing."""
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    with receiving() as server:
        origin = f"http://{NAME}:{server.server_port}"
        sender = WebhookSender(Origins([origin], LOOPBACK, resolve), lambda: NOW)
        assert sender.send(hook(f"{origin}/x")) == Delivery.delivered()
    assert asked == [NAME]
    assert server.got[0][1]["Host"] == f"{NAME}:{server.server_port}"


def test_one_private_address_among_public_ones_refuses_all() -> None:
    """A name that stands for both is not tried with the good half."""
    origins = Origins(["https://hooks.example.gov.cn"], resolve=lambda _host, _port: ["93.184.216.34", "10.0.0.1"])
    delivery = WebhookSender(origins, lambda: NOW).send(hook("https://hooks.example.gov.cn/x"))
    assert delivery.outcome is Outcome.REFUSED
    assert "10.0.0.1" in delivery.reason


def test_the_next_address_is_tried_when_one_is_away() -> None:
    """A host with two addresses is reached over the second when nobody listens on the first."""
    with receiving() as server:
        origin = f"http://{NAME}:{server.server_port}"
        origins = Origins([origin], LOOPBACK, lambda _host, _port: ["127.0.0.2", "127.0.0.1"])
        assert WebhookSender(origins, lambda: NOW).send(hook(f"{origin}/x")) == Delivery.delivered()


def test_a_name_that_cannot_be_resolved_is_tried_again() -> None:
    """The name server may be away."""

    def away(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    sender = WebhookSender(Origins(["https://a.cn"], resolve=away), lambda: NOW)
    assert sender.send(hook("https://a.cn/")).outcome is Outcome.RETRY


def test_the_certificate_must_be_the_names(certificate: Certificate) -> None:
    """Over TLS the connection goes to the judged number but the certificate is checked for the name."""
    trusting = ssl.create_default_context(cafile=certificate.file)
    with receiving(context=certificate.server_context()) as server:

        def outcome(name: str, context: ssl.SSLContext | None) -> Delivery:
            origin = f"https://{name}:{server.server_port}"
            origins = Origins([origin], LOOPBACK, lambda _host, _port: ["127.0.0.1"])
            return WebhookSender(origins, lambda: NOW, context).send(hook(f"{origin}/x"))

        assert outcome(NAME, trusting) == Delivery.delivered()
        assert "CERTIFICATE_VERIFY_FAILED" in outcome(NAME, None).reason
        assert "Hostname mismatch" in outcome("other.shenpi.test", trusting).reason
    assert len(server.got) == 1


INSIDE = [
    *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1"),
    *("169.254.169.254", "169.254.0.1", "100.64.0.1", "100.100.100.200", "192.0.0.1", "192.0.2.1", "198.18.0.1"),
    *("198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("::1", "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "fe80::1"),
    *("fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::"),
    *("2002:a00:1::1", "2001::7f00:1", "2001:db8::1", "::ffff:0:127.0.0.1", "100::1"),
]
ODD = [
    *("http://2130706433/", "http://0x7f000001/", "http://017700000001/", "http://0177.0.0.1/", "http://0x7f.1/"),
    *("http://127.1/", "http://127.0.1/", "http://0/", "http://localhost/", "http://[::1]/", "http://[::ffff:7f00:1]/"),
]
MALFORMED = [
    *("http://hooks.example.gov.cn@127.0.0.1/", "http://127.0.0.1#@hooks.example.gov.cn/", "http://a:b@127.0.0.1/"),
    *("https://hooks.example.gov.cn\\@127.0.0.1/", "https://hooks.example.gov.cn%2f@127.0.0.1/", "//127.0.0.1/"),
    *("https://hooks.example.gov.cn:443:80/", "https://hooks.example.gov.cn:/", "https://hooks.example.gov.cn:99999/"),
    *("https://hooks.example.gov.cn:0/", "https://hooks.example.gov.cn./", "https://.hooks.example.gov.cn/"),
    *("HTTPS://hooks.example.gov.cn/", "https://Hooks.example.gov.cn/", "https:/hooks.example.gov.cn/", "https://"),
    *("file:///etc/passwd", "gopher://127.0.0.1:6379/_FLUSHALL", "ftp://hooks.example.gov.cn/", "javascript:alert(1)"),
    *("https://hooks.example.gov.cn/\r\nX: y", "https://hooks.example.gov.cn/ x", "\thttps://hooks.example.gov.cn/"),
    *("https://hooks.example.gov.cn\x00.evil.cn/", "https://①②⑦.⓪.⓪.①/", "https://hooks。example.gov.cn/"),
    *(
        "https://ｈooks.example.gov.cn/",
        "https://[fe80::1%25eth0]/",
        "https://[::1/",
        "https://hooks.example.gov.cn/#x",
    ),
    *("https://hooks.example.gov.cn.evil.cn/", "https://evil.cn/hooks.example.gov.cn", "http://hooks.example.gov.cn/"),
    *("https://hooks.example.gov.cn:8443/", "https://sub.hooks.example.gov.cn/", "", "x" * 3_000),
]


@pytest.mark.parametrize("address", INSIDE)
def test_no_listed_name_reaches_an_address_inside(address: str) -> None:
    """A listed name that stands for a local, private or special address is refused and nothing is sent."""
    origins = Origins(["https://hooks.example.gov.cn"], resolve=lambda _host, _port: [address])
    delivery = WebhookSender(origins, lambda: NOW).send(hook("https://hooks.example.gov.cn/x"))
    assert delivery.outcome is Outcome.REFUSED
    assert "not a public address" in delivery.reason


@pytest.mark.parametrize("url", ODD)
def test_no_way_to_write_this_machine_gets_through(url: str) -> None:
    """Even listed, and resolved by this machine's own resolver, a number for this machine is refused."""
    delivery = WebhookSender(Origins([url]), lambda: NOW).send(hook(url))
    assert delivery.outcome is Outcome.REFUSED
    assert "not a public address" in delivery.reason


@pytest.mark.parametrize("url", MALFORMED)
def test_only_the_listed_origin_written_plainly_gets_through(url: str) -> None:
    """Users, escapes, other schemes, ports, subdomains, odd letters and control characters are refused unresolved."""
    origins = Origins(["https://hooks.example.gov.cn"], resolve=lambda _host, _port: pytest.fail("resolved"))
    assert WebhookSender(origins, lambda: NOW).send(hook(url)).outcome is Outcome.REFUSED


def test_there_are_enough_vectors() -> None:
    """The three lists together are more than the sixty of the security plan."""
    assert len(INSIDE) + len(ODD) + len(MALFORMED) >= 60
    assert len({*INSIDE, *ODD, *MALFORMED}) == len(INSIDE) + len(ODD) + len(MALFORMED)


def test_listed_networks_inside_are_reached() -> None:
    """A county's own receiver in a listed private network is fine, also written as an IPv6-mapped address."""
    for address in ("10.20.1.1", "::ffff:10.20.1.1"):
        origins = Origins(["http://oa.county.lan:8080"], ["10.20.0.0/16"], lambda _host, _port, at=address: [at])  # type: ignore[misc]  # a default that binds
        assert origins.judged("http://oa.county.lan:8080/x").addresses == (ip_address(address),)
    with pytest.raises(OriginError, match="not a public address"):
        Origins(["http://oa.county.lan:8080"], ["10.20.0.0/16"], lambda _host, _port: ["10.21.0.1"]).judged(
            "http://oa.county.lan:8080/x"
        )


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "1.1.1.1"])
def test_public_addresses_are_public(address: str) -> None:
    """Ordinary addresses of the network are reached."""
    assert is_public(ip_address(address))


@pytest.mark.parametrize("origin", ["https://a.cn/path", "a.cn", "https://*.a.cn", "https://a.cn:0", ""])
def test_lists_hold_exact_origins_only(origin: str) -> None:
    """A path, a pattern or a bare name on the list is a mistake that is named at once."""
    with pytest.raises(OriginError):
        Origins([origin])


def test_lists_hold_networks_only() -> None:
    """A network that is none is a mistake that is named at once."""
    with pytest.raises(ValueError, match=r"10\.20"):
        Origins([], ["10.20"])
