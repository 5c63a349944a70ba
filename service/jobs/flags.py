"""The night's look for misuse: every red-flag rule over every project with money, and each new hit becomes a case.

A hit that was released is not raised again; one that was put right is, when it strikes again.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from hashlib import sha256

from adapters.sql.access import sign_ins
from adapters.sql.pictures import pictures
from adapters.sql.reads.cases import EVERYBODY
from adapters.sql.reads.ledger import trail_rows
from adapters.sql.reads.reporting import cases_at
from adapters.sql.statements import Connection
from engine.case import Case
from engine.commands import SYSTEM
from engine.facts import Facts
from engine.refusal import Refused
from engine.situation import Situation
from engine.values import Json
from service import log
from service.assembly import Assembly
from service.jobs.beginning import begin, projects_in
from service.jobs.warnings import night_of, rule_name
from workflows.funds.flags import Hit, Level
from workflows.funds.flags.county import County, county
from workflows.funds.flags.reading import WATCHED, Night
from workflows.funds.flags.scene import Picture
from workflows.funds.papers import BUDGET, CONTRACT, PAYMENT, PROJECT, RED_FLAG, Papers
from workflows.funds.tracing import trace
from workflows.progress import REPORT

OBJECT_LENGTH_MAX, FIGURES_LENGTH_MAX = 200, 2_000
CORRECTED = "corrected"
BROWSERS_LOOKED_AT = timedelta(days=60)
"""Sign-ins that are older say nothing of steps that nobody has looked at yet."""


class FlagWatch:
    """Looks once a day. Any process may: a flag has its day, project, rule and object in the key it is raised with."""

    def __init__(self, assembly: Assembly) -> None:
        """Look with these parts."""
        self._assembly = assembly
        self._looked: date | None = None

    def look(self) -> int:
        """Look at all projects if that was not done today; says how many flags were raised."""
        night = night_of(self._assembly)
        if self._looked == night or RED_FLAG not in self._assembly.library.published():
            return 0
        raised = self.look_at(list(projects_in(self._assembly, WATCHED)))
        self._looked = night
        return raised

    def look_at(self, codes: Iterable[str]) -> int:
        """Look at some projects; says how many flags were raised."""
        night, around = night_of(self._assembly), self._county()
        return sum(self._look_at(code, night, around) for code in codes)

    def _county(self) -> County:
        with self._assembly.database.read() as connection:
            contracts, budgets, projects, reports, payments = (
                cases_at(connection, EVERYBODY, key, None, None) for key in (CONTRACT, BUDGET, PROJECT, REPORT, PAYMENT)
            )
            seen = {one.digest: Picture(int(one.likeness, 16), one.taken_on) for one in pictures(connection)}
            browsers = sign_ins(connection, self._assembly.clock.now() - BROWSERS_LOOKED_AT)
        return county(contracts, budgets, projects, reports, payments, seen, browsers)

    def _look_at(self, code: str, on: date, around: County) -> int:
        with self._assembly.database.read() as connection:
            facts = self._assembly.organisation.facts(connection)
            project = facts.case(code)
            fresh = [] if project is None else self._fresh(connection, facts, project, around)
        return 0 if project is None else sum(self._raise(project, hit, on) for hit in fresh)

    def _fresh(self, connection: Connection, facts: Facts, project: Case, around: County) -> list[Hit]:
        """Give the hits that no flag is about yet. A rule that lacks its policy is written and finds nothing."""
        definition = self._assembly.library.get(PROJECT, project.version).definition
        now = self._assembly.clock.now()
        situation = Situation(definition, project, project.data, SYSTEM, facts, now)
        trail = trace(trail_rows(connection, project.code))
        try:
            hits = Night(Papers(situation, project.code), project, facts, now, around, trail).hits()
        except Refused as error:
            log.write_fault(error, {"job": RED_FLAG, "case": project.id})
            return []
        return [hit for hit in hits if not _is_known(facts, hit)]

    def _raise(self, project: Case, hit: Hit, on: date) -> bool:
        name = sha256(f"{on}|{project.code}|{hit.key}".encode()).hexdigest()
        return begin(self._assembly, RED_FLAG, name, project, on, _data(project, hit))


def _is_known(facts: Facts, hit: Hit) -> bool:
    flags = facts.peers(RED_FLAG, "object", hit.where[:OBJECT_LENGTH_MAX])
    return any(one.data.get("rule") == rule_name(hit.rule) and one.state != CORRECTED for one in flags)


def _data(project: Case, hit: Hit) -> dict[str, Json]:
    figures = "; ".join(f"{name} = {value}" for name, value in hit.figures.items())
    return {
        "project": project.code,
        "rule": rule_name(hit.rule),
        "level": Level.WARN.value if hit.level is Level.WARN else Level.HARD.value,
        "object": hit.where[:OBJECT_LENGTH_MAX],
        "figures": figures[:FIGURES_LENGTH_MAX],
    }
