"""The shapes of the office itself: people and their roles, units, calendars, policy values."""

from datetime import date
from typing import Annotated, Any

import msgspec

from service.administering import NAME_LENGTH_MAX, UnitKind
from service.http.contract import ID_PATTERN, Id, Name, Named

REASON_LENGTH_MAX = 1_000
USERNAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}$"
UNIT_PATTERN = r"^[A-Za-z0-9\-]{1,64}$"
DAYS_MAX = 400

Short = Annotated[str, msgspec.Meta(max_length=NAME_LENGTH_MAX)]
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=NAME_LENGTH_MAX)]
Reason = Annotated[str, msgspec.Meta(max_length=REASON_LENGTH_MAX)]
Why = Annotated[str, msgspec.Meta(min_length=1, max_length=REASON_LENGTH_MAX)]


class RoleHeld(msgspec.Struct):
    """A role that somebody holds in a unit."""

    role: Named
    unit: Named


class PersonShape(msgspec.Struct):
    """An account; without `enabled` nobody signs in with it."""

    id: str
    username: str
    name: str
    unit: Named
    email: str
    phone: str
    enabled: bool
    roles: list[RoleHeld]


class PeoplePage(msgspec.Struct):
    """People by id. `next` is the `after` of the page that follows, `null` on the last."""

    people: list[PersonShape]
    next: str | None


class PersonMaking(msgspec.Struct, forbid_unknown_fields=True):
    """A new account."""

    username: Annotated[str, msgspec.Meta(pattern=USERNAME_PATTERN)]
    name: Title
    unit: Id
    email: Short = ""
    phone: Short = ""


class PersonChange(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be changed; what is `null` stays. Closing or opening an account needs a reason."""

    name: Title | None = None
    unit: Id | None = None
    email: Short | None = None
    phone: Short | None = None
    enabled: bool | None = None
    reason: Reason = ""


class PersonMade(msgspec.Struct):
    """An account with its first password, shown this once; it must be changed at the first sign-in."""

    person: PersonShape
    password: str


class RoleGiving(msgspec.Struct, forbid_unknown_fields=True):
    """A role in a unit, and why."""

    role: Name
    unit: Id
    reason: Reason = ""


class Reasoned(msgspec.Struct, forbid_unknown_fields=True):
    """Why."""

    reason: Why


class RoleShape(msgspec.Struct):
    """A role, and the kinds of units in which it is held (none: any)."""

    id: str
    title: str
    held_in: list[str]


class RoleList(msgspec.Struct):
    """All roles."""

    roles: list[RoleShape]


class UnitShape(msgspec.Struct):
    """A unit. `path` are the ids from the root to it, each followed by `/`."""

    id: str
    name: str
    kind: str
    parent: str | None
    path: str
    head: str | None


class UnitList(msgspec.Struct):
    """All units, each after the one above it."""

    units: list[UnitShape]


class UnitSaving(msgspec.Struct, forbid_unknown_fields=True):
    """A unit as it is to be. `parent` is for a new one: a unit's place in the tree stays."""

    name: Title
    kind: UnitKind
    parent: Annotated[str, msgspec.Meta(pattern=UNIT_PATTERN)] | None = None
    head: Annotated[str, msgspec.Meta(pattern=ID_PATTERN)] | None = None


class CalendarYearShape(msgspec.Struct):
    """A year: working days off, and days worked although at a weekend. `status` says whether it was announced."""

    year: int
    status: str
    off: list[date]
    worked: list[date]


class CalendarShape(msgspec.Struct):
    """A working calendar."""

    key: str
    years: list[CalendarYearShape]


class NoticeTaking(msgspec.Struct, forbid_unknown_fields=True):
    """The holidays of a year, as they are published (`holiday-cn` JSON); with `try` only told what it would do."""

    notice: dict[str, Any]
    reason: Reason = ""
    only_try: bool = msgspec.field(default=False, name="try")


class NoticeTaken(msgspec.Struct):
    """What a notice changes: days, and the items whose last day would not be worked any more."""

    year: int
    days: list[date]
    items: list[str]
    taken: bool


class PolicyValue(msgspec.Struct):
    """A value from a day on."""

    from_on: date
    value: Any


class PolicyShape(msgspec.Struct):
    """A parameter with its values by day."""

    key: str
    values: list[PolicyValue]


class PolicyList(msgspec.Struct):
    """All parameters."""

    policies: list[PolicyShape]


class PolicySetting(msgspec.Struct, forbid_unknown_fields=True):
    """A value that holds from a day on, and the decision it rests on."""

    from_on: date
    value: Any
    reason: Why
