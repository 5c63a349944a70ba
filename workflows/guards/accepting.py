"""Guards and values of acceptance: a complete package, scope traced, tests passed, everybody's own opinion, two thirds.

Source: acceptance signed by its members, duties of buying and accepting apart, Government Procurement Law art. 41, 61
[V]; users take part where the public is served, Procurement Regulations art. 45 [V]; package and shares [D].
"""

from dataclasses import dataclass

from engine.definition import FieldType
from engine.events import DataChanged, Moved, Undone
from engine.guards import Reckoning
from engine.refusal import Refusal
from engine.situation import Situation
from engine.values import Json
from workflows.acceptance_package import FINAL, LARGE, PRELIMINARY, Standing, package
from workflows.funds.papers import CONTRACT, lines_of
from workflows.guards.acceptance import PASS_SHARE, enough_users
from workflows.guards.reading import (
    Reasons,
    Row,
    complain,
    day_in,
    entry,
    filled,
    is_past,
    lines_where,
    local_day,
    names,
    rows,
    text_in,
    today,
    word,
)
from workflows.progress import Course

ACCEPTANCE = "acceptance"
SMALL_GROUP, LARGE_GROUP = 3, 5
"""Members at least: T1 and T2, T3 and T4 [D]; the number is odd, as of the experts of a tender [V]."""

GRADES_TESTED = frozenset({"grade2", "grade3"})
NAMES_SHOWN_MAX = 12


def package_complete(it: Situation) -> Reasons:
    """Every item of the eight volumes that this acceptance needs is there, or left out with a reason.

    Source: eight volumes, fifty-five items [V] (a seen template); which tier needs which [D].
    """
    missing = [item.name for item, standing in package(it.data, course_of(it)) if standing is Standing.MISSING]
    if missing:
        titles = ", ".join(_titles(it)[name] for name in missing[:NAMES_SHOWN_MAX])
        yield Refusal("acceptance.package", "filed", {"count": len(missing), "names": titles})


def _titles(it: Situation) -> dict[str, str]:
    """Give the items' words as people read them, in both languages."""
    column = next(column for column in it.definition.fields["filed"].columns if column.name == "item")
    return {one.name: f"{one.title.zh} {one.title.en}" for one in column.of}


def trace_ok(it: Situation) -> Reasons:
    """Every function that was approved has its line: delivered, or changed by a change that was carried out.

    Source: requirements traced against the approved scope [D].
    """
    approved = [text_in(row, "function") for row in lines_of(course_of(it).project.data, "functions")]
    traced = {text_in(row, "function"): row for row in rows(it, "trace")}
    if missing := [name for name in approved if name not in traced]:
        yield Refusal("acceptance.not_traced", "trace", {"names": ", ".join(missing)})

    def is_bad(row: Row) -> bool:
        if text_in(row, "result") != "changed":
            return text_in(row, "result") != "delivered"
        change = it.facts.case(text_in(row, "change"))
        return change is None or change.state != "closed" or change.data.get("project") != word(it, "project")

    yield from complain("acceptance.trace", "trace", lines_where(rows(it, "trace"), is_bad))


def acceptance_group_valid(it: Situation) -> Reasons:
    """The group is odd and large enough, with its head, and nobody from outside firms or the contracts is in it.

    Source: acceptance apart from buying and contract approval, Government Procurement Law art. 61 [V]; size [D].
    """
    members = names(it, "group")
    needed = LARGE_GROUP if word(it, "tier") in LARGE else SMALL_GROUP
    if len(members) < needed or len(members) % 2 == 0:
        yield Refusal("acceptance.group_size", "group", {"found": len(members), "least": needed})
    if word(it, "head") not in members:
        yield Refusal("acceptance.head", "head")
    if linked := sorted(member for member in members if _is_linked(it, member)):
        yield Refusal("acceptance.linked", "group", {"who": ", ".join(linked)})


def _is_linked(it: Situation, member: str) -> bool:
    home = it.facts.unit(it.facts.unit_of(member) or "")
    if home is None or home.kind == "external" or member == it.case.initiator:
        return True
    contracts = it.facts.peers(CONTRACT, "project", word(it, "project"))
    dealt = {mark.user for contract in contracts for mark in contract.actors.values()}
    return member in dealt | {contract.initiator for contract in contracts}


