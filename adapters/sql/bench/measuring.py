"""Two ways of doing the same, measured in turns: a slow moment of the machine falls on both."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from time import perf_counter

from msgspec import Struct

Act = Callable[[str], object]


class Comparison(Struct, frozen=True):
    """Microseconds an action in each round, ours and the floor's."""

    ours: tuple[float, ...]
    floor: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """Give the median of the rounds' ratios."""
        return median(one / other for one, other in zip(self.ours, self.floor, strict=True))

    @property
    def ours_median(self) -> float:
        """Give our median time of an action, in microseconds."""
        return median(self.ours)

    @property
    def floor_median(self) -> float:
        """Give the floor's median time of an action, in microseconds."""
        return median(self.floor)


def compare(ours: Callable[[], float], floor: Callable[[], float], rounds: int) -> Comparison:
    """Measure both in each round, in changing order, after a round that does not count."""
    ours()
    floor()
    found: list[tuple[float, float]] = []
    for number in range(rounds):
        if number % 2:
            one, other = ours(), floor()
        else:
            other, one = floor(), ours()
        found.append((one, other))
    return Comparison(tuple(one for one, _ in found), tuple(other for _, other in found))


def one_at_a_time(act: Act, cases: Sequence[str]) -> Callable[[], float]:
    """Give a round: each case is acted on once, one after the other."""

    def measure() -> float:
        begun = perf_counter()
        for case_id in cases:
            act(case_id)
        return (perf_counter() - begun) / len(cases) * 1e6

    return measure


def in_groups(act_on: Callable[[Sequence[str]], object], cases: Sequence[str], together: int) -> Callable[[], float]:
    """Give a round: each case is acted on once, so many in one go; the time is per action."""

    def measure() -> float:
        begun = perf_counter()
        for first in range(0, len(cases), together):
            act_on(cases[first : first + together])
        return (perf_counter() - begun) / len(cases) * 1e6

    return measure


def side_by_side(act: Act, cases: Sequence[str], callers: int) -> Callable[[], float]:
    """Give a round: as many callers at once, each with its own cases; the time is per action of all."""
    shares = [cases[index::callers] for index in range(callers)]

    def work(share: Sequence[str]) -> None:
        for case_id in share:
            act(case_id)

    def measure() -> float:
        with ThreadPoolExecutor(callers) as pool:
            begun = perf_counter()
            for future in [pool.submit(work, share) for share in shares]:
                future.result()
            return (perf_counter() - begun) / len(cases) * 1e6

    return measure
