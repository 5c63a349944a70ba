"""The two clocks behind the engine's clock port: the system's, and one that stands until it is moved."""

from datetime import UTC, datetime, timedelta


class SystemClock:
    """The time of this machine, in UTC."""

    def now(self) -> datetime:
        """Return the present moment as an aware UTC datetime."""
        return datetime.now(UTC)


class ManualClock:
    """A clock for tests, replays and the demo: it shows one moment until someone moves it.

    Moving it back is allowed: machines' clocks do that too, and tests must show that it harms nothing.
    """

    __slots__ = ("_at",)

    def __init__(self, at: datetime) -> None:
        self.set(at)

    def now(self) -> datetime:
        """Return the moment the clock was set to, in UTC."""
        return self._at

    def set(self, at: datetime) -> None:
        """Set the clock.

        Raises:
            ValueError: ``at`` has no time zone.

        """
        if at.tzinfo is None:
            raise ValueError(f"{at} has no time zone: give an aware datetime, for example in UTC")
        self._at = at.astimezone(UTC)

    def advance(self, by: timedelta) -> datetime:
        """Move the clock by a span (back if negative) and return the new moment."""
        self._at += by
        return self._at
