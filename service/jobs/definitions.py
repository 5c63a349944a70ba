"""Reminds in the change of a procedure (WFD): who has to go on with a version is told before it is due, and when late.

Each is a message of the outbox with a name of its own, so that it is told once whoever looks and however often.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256

from adapters.sql.directory import CaseFacts
from adapters.sql.jobs import Message
from adapters.sql.office_log import Wanted, list_changes
from adapters.sql.publishing import Headline
from adapters.sql.reviewing import REJECTED, RETURNED
from adapters.sql.statements import Connection
from engine.refusal import NotFound
from engine.values import Json
from service.assembly import Assembly
from service.definition_stages import CALENDAR, progress_of
from service.http.policy import load_policy
from service.jobs.told import Told
from workflows.definition_change import Progress, Stage, stage_of

WAITING, DUE, LATE = "definition.waiting", "definition.due", "definition.late"
"""A version waits for its reviewer; a stage is due the next working day; it is late."""

TURNED = frozenset({RETURNED, REJECTED})
"""What is told to the author as soon as it happened, under the names it has in the office's log."""

NEWS = timedelta(days=7)
"""What happened longer ago is not told any more."""

SOON_WORKING_DAYS = 1
PUBLISH = ("POST", "/api/v1/definitions/{key}/versions/{version}/publish")


class Reminders:
    """Looks at every version that is on its way into use."""

    def __init__(self, assembly: Assembly) -> None:
        """Look with these parts."""
        self._assembly = assembly
        self._publishers = load_policy().rules[PUBLISH].roles or frozenset[str]()
        self._sound: dict[str, bool] = {}
        self._told = Told(assembly.database)

    def look(self) -> int:
        """Remind of what is due; says how many messages this process wrote."""
        now, versions = self._assembly.clock.now(), self._assembly.publishing.headlines()
        stages = [(one, stage_of(one.status, is_sound=self._is_sound(one))) for one in versions if _is_on_its_way(one)]
        if not stages:
            return 0
        with self._assembly.database.read() as connection:
            facts = self._assembly.organisation.facts(connection)
            messages = [found for one, stage in stages for found in self._messages(connection, facts, one, stage, now)]
        return self._told.tell(messages, now)

    def _is_sound(self, version: Headline) -> bool:
        """Say whether a draft is sound; judged once a text. Any other version was sound when it was sent."""
        if version.status != "draft":
            return True
        if version.digest not in self._sound:
            publishing = self._assembly.publishing
            source = publishing.edition(version.key, version.version).source
            self._sound[version.digest] = publishing.check(source, version.key).is_sound
        return self._sound[version.digest]

    def _messages(
        self, connection: Connection, facts: CaseFacts, version: Headline, stage: Stage, now: datetime
    ) -> Iterator[Message]:
        step = progress_of(connection, facts, version, stage)
        last = list_changes(connection, Wanted(subject=version.subject), None, 1).lines
        if last and last[0].what in TURNED and now - last[0].at < NEWS:
            yield self._message(version, step, last[0].what, [version.author], last[0].reason)
        if step.due_at is None:
            return
        audience = self._reviewers(facts, version) if stage is Stage.APPROVING else [version.author]
        if stage is Stage.APPROVING:
            yield self._message(version, step, WAITING, audience)
        calendar = facts.calendar(CALENDAR)
        if step.is_late(now):
            yield self._message(version, step, LATE, sorted({*audience, version.author}))
        elif calendar.working_days(calendar.local_day(now), calendar.local_day(step.due_at)) <= SOON_WORKING_DAYS:
            yield self._message(version, step, DUE, audience)

    def _reviewers(self, facts: CaseFacts, version: Headline) -> list[str]:
        """Give who may publish the version: nobody who had a hand in it."""
        hands = {version.author, *self._assembly.publishing.editors(version.key, version.version)}
        holders = facts.directory.holders
        return sorted(
            {user for (role, _), users in holders.items() if role in self._publishers for user in users} - hands
        )

    def _message(self, version: Headline, step: Progress, kind: str, users: list[str], comment: str = "") -> Message:
        """Make a message; its name is that of the version's stage and of what is told."""
        name = f"{version.subject}|{step.stage}|{step.since.isoformat()}|{kind}"
        due = "" if step.due_at is None else step.due_at.isoformat()
        params: dict[str, Json] = {
            **self._titles(version),
            "due_at": due,
            "comment": comment,
            "code": f"{version.key}@{version.version}",
            "url": f"/admin/definitions/{version.key}/{version.version}",
        }
        payload: Json = {"audience": [f"u:{user}" for user in users], "params": params}
        return Message(f"definition-{sha256(name.encode()).hexdigest()[:32]}", kind, None, payload, 0)

    def _titles(self, version: Headline) -> dict[str, Json]:
        """Name the version in both languages: by the procedure in use, before there is one by its key."""
        try:
            title = self._assembly.library.get(version.key).definition.title
        except NotFound:
            return {f"title_{language}": f"{version.key} v{version.version}" for language in ("zh", "en")}
        return {"title_zh": f"{title.zh} v{version.version}", "title_en": f"{title.en} v{version.version}"}


def _is_on_its_way(version: Headline) -> bool:
    return version.is_open or version.status == "rejected"
