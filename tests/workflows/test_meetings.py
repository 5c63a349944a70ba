"""A meeting decides on several items at once; each goes on by its decision, as it stood when it was decided on."""

from typing import Any

import pytest

from tests.workflows.money.desk import FILE, actions_of
from tests.workflows.money.spending import Ready, accept

LIMIT_FEN = 10_000_00
MEMBERS = ("secretary", "mayor", "deputy", "discipline", "organisation")


@pytest.fixture
def ready() -> Ready:
    """A contract being performed, its first milestone accepted; from 10,000 yuan on a meeting decides on payments."""
    ready = Ready()
    accept(ready.desk, ready.contract, "M1")
    ready.desk.rule("funds.payment.single_person_max_fen", LIMIT_FEN)
    ready.desk.rule("meetings_entered_until", None)
    return ready


def asked(ready: Ready, amount: int, number: str) -> str:
    """Ask for a payment, up to where the township decides."""
    code, desk = ready.ask("M1", amount, number), ready.desk
    desk.act(code, "dan", "certify")
    desk.save(code, "fin", verification=[FILE])
    assert desk.act(code, "fin", "pass") == "twp_approve"
    return code


def held(ready: Ready, *items: str) -> str:
    """Hold the township's joint meeting about payments; gives its code."""
    desk = ready.desk
    code = desk.start("meeting", "dan", name="the sixth meeting")
    agenda = [{"item": item, "matter": "payment"} for item in items]
    members = [{"member": name} for name in MEMBERS]
    assert desk.act(code, "dan", "hold", held_on=desk.day(), agenda=agenda, members=members) == "recording"
    return code


def record(*decided: tuple[str, int, int], recused: tuple[str, ...] = ()) -> dict[str, Any]:
    """Fill in who was there, and of each item the votes for and against; the deputy is recused from some."""
    return {
        "members": [
            {"member": name, "attendance": "present" if name != "organisation" else "absent"} for name in MEMBERS
        ],
        "recusals": [{"item": item, "member": "deputy", "reason": "a relative of the supplier"} for item in recused],
        "decisions": [
            {
                "item": item,
                "matter": "payment",
                "in_favour": yes,
                "against": no,
                "abstained": 0,
                "result": "approved" if yes > no else "refused",
                "resolution": "as voted",
            }
            for item, yes, no in decided
        ],
        "attendance_sheet": FILE,
        "minutes": [FILE],
    }


def test_one_meeting_decides_many_items(ready: Ready) -> None:
    """What was approved goes on, what was refused does not; the day of the meeting is that of its minutes (INV-17)."""
    desk = ready.desk
    first, second = asked(ready, 12_000_00, "1"), asked(ready, 11_000_00, "2")
    assert desk.refused(first, "leo", "approve") == {"meeting.not_named"}
    meeting = held(ready, first, second)
    assert [row["amount"] for row in rows(ready, meeting, "agenda")] == [12_000_00, 11_000_00]
    assert desk.refused(meeting, "dan", "submit", **record((first, 4, 0))) == {"meeting.undecided"}
    told = record((first, 3, 0), (second, 1, 3), recused=(first,))
    assert desk.act(meeting, "dan", "submit", **told) == "confirming"
    assert desk.refused(first, "leo", "approve", meeting=meeting) == {"meeting.not_recorded"}
    assert desk.act(meeting, "may", "confirm") == "recorded"
    assert desk.refused(second, "leo", "approve", meeting=meeting) == {"meeting.not_approved"}
    assert desk.act(first, "leo", "approve", meeting=meeting) == "fin_pay_check"
    assert desk.back(second, "leo", "refuse") == "refused"


def test_another_amount_goes_before_a_meeting_again(ready: Ready) -> None:
    """A meeting decides on an amount, not on whatever the item comes to ask for."""
    desk = ready.desk
    code = asked(ready, 12_000_00, "1")
    meeting = held(ready, code)
    desk.act(meeting, "dan", "submit", **record((code, 4, 0)))
    desk.act(meeting, "may", "confirm")
    desk.act(code, "leo", "approve", meeting=meeting)
    desk.back(code, "pay", "return")
    share = {**rows(ready, code, "shares")[0], "amount": 13_000_00}
    bill = {**rows(ready, code, "invoices")[0], "number": "3", "face": 13_000_00, "used": 13_000_00}
    desk.act(code, "pam", "submit", shares=[share], invoices=[bill])
    desk.act(code, "dan", "certify")
    desk.act(code, "fin", "pass")
    assert desk.refused(code, "leo", "approve") == {"meeting.other_amount"}


def test_every_way_of_a_meeting(ready: Ready) -> None:
    """Cancelled, adjourned for want of a quorum, sent back by the chair, recorded."""
    desk = ready.desk
    code = asked(ready, 12_000_00, "1")
    never = desk.start("meeting", "dan", name="the fifth meeting")
    assert desk.refused(never, "dan", "hold", held_on=desk.day(1), agenda=[], members=[]) >= {"meeting.future"}
    assert desk.act(never, "dan", "cancel", "nobody can come") == "cancelled"
    meeting = held(ready, code)
    few = record((code, 2, 0)) | {"members": [{"member": name, "attendance": "absent"} for name in MEMBERS]}
    assert "meeting.no_quorum" in desk.refused(meeting, "dan", "submit", **few)
    assert desk.act(meeting, "dan", "adjourn", "two of five only") == "convened"
    desk.act(meeting, "dan", "hold", held_on=desk.day())
    desk.act(meeting, "dan", "submit", **record((code, 4, 0)))
    assert desk.act(meeting, "may", "return", "the minutes lack a page") == "recording"
    desk.act(meeting, "dan", "submit")
    desk.act(meeting, "may", "confirm")
    assert desk.taken("meeting") == actions_of("meeting")
    county = desk.start("meeting", "lea", unit="QH", name="the lead group")
    assert (desk.case(county).data["body"], desk.case(meeting).data["body"]) == ("lead_group", "township")
    assert desk.refused_start("meeting", "sue", unit="X10") != set()


def rows(ready: Ready, code: str, table: str) -> list[dict[str, Any]]:
    """Give the rows of a table."""
    found: Any = ready.desk.case(code).data[table]
    return list(found)
