"""Items over HTTP: the whole way of one, and every way in which it is refused."""

from tests.service.conftest import Desk


def test_an_item_goes_all_the_way(desk: Desk) -> None:
    """Opened, submitted, passed, voted on and closed, each answer telling the next revision."""
    ann, rita, eva, eli = (desk.sign_in(name) for name in ("ann", "rita", "eva", "eli"))
    started = ann.start()
    assert (started["state"], started["revision"], started["code"]) == ("draft", 1, "QH-2026-0001")
    submitted = ann.act(started, "submit")
    assert (submitted["state"], submitted["revision"]) == ("review", 2)
    passed = rita.act(submitted, "pass", {"panel": ["eva", "eli"]})
    assert passed["state"] == "panel"
    voted = eva.act(passed, "agree", {"points": 80})
    assert voted["state"] == "panel"
    closed = eli.act(voted, "agree")
    assert closed["state"] == "dug"
    item = ann.get(f"/items/{started['id']}").json()
    assert (item["state"]["title"], item["closed_at"] is not None, item["tasks"]) == ("已立项", True, [])
