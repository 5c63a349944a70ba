"""Counts, deeds and notices: only of what one may see, and without what nobody may know yet."""

from typing import Any

from tests.service.conftest import Desk


def test_the_funnel_counts_what_one_sees(desk: Desk) -> None:
    """Along the phases, with late items."""
    ann, bob, rita = (desk.sign_in(name) for name in ("ann", "bob", "rita"))
    ann.start()
    ann.act(ann.start(), "submit")
    bob.act(bob.start(), "submit")
    desk.clock.advance(days=30)
    desk.assembly.signing_in.sessions.sweep(desk.clock.now())
    rita, ann = desk.sign_in("rita"), desk.sign_in("ann")
    stats = rita.get("/stats", headers={"Accept-Language": "en"}).json()
    counts = {
        state["state"]: state["count"]
        for phase in stats["funnels"][0]["phases"]
        for state in phase["states"]
        if state["count"]
    }
    assert (counts, stats["unfinished"], stats["late"]) == ({"draft": 1, "review": 2}, 3, 2)
    assert ann.get("/stats").json()["unfinished"] == 2


def test_deeds_are_found_by_person_time_and_definition(desk: Desk) -> None:
    """Each with its place in the chain of hashes; outside one's scope there is nothing."""
    ann, audrey, bob = (desk.sign_in(name) for name in ("ann", "audrey", "bob"))
    item = ann.act(ann.start(), "submit")
    deeds = audrey.get("/audit").json()["deeds"]
    assert [(deed["seq"], deed["command"], deed["actor"]["id"]) for deed in deeds] == [
        (2, "Act", "ann"),
        (1, "Start", "ann"),
    ]
    assert len({deed["hash"] for deed in deeds}) == 2
    assert deeds[0]["item_id"] == item["id"]
    none: list[dict[str, Any]] = [{"actor": "bob"}, {"definition": "other"}, {"from": "2027-01-01T00:00:00Z"}]
    for params in none:
        assert audrey.get("/audit", params=params).json()["deeds"] == [], params
    assert audrey.get("/audit", params={"limit": 1}).json()["next"]
    for bad in ({"from": "2026-01-01T00:00:00"}, {"from": "x"}, {"until": "9" * 40}):
        assert audrey.get("/audit", params=bad).status_code == 400, bad
    assert bob.get("/audit").status_code == 403


def test_who_reads_the_log_does_not_read_the_files(desk: Desk) -> None:
    """The administrator of audit sees that something was done, not what was written; nobody sees votes."""
    ann, rita, eva = (desk.sign_in(name) for name in ("ann", "rita", "eva"))
    item = rita.act(ann.act(ann.start(name="canary"), "submit"), "pass", {"panel": ["eva", "eli"]})
    eva.act(item, "object", comment="kestrel")
    log, audit = (desk.sign_in(name).get("/audit").text for name in ("auden", "audrey"))
    assert ("canary" in log, "canary" in audit) == (False, True)
    assert "kestrel" not in log + audit
    assert '"Voted"' in log
    assert "object" not in log + audit


def test_one_has_no_notices_but_ones_own(desk: Desk) -> None:
    """None yet; marking those of others as read marks nothing."""
    ann = desk.sign_in("ann")
    assert ann.get("/me/notices").json() == {"notices": [], "next": None, "unread": 0}
    assert ann.post("/me/notices/read", {"until": "zzz"}).json() == {"marked": 0}
