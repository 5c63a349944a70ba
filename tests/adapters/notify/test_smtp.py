"""Mail against a real SMTP server: what arrives, what is refused for good, what is tried again."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from adapters.notify.delivery import REASON_LENGTH_MAX, Delivery, Outcome
from adapters.notify.letter import SUBJECT_LENGTH_MAX, TEXT_LENGTH_MAX, Mail, message, plain_address, text_body
from adapters.notify.smtp import SmtpMailer, SmtpSettings, Tls
from tests.adapters.notify.conftest import Certificate

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
MAIL = Mail(
    "01m84s0mr2s098y44b2xbnjz4x",
    "wang.fang@example.gov.cn",
    "待办:柳溪镇一体化平台升级项目",
    ("王芳您好:\n请于 11月30日 17:30 前初审。", "<b>1 & 2</b>"),
    link=("打开办件", "https://shenpi.example.gov.cn/items/1?a=1&b=2"),
)


class Box:
    """The server's side: keeps what arrives and answers as it is told."""

    def __init__(self, recipient: str = "250 OK", data: str = "250 OK", sender: str = "250 OK") -> None:
        self.answers = {"recipient": recipient, "data": data, "sender": sender}
        self.arrived: list[bytes] = []

    async def handle_MAIL(  # noqa: N802  # the server's name for it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer MAIL FROM."""
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.answers["sender"]

    async def handle_RCPT(  # noqa: N802  # the server's name for it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Answer RCPT TO."""
        if self.answers["recipient"].startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answers["recipient"]

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # as above
        """Keep the message and answer DATA."""
        self.arrived.append(cast("bytes", envelope.content))
        return self.answers["data"]

    def letter(self) -> EmailMessage:
        """Return the only message that arrived."""
        (content,) = self.arrived
        return message_from_bytes(content, policy=default)


class AnyPort(Controller):
    """A server on a free port, which it learns when it listens."""

    def __init__(self, box: Box, **options: Any) -> None:  # noqa: ANN401  # the server's own options
        super().__init__(box, hostname="127.0.0.1", port=0, **options)

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # theirs


@contextmanager
def serving(box: Box, **options: Any) -> Iterator[int]:  # noqa: ANN401  # the server's own options
    """Run a server on a free port of this machine."""
    controller = AnyPort(box, **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def mailer(port: int, **changes: Any) -> SmtpMailer:  # noqa: ANN401  # any setting
    """Return a mailer for a server on this machine."""
    plain: dict[str, Any] = {"sender": "shenpi@example.gov.cn", "sender_name": "审批系统", "tls": Tls.NONE}
    settings = SmtpSettings("127.0.0.1", port, **{**plain, "timeout_seconds": 3.0, **changes})
    return SmtpMailer(settings, lambda: NOW)


def sent(box: Box, mail: Mail = MAIL, **changes: Any) -> Delivery:  # noqa: ANN401  # any setting
    """Send a mail to a server that answers like the box."""
    with serving(box) as port:
        return mailer(port, **changes).send(mail)


def parts(letter: EmailMessage) -> tuple[str, str]:
    """Return the text and the HTML of a message."""
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text
    assert html
    return text.get_content().replace("\r\n", "\n"), html.get_content().replace("\r\n", "\n")


def test_a_chinese_mail_arrives_whole() -> None:
    """Subject, names, text, HTML, language and date arrive as they were written."""
    box = Box()
    assert sent(box) == Delivery(Outcome.DELIVERED)
    letter = box.letter()
    text, html = parts(letter)
    assert letter["Subject"] == MAIL.subject
    assert letter["From"] == "审批系统 <shenpi@example.gov.cn>"
    assert letter["To"] == "wang.fang@example.gov.cn"
    assert letter["Date"].datetime == NOW
    assert letter["Content-Language"] == "zh-CN"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert (
        text
        == "王芳您好:\n请于 11月30日 17:30 前初审。\n\n<b>1 & 2</b>\n\n打开办件\nhttps://shenpi.example.gov.cn/items/1?a=1&b=2\n"
    )
    assert '<html lang="zh-CN">' in html
    assert "王芳您好:<br>请于" in html
    assert "&lt;b&gt;1 &amp; 2&lt;/b&gt;" in html
    assert '<a href="https://shenpi.example.gov.cn/items/1?a=1&amp;b=2">打开办件</a>' in html


def test_every_attempt_bears_the_same_message_id() -> None:
    """Two attempts of one message can be told to be one; another message has another id."""
    ids = []
    for key in ("one", "one", "two"):
        box = Box()
        sent(box, Mail(key, MAIL.recipient, "x", ("y",), "en"))
        ids.append(box.letter()["Message-ID"])
    assert ids == ["<one@example.gov.cn>", "<one@example.gov.cn>", "<two@example.gov.cn>"]


@pytest.mark.parametrize(
    "evil",
    [
        "x\r\nBcc: thief@evil.example",
        "x\nBcc: thief@evil.example",
        "x\rBcc: thief@evil.example",
        "x\r\n\r\nbody",
        "x\u2028Bcc: thief@evil.example",
        "x\x0bBcc: thief@evil.example",
        "x\x85Bcc: thief@evil.example",
        "=?utf-8?q?x=0d=0aBcc:_thief@evil.example?=",
        "x\x00y",
        "x" * 5_000,
        "审" * 5_000,
        "\ud800",
    ],
)
def test_headers_cannot_be_injected(evil: str) -> None:
    """Line ends in a subject or a name stay text: no header more, one recipient, one body."""
    letter = message(Mail("k", "a@b.cn", evil, ("y",)), "s@b.cn", evil, NOW)
    names = [name.lower() for name in message_from_bytes(letter.as_bytes(), policy=default)]
    assert names.count("bcc") == 0
    assert sorted(names) == sorted({*names})
    assert len(letter["Subject"]) <= SUBJECT_LENGTH_MAX


@pytest.mark.parametrize(
    "address",
    [
        "", "x", "@b.cn", "a@", "a b@c.cn",
        "a@b.cn, c@d.cn", "a@b.cn\r\nRCPT TO:<c@d.cn>", "<a@b.cn>", "a@b.cn>",
        "A <a@b.cn>", "a@b@c.cn", '"a b"@c.cn', "a@[127.0.0.1]", "a..b@c.cn",
        ".a@c.cn", "张@c.cn", "a@-b.cn", "a" * 250 + "@b.cn",
        "a@b..cn", "a@b.cn;c@d.cn", "a@\ud800.cn",
    ],
)  # fmt: skip
def test_what_is_not_one_address_is_refused_for_good(address: str) -> None:
    """Lists, commands, names and broken addresses never reach the server."""
    box = Box()
    delivery = sent(box, Mail("k", address, "x", ("y",)))
    assert delivery.outcome is Outcome.REFUSED
    assert "is not one e-mail address" in delivery.reason
    assert box.arrived == []


def test_a_chinese_domain_travels_in_ascii() -> None:
    """The domain of a Chinese mail system is written as servers know it."""
    assert plain_address("wang@政务.cn") == "wang@xn--zfr164b.cn"


@pytest.mark.parametrize("key", ["", "a b", "a>\r\nX: y", "k" * 101, "审"])
def test_a_key_that_cannot_be_an_id_is_refused(key: str) -> None:
    """Only plain keys stand in the Message-ID."""
    assert sent(Box(), Mail(key, MAIL.recipient, "x", ("y",))).outcome is Outcome.REFUSED


@pytest.mark.parametrize("stage", ["sender", "recipient", "data"])
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("550 5.1.1 unknown user", Outcome.REFUSED),
        ("554 5.7.1 spam", Outcome.REFUSED),
        ("552 5.2.2 mailbox full", Outcome.REFUSED),
        ("530 5.7.0 log in first", Outcome.RETRY),
        ("451 4.3.0 try later", Outcome.RETRY),
        ("421 4.3.2 shutting down", Outcome.RETRY),
    ],
)
def test_answers_at_every_stage_are_told_apart(stage: str, answer: str, outcome: Outcome) -> None:
    """5xx to the message is for good; 4xx, and a login that is wanted, may pass. The answer is the reason."""
    delivery = sent(Box(**{stage: answer}))
    assert delivery.outcome is outcome
    assert delivery.reason == answer


def test_a_server_that_is_away_or_silent_is_tried_again() -> None:
    """No connection, no greeting in time, a connection cut at once: all may pass."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert mailer(closed.getsockname()[1]).send(MAIL).outcome is Outcome.RETRY
    with socket.create_server(("127.0.0.1", 0)) as silent:
        delivery = mailer(silent.getsockname()[1], timeout_seconds=0.3).send(MAIL)
    assert delivery.outcome is Outcome.RETRY
    assert "timed out" in delivery.reason


def test_an_accepted_mail_is_delivered_even_if_the_goodbye_fails() -> None:
    """After the server took the message, a lost connection must not send it again."""

    class Rude(SMTP):
        async def smtp_QUIT(self, _arg: str) -> None:  # noqa: N802  # the server's name for it
            """Hang up instead of answering."""
            self.transport.close()

    class Rudely(AnyPort):
        def factory(self) -> SMTP:
            """Return the server that hangs up."""
            return Rude(self.handler)

    box = Box()
    controller = Rudely(box)
    controller.start()
    try:
        assert mailer(controller.port).send(MAIL) == Delivery.delivered()
    finally:
        controller.stop()
    assert len(box.arrived) == 1


def accepted(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object) -> AuthResult:
    """Let in one user with one password."""
    assert isinstance(data, LoginPassword)
    return AuthResult(handled=False, success=data == LoginPassword(b"shenpi", b"s3cret-7"))


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.TLS])
def test_login_over_a_protected_connection(certificate: Certificate, tls: Tls) -> None:
    """Both ways of TLS, the server's certificate checked, user and password accepted."""
    box = Box()
    context = certificate.server_context()
    way: dict[str, Any] = (
        {"tls_context": context, "require_starttls": True} if tls is Tls.STARTTLS else {"ssl_context": context}
    )
    settings = {"tls": tls, "user": "shenpi", "password": "s3cret-7", "ca_file": str(certificate.file)}
    auth = {"authenticator": accepted, "auth_require_tls": tls is Tls.STARTTLS}
    with serving(box, **way, **auth) as port:
        secure = SmtpSettings("localhost", port, "shenpi@example.gov.cn", timeout_seconds=5, **cast("Any", settings))
        assert SmtpMailer(secure, lambda: NOW).send(MAIL) == Delivery.delivered()
    assert len(box.arrived) == 1


def test_a_wrong_password_waits_for_the_administrator_and_is_not_shown() -> None:
    """A failed login is a matter of the set-up: the mail is kept, and the password is in no reason."""
    with serving(Box(), authenticator=accepted, auth_require_tls=False) as port:
        delivery = mailer(port, user="shenpi", password="geheim-99").send(MAIL)
    assert delivery.outcome is Outcome.RETRY
    assert delivery.reason.startswith("535")
    assert "geheim-99" not in delivery.reason
    assert "geheim-99" not in repr(SmtpSettings("h", 25, "a@b.cn", password="geheim-99"))


def test_protection_is_never_left_out() -> None:
    """A server without STARTTLS gets nothing when STARTTLS is set."""
    box = Box()
    delivery = sent(box, tls=Tls.STARTTLS)
    assert delivery.outcome is Outcome.RETRY
    assert "STARTTLS" in delivery.reason
    assert box.arrived == []


def test_a_server_nobody_vouches_for_gets_nothing(certificate: Certificate) -> None:
    """An unknown certificate, or one of another name, ends the attempt before a word of the mail."""
    box = Box()
    with serving(box, ssl_context=certificate.server_context()) as port:
        unknown = mailer(port, tls=Tls.TLS).send(MAIL)
        other_name = mailer(port, tls=Tls.TLS, ca_file=str(certificate.file)).send(MAIL)
    assert unknown.outcome is other_name.outcome is Outcome.RETRY
    assert "CERTIFICATE_VERIFY_FAILED" in unknown.reason
    assert "IP address mismatch" in other_name.reason
    assert box.arrived == []


def test_long_bodies_are_cut_and_controls_removed() -> None:
    """A body of a megabyte is cut; control characters do not travel."""
    mail = Mail("k", "a@b.cn", "x", ("长" * 1_000_000, "y"))
    assert len(text_body(mail)) == TEXT_LENGTH_MAX + 1
    assert text_body(Mail("k", "a@b.cn", "x", ("a\x00\x1bb\r\nc",))) == "ab\nc\n"


def test_a_reason_is_one_short_line() -> None:
    """The other side's words cannot break a log line or fill a page."""
    delivery = Delivery.retry("a\r\nb\x1b[31m" + "x" * 5_000)
    assert delivery.reason.startswith("a b [31mx")
    assert len(delivery.reason) == REASON_LENGTH_MAX
