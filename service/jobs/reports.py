"""The month's reports: once a month has closed, each project in work gets its progress report to write."""

from datetime import date
from hashlib import sha256

from engine.case import Case
from engine.values import Json
from service.assembly import Assembly
from service.jobs.beginning import begin, projects_in
from service.telling import ZONE
from workflows.guards.reading import text_in
from workflows.progress import REPORT, REPORTING, Course


class Reports:
    """Opens what is owed, once a day. Any process may: a report has its project and month in the key it begins with."""

    def __init__(self, assembly: Assembly) -> None:
        """Open with these parts."""
        self._assembly = assembly
        self._looked: date | None = None

    def open(self) -> int:
        """Begin the reports of closed months that nobody has begun; says how many."""
        today = self._assembly.clock.now().astimezone(ZONE).date()
        if self._looked == today or REPORT not in self._assembly.library.published():
            return 0
        opened = sum(self._open_of(code, today) for code in list(projects_in(self._assembly, REPORTING)))
        self._looked = today
        return opened

    def _open_of(self, code: str, today: date) -> int:
        assembly = self._assembly
        with assembly.database.read() as connection:
            facts = assembly.organisation.facts(connection)
            project = facts.case(code)
            course = Course(project, facts, today) if project is not None else None
            owed = [(month, _data(course, month)) for month in course.unopened()] if course is not None else []
        return sum(self._begin(project, month, today, data) for month, data in owed if project is not None)

    def _begin(self, project: Case, month: str, today: date, data: dict[str, Json]) -> bool:
        name = sha256(f"{project.code}|{month}".encode()).hexdigest()
        return begin(self._assembly, REPORT, name, project, today, data)


def _data(course: Course, month: str) -> dict[str, Json]:
    """Give what a report begins with, besides what its procedure gives it: its month, the last report's supervisor."""
    told: dict[str, Json] = {"project": course.project.code, "month": month}
    supervisor = text_in(course.last.data, "supervisor") if course.last is not None else ""
    return {**told, "supervisor": supervisor} if supervisor else told
