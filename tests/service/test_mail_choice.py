"""Which mails people get is theirs to choose; what they are told inside the product is not affected."""

from collections.abc import Callable
from datetime import time

from service.jobs.digest import Digest
from service.jobs.heartbeat import post_office
from tests.service.conftest import Desk
from tests.service.test_jobs import SENDER, Mailbox, drained, in_review, mail_server, notices_of

__all__ = ["mail_server"]  # a fixture


def test_mails_are_for_who_wants_them(open_desk: Callable[..., Desk], mail_server: tuple[Mailbox, str]) -> None:
    """Rita wants the digest only, Rob none; both find their notice when they sign in."""
    mailbox, url = mail_server
    desk = open_desk(smtp_url=url, mail_from=SENDER)
    rita, rob = desk.sign_in("rita"), desk.sign_in("rob")
    assert rita.get("/me/preferences").json() == {"mail": "each"}
    assert rita.ask("PUT", "/me/preferences", json={"mail": "digest"}).json() == {"mail": "digest"}
    rob.ask("PUT", "/me/preferences", json={"mail": "never"})
    assert rob.ask("PUT", "/me/preferences", json={"mail": "often"}).status_code == 400
    in_review(desk)
    drained(post_office(desk.assembly))
    assert mailbox.letters == []
    assert [len(notices_of(desk, name)) for name in ("rita", "rob")] == [1, 1]
    desk.clock.advance(days=1)
    assert Digest(desk.assembly, time(8)).write() == 1
    drained(post_office(desk.assembly))
    assert [str(letter["To"]) for letter in mailbox.letters] == ["rita@example.org"]