def tests_pass(it: Situation) -> Reasons:
    """Every test that tier and project ask for has passed, with its report; large ones are tested by a laboratory.

    Source: third-party testing from one million yuan on, Guangzhou [V]; protection graded and filed, Hainan [V]; the
    rest by tier [D].
    """
    found = {text_in(row, "test"): row for row in rows(it, "tests")}
    if missing := [name for name in due_tests(it) if name not in found]:
        words = {one.name: f"{one.title.zh} {one.title.en}" for one in it.definition.fields["tests"].columns[0].of}
        yield Refusal("acceptance.no_test", "tests", {"names": ", ".join(words[name] for name in missing)})
    files = {text_in(file, "name") for file in rows(it, "test_reports")}

    def is_open(row: Row) -> bool:
        is_shown = text_in(row, "report") in files and is_past(it, day_in(row, "tested_on"))
        return text_in(row, "result") != "passed" or not is_shown

    yield from complain("acceptance.test_open", "tests", lines_where(rows(it, "tests"), is_open))
    if word(it, "tier") in LARGE and not filled(it, "lab"):
        yield Refusal("acceptance.no_lab", "lab")


def due_tests(it: Situation) -> list[str]:
    """Give the tests that this acceptance needs, by tier, kind and what the project has."""
    project, tier, is_final = course_of(it).project.data, word(it, "tier"), word(it, "kind") != PRELIMINARY
    due = {
        "software": True,
        "performance": tier != "T1",
        "protection": is_final and text_in(project, "protection_grade") in GRADES_TESTED,
        "crypto": is_final and tier in LARGE and bool(project.get("crypto_plan")),
        "sharing": is_final and bool(project.get("sharing_catalogue")),
        "cost_audit": is_final and tier in LARGE,
    }
    return [name for name, is_due in due.items() if is_due]


@dataclass(frozen=True, slots=True)
class Opinion:
    """One member's own opinion on the acceptance, as last given since the case came to the group."""

    member: str
    stance: str
    words: str
    on: str


def opinions(it: Situation) -> dict[str, Opinion]:
    """Give each member's last opinion since the case came here, from the case's records: nobody writes another's."""
    found: dict[str, Opinion] = {}
    stance = words = ""
    for record in it.facts.history(it.case.id):
        for event in record.events:
            if isinstance(event, DataChanged):
                stance = str(event.values.get("stance", stance) or "")
                words = str(event.values.get("stance_words", words) or "")
            elif isinstance(event, Undone):
                found.pop(record.actor, None)
            elif isinstance(event, Moved) and event.source != event.target:
                found.clear()
            elif isinstance(event, Moved) and event.action == "opine":
                found[record.actor] = Opinion(record.actor, stance, words, str(local_day(it, record.at)))
    return found


def all_opined(it: Situation) -> Reasons:
    """Every member of the group has given their own opinion since the case came here.

    Source: members sign their opinion, Procurement Law art. 41 [V].
    """
    given = opinions(it)
    if missing := [member for member in names(it, "group") if member not in given]:
        yield Refusal("acceptance.opinions", "opinions", {"who": ", ".join(missing)})


def two_thirds(it: Situation) -> Reasons:
    """Two thirds of the group or more are for passing.

    Source: two thirds [D].
    """
    share, whole = PASS_SHARE
    members = names(it, "group")
    given = opinions(it)
    passing = sum(given[member].stance == "pass" for member in members if member in given)
    if not members or whole * passing < share * len(members):
        yield Refusal("acceptance.no_two_thirds", "opinions")


def users_heard(it: Situation) -> Reasons:
    """Where the public is served, the final acceptance heard enough users and its result is ready to be published.

    Source: Procurement Regulations art. 45 [V]; number [D], policy `user_opinions_min`.
    """
    if word(it, "kind") == PRELIMINARY or course_of(it).project.data.get("public_service") is not True:
        return
    yield from enough_users(it)


def course_of(it: Situation) -> Course:
    """Give the plan and reports of the project that is accepted."""
    project = it.facts.case(word(it, "project"))
    return Course(project if project is not None else it.case, it.facts, today(it))


def _kind(it: Situation) -> Json:
    return PRELIMINARY if course_of(it).project.state == "prelim_acceptance" else FINAL


def _trace(it: Situation) -> Json:
    functions = (text_in(row, "function") for row in lines_of(course_of(it).project.data, "functions"))
    return [{"function": name} for name in functions if name]


def _opinions(it: Situation) -> Json:
    return [
        {"member": one.member, "stance": one.stance, "words": one.words, "given_on": one.on}
        for one in opinions(it).values()
        if one.member in names(it, "group")
    ]


ENTRIES = tuple(
    map(
        entry,
        (
            package_complete,
            trace_ok,
            acceptance_group_valid,
            tests_pass,
            all_opined,
            two_thirds,
            users_heard,
        ),
    )
)

RECKONINGS = (
    Reckoning("acceptance_kind", _kind, frozenset({FieldType.CHOICE}), "preliminary or final, by where the project is"),
    Reckoning("functions_to_trace", _trace, frozenset({FieldType.TABLE}), "a line for each approved function"),
    Reckoning("opinions_given", _opinions, frozenset({FieldType.TABLE}), "each member's own opinion"),
)
"""Values that no one types."""
