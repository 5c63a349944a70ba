"""How money, days, moments and sizes read, in the words of one language."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal

from msgspec import Struct

from service.texts import Speech

FEN_PER_YUAN = 100
FEN_PER: Mapping[str, int] = {"yuan": FEN_PER_YUAN, "thousand": 100_000, "wan": 1_000_000}
"""Units of money: yuan, a thousand of them, ten thousand."""

BYTES_STEP = 1024
SIZE_UNITS = ("B", "kB", "MB", "GB", "TB")


class Formats(Struct, frozen=True):
    """The formatters of one language and time zone; every method gives plain text."""

    speech: Speech
    zone: tzinfo

    def money(self, fen: int, *, unit: str = "yuan") -> str:
        """`1,234.56` with its unit from fen; `unit` is `yuan` or `wan` (ten thousand yuan)."""
        return self.speech(f"format.money_{unit}", amount=self.amount(fen, unit=unit))

    def amount(self, fen: int, *, unit: str = "yuan") -> str:
        """`1,234.56` without a unit, for columns whose head names it."""
        return f"{Decimal(fen) / FEN_PER[unit]:,.2f}"

    def rounded(self, fen: int) -> str:
        """A large sum in the language's own unit, such as `¥1,530k`, with one digit after the point at most."""
        per = FEN_PER[self.speech("format.large_unit")]
        return self.speech("format.large", amount=f"{round(Decimal(fen) / per, 1):,f}".removesuffix(".0"))

    def number(self, value: float) -> str:
        """A number with thousands separated."""
        return f"{value:,}"

    def day(self, on: date) -> str:
        """`2026-12-05`."""
        return on.isoformat()

    def moment(self, at: datetime) -> str:
        """`2026-12-05 10:32` in the site's time zone."""
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")

    def clock(self, at: datetime) -> str:
        """`10:32` in the site's time zone."""
        return at.astimezone(self.zone).strftime("%H:%M")

    def due(self, due_on: date, working_days_left: int | None) -> str:
        """A due date with the working days left; None says that nothing counts them."""
        day = self.day(due_on)
        if working_days_left is None:
            return day
        if working_days_left == 0:
            return self.speech("format.due_today", day=day)
        key = "format.due_left" if working_days_left > 0 else "format.due_late"
        return self.speech(key, day=day, count=abs(working_days_left))

    def size(self, byte_count: int) -> str:
        """`1.2 MB`."""
        amount, units = float(byte_count), iter(SIZE_UNITS)
        unit = next(units)
        while amount >= BYTES_STEP and unit != SIZE_UNITS[-1]:
            amount, unit = amount / BYTES_STEP, next(units)
        return f"{amount:.0f} {unit}" if unit == SIZE_UNITS[0] else f"{amount:.1f} {unit}"

    def as_globals(self) -> dict[str, Callable[..., str]]:
        """The formatters by the names that templates call them by."""
        names = ("money", "amount", "rounded", "number", "day", "moment", "clock", "due", "size")
        return {name: getattr(self, name) for name in names}
