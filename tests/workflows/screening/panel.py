"""A county's experts, and a panel that is drawn, accepts and declares."""

from typing import Any

from tests.workflows.money.desk import CODE, Desk

SPECIALTIES = ("software", "software", "finance", "finance", "business", "business", "data", "security", "network")
EXPERTS = [
    {"expert": f"ex{number}", "specialty": specialty, "employer": f"institute {number}"}
    for number, specialty in enumerate(SPECIALTIES, 1)
]
STRICT: dict[str, Any] = {"reviews_entered_until": None, "screening.experts": EXPERTS}
NO_RELATION: dict[str, Any] = {
    **dict.fromkeys(("employed", "shareholder", "kin", "joint_work", "other_interest"), "no"),
    "confidential": True,
}


def drawn(desk: Desk, word: str = "dice 3 5", project: str = CODE) -> tuple[str, str]:
    """Start the next seat and draw for it; gives its code and who was drawn."""
    code = desk.start("expert-panel", "rex", project=project)
    return code, desk.draw(code, "rex", word)


def active(desk: Desk, word: str = "dice 3 5", project: str = CODE) -> tuple[str, str]:
    """Bring the next seat to its review."""
    code, expert = drawn(desk, word, project)
    desk.act(code, expert, "accept")
    desk.save(code, expert, **NO_RELATION)
    assert desk.act(code, expert, "clear") == "active"
    return code, expert


def opined(desk: Desk, project: str = CODE) -> tuple[str, str]:
    """Bring the next seat of a study's panel to its signature."""
    code, expert = active(desk, project=project)
    desk.save(code, expert, opinion="the route is proven and the costs are fair", position="agrees")
    assert desk.act(code, expert, "sign") == "signed"
    return code, expert
