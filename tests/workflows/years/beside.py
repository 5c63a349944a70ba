"""What stands beside the simulated projects: objections, audits, evaluations; money waits for the first two."""

from pathlib import Path
from random import Random

from adapters.shipped import role_codes
from engine.case import Case
from engine.guards import Entry, GuardBook
from engine.loading import load as read
from engine.process import Process, compile_process
from engine.refusal import Refusal
from engine.situation import Situation
from workflows.guards.reading import Reasons

SOURCE, MATTER = Path(__file__).with_name("matter.yaml"), "simulated-matter"
LOOKS = {"objection": "cty_head", "audit": "audit", "evaluation": "fin_perf"}
"""Who looks into each kind."""

ARISES = {"building": ("objection", 5), "settling": ("audit", 11), "closed": ("evaluation", 7)}
"""What comes up when a project comes to a state, and beside which of `EVERY` projects."""

EVERY, ASKED_AGAIN = 16, 0.10

BLOCKING = ("objection", "audit")


def matters_over(it: Situation) -> Reasons:
    """No objection to a project and no audit of it is open when it is settled."""
    beside = it.facts.peers(MATTER, "project", it.case.code)
    if any(one.data["kind"] in BLOCKING and one.state != "closed" for one in beside):
        yield Refusal("objection.open")


GUARDS = (Entry("matters_over", lambda it, _: matters_over(it), {}, "no objection and no audit is open"),)


def process(book: GuardBook) -> Process:
    """Give the procedure of all three."""
    text = SOURCE.read_text("utf-8")
    return compile_process(read(text, file=SOURCE.name, book=book, version=1, roles=role_codes()), book)


def arising(state: str, number: int) -> str:
    """Say what comes up beside a project, by its number, that has just come to a state; empty for nothing."""
    kind, place = ARISES.get(state, ("", EVERY))
    return kind if number % EVERY == place else ""


def next_of(case: Case, chance: Random) -> tuple[str, str]:
    """Give what is done next, and the role that does it."""
    looks = LOOKS[str(case.data["kind"])]
    match case.state:
        case "open":
            return "report", looks
        case "answering":
            return "answer", "pm"
    return ("again" if chance.random() < ASKED_AGAIN else "close"), looks
