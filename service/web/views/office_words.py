"""The log of the office in words: what was done, to what, and what became of it; codes without words stay."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from adapters.sql.office_log import Change
from engine.values import Json
from service.web.views.policy_words import policy_title
from service.web.views.reader import Reader
from service.web.views.surveys import COUNTED

KINDS = (
    "account.unlocked",
    "audit.exported",
    "authorisation.ended",
    "authorisation.given",
    "calendar.noticed",
    "definition.drafted",
    "definition.published",
    "definition.rejected",
    "definition.retired",
    "definition.returned",
    "definition.sent",
    "incident.reassigned",
    "incident.retried",
    "incident.skipped",
    "number.shown",
    "password.reset",
    "person.changed",
    "person.created",
    "policy.set",
    "role.granted",
    "role.withdrawn",
    "second_proof.set",
    "survey.tokens",
    "unit.saved",
    "webhook.added",
    "webhook.removed",
)
"""Every kind of change that the log holds."""

COMMANDS = (
    *("Start", "Save", "Act", "Claim", "Release", "Transfer", "Assign", "Delegate", "Answer", "AddSigner"),
    *("RemoveSigner", "Ask", "Reply", "Draw", "Redraw", "Copy", "Withdraw", "Revoke", "Jump", "Undo", "Suspend"),
    *("Continue", "Terminate", "Migrate", "RollBack", "Urge", "Remark", "Expire", "Recount"),
)
"""Every kind of command that an item's record names."""

PARTS = frozenset(
    {
        *(
            "username",
            "name",
            "unit",
            "email",
            "phone",
            "language",
            "enabled",
            "second_proof",
            "kind",
            "parent",
            "head",
            "must_change",
        ),
        *(
            "giver",
            "taker",
            "from_at",
            "until_at",
            "definition",
            "amount_max",
            "about",
            "code",
            "cause",
            "view",
            "lines",
        ),
        *("headcount", "path", "locked_until", "url", "events"),
        *("account", "telephone", "identity", "revision"),
    }
)
"""The parts of subjects that have a name in the texts."""

STATUSES = frozenset({"draft", "review", "published", "retired", "rejected"})
DIGEST = re.compile(r"[0-9a-f]{64}")
DIGEST_SHOWN = 12
PEOPLE, UNITS = frozenset({"giver", "taker", "head"}), frozenset({"unit", "parent"})


@dataclass(frozen=True, slots=True)
class OfficeTeller:
    """Tells changes to a reader; `title_of` names a definition by its key, None where there is none.

    `codes` are those of items by their ids.
    """

    reader: Reader
    title_of: Callable[[str], str | None]
    codes: Mapping[str, str] = field(default_factory=dict)

    def deed(self, what: str) -> str:
        """Say what was done."""
        return self.reader.t(f"audit.what.{what}") if what in KINDS else what

    def command(self, name: str) -> str:
        """Say what kind of command an item was given."""
        return self.reader.t(f"audit.command.{name}") if name in COMMANDS else name

    def subject(self, subject: str) -> str:
        """Say what was changed: `user:li`, `definition:grant@2`, `policy:calls`."""
        kind, _, name = subject.partition(":")
        if kind == "user":
            return self.reader.person(name)
        if kind == "unit":
            return self.reader.unit(name)
        if kind == "policy":
            return policy_title(name, self.reader.t, self.reader.language)
        if kind == "definition":
            key, _, version = name.partition("@")
            return self.reader.t("audit.version", title=self.title_of(key) or key, version=version)
        if kind == "item":
            return self.codes.get(name, name)
        return (
            self.reader.t("audit.calendar") if kind == "calendar" else name[:DIGEST_SHOWN] if kind == "export" else name
        )

    def parts(self, change: Change) -> list[tuple[str, str, str]]:
        """Give what a change made of its subject: the name of each part that differs, before and after."""
        before, after = (_parts(one) for one in (change.before, change.after))
        return [
            (self.part(key), self.said(key, before.get(key)), self.said(key, after.get(key)))
            for key in dict.fromkeys([*before, *after])
            if before.get(key) != after.get(key)
        ]

    def part(self, key: str) -> str:
        """Name a part."""
        if key in COUNTED:
            return self.reader.t(f"survey.audience.{key}")
        return self.reader.t(f"audit.part.{key}") if key in PARTS else key

    def said(self, key: str, value: Json) -> str:
        """Say the value of a part."""
        if value is None or value == "":
            return "—"
        if isinstance(value, bool):
            return self.reader.t("forms.yes" if value else "forms.no")
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return self.reader.t("forms.list_separator").join(self._role(str(one)) for one in value) or "—"
        return self._named(key, value) if isinstance(value, str) else msgspec.json.encode(value).decode()

    def _named(self, key: str, value: str) -> str:
        if key in PEOPLE:
            return self.reader.person(value)
        if key in UNITS:
            return self.reader.unit(value)
        if value in STATUSES:
            return self.reader.t(f"definitions.status.{value}")
        return self.reader.t("audit.digest", digest=value[:DIGEST_SHOWN]) if DIGEST.fullmatch(value) else value

    def _role(self, held: str) -> str:
        """Name a role in a unit: `applicant@T01`."""
        role, at, unit = held.partition("@")
        return f"{self.reader.role(role)} · {self.reader.unit(unit)}" if at else held


def _parts(value: Json) -> Mapping[str, Json]:
    if value is None:
        return {}
    return value if isinstance(value, dict) else {"": value}
