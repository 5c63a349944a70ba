"""The night's watch: every project in work is looked at by the warning rules, and each new alert becomes a case."""

from datetime import date, timedelta
from hashlib import sha256

from engine.case import Case
from engine.facts import Facts
from engine.values import Json
from service.assembly import Assembly
from service.jobs.beginning import begin, projects_in
from service.telling import ZONE
from workflows.warnings import WATCHED, Alert, Colour, Watched, alerts

WARNING = "warning"
NIGHT = timedelta(hours=2)
"""At this local time a day's watch begins; a process that starts later looks at once."""

CLEARED, FALSE_ALARM = "cleared", "false_alarm"


def night_of(assembly: Assembly) -> date:
    """Give the day whose watch it is now."""
    return (assembly.clock.now().astimezone(ZONE) - NIGHT).date()


class Watch:
    """Looks once a day. Any process may: a warning has its day, rule and object in the key it is raised with."""

    def __init__(self, assembly: Assembly) -> None:
        """Look with these parts."""
        self._assembly = assembly
        self._looked: date | None = None

    def look(self) -> int:
        """Look at all projects if that was not done today; says how many warnings were raised."""
        night = night_of(self._assembly)
        if self._looked == night or WARNING not in self._assembly.library.published():
            return 0
        raised = sum(self.look_at(code) for code in list(projects_in(self._assembly, WATCHED)))
        self._looked = night
        return raised

    def look_at(self, code: str) -> int:
        """Look at one project; says how many warnings were raised."""
        assembly, on = self._assembly, night_of(self._assembly)
        with assembly.database.read() as connection:
            facts = assembly.organisation.facts(connection)
            project = facts.case(code)
            fresh = [] if project is None else _fresh(project, facts, Watched(project, facts, assembly.clock.now()))
        return 0 if project is None else sum(self._raise(project, alert, on) for alert in fresh)

    def _raise(self, project: Case, alert: Alert, on: date) -> bool:
        """Start a case for an alert."""
        name = sha256(f"{on}|{project.code}|{alert.rule}|{alert.object}".encode()).hexdigest()
        return begin(self._assembly, WARNING, name, project, on, _data(project, alert))


def _fresh(project: Case, facts: Facts, watched: Watched) -> list[Alert]:
    """Give the alerts that no open warning is about, nor one that was a false alarm and is no worse now."""
    known = [one for one in facts.peers(WARNING, "project", project.code) if one.state != CLEARED]
    return [alert for alert in alerts(watched) if not any(_is_about(one, alert) for one in known)]


def _is_about(warning: Case, alert: Alert) -> bool:
    said = warning.data
    if (said.get("rule"), said.get("object")) != (rule_name(alert.rule), alert.object):
        return False
    return warning.state != FALSE_ALARM or alert.colour <= Colour[str(said["colour"]).upper()]


def rule_name(rule: str) -> str:
    """Give a rule as the warning's field names it: `w_01` for W-01."""
    return rule.replace("-", "_").lower()


def _data(project: Case, alert: Alert) -> dict[str, Json]:
    why = "; ".join(f"{name} = {value}" for name, value in alert.why.items())
    figure = alert.why.get("figure")
    return {
        "project": project.code,
        "rule": rule_name(alert.rule),
        "colour": alert.colour.word,
        "object": alert.object,
        "figure": figure if isinstance(figure, int) else 0,
        "why": why,
    }
