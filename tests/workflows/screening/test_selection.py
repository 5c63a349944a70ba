"""The best set within a limit: against every set there is, ties, and the limit of the search itself."""

from fractions import Fraction
from itertools import pairwise
from random import Random

from tests.workflows.screening.test_reserve import place
from workflows.screening.reserve import Place, best_of, what_if
from workflows.screening.selection import Choice, best_set

LIMIT = 20


def tried(choices: list[Choice], limit: int) -> tuple[str, ...]:
    """Give the best of all sets: worth most, then cheapest, then with the better ranked."""
    sets = (
        [one for number, one in enumerate(reversed(choices)) if chosen >> number & 1]
        for chosen in range(2 ** len(choices))
    )
    best = max(
        (sum(one.worth for one in some), -sum(one.cost for one in some), [one in some for one in choices])
        for some in sets
        if sum(one.cost for one in some) <= limit
    )
    return tuple(one.code for one, is_in in zip(choices, best[2], strict=True) if is_in)


def test_it_is_the_best_of_all_sets() -> None:
    """Three hundred random lists, small numbers so that ties are many, against trying every set."""
    chance = Random(3)
    for _ in range(300):
        choices = [
            Choice(f"{number}", chance.randint(0, 6), chance.randint(0, 5)) for number in range(chance.randint(0, 9))
        ]
        assert best_set(choices, LIMIT) == tried(choices, LIMIT)


def test_ties_end_the_same_way_every_time() -> None:
    """The same worth and cost: the better ranked. The same worth for less: the cheaper, though it is ranked lower."""
    same = [Choice("a", 5, 7), Choice("b", 5, 7)]
    assert best_set(same, 5) == ("a",)
    assert best_set([Choice("a", 5, 7), Choice("b", 4, 7)], 5) == ("b",)


def test_a_pool_of_two_hundred_is_solved_and_more_is_found_with_more_money() -> None:
    """To the fen, exactly; the worth never falls as the limit rises."""
    chance = Random(5)
    choices = [
        Choice(f"{number}", chance.randrange(100_000_00, 3_000_000_00), chance.randrange(6000, 9500))
        for number in range(200)
    ]
    worths = []
    for limit in (10_000_000_00, 50_000_000_00, 100_000_000_00):
        found = best_set(choices, limit)
        assert found is not None
        chosen = [one for one in choices if one.code in found]
        assert sum(one.cost for one in chosen) <= limit
        worths.append(sum(one.worth for one in chosen))
    assert all(less < more for less, more in pairwise(worths))


def test_nothing_is_claimed_when_too_much_would_be_kept() -> None:
    """Costs and worths that go together keep many partial sets: then it says that it does not know."""
    like = [Choice(f"{number}", 1000 + 37 * number, 1000 + 37 * number) for number in range(60)]
    assert best_set(like, 20_000, states_max=50) is None


def scored(number: int, cost: int, index: str) -> Place:
    """A project in its place with its index."""
    one = place(number, cost)
    return Place(one.project, number, {"index": index}, one.standing)


def test_the_best_set_stands_beside_the_line() -> None:
    """The first takes all the money; two cheaper ones are worth more. One without a score keeps its place and money."""
    lines = [scored(1, 90, "88.00"), scored(2, 50, "86.50"), scored(3, 40, "80.25")]
    best = best_of(what_if(lines, 95, {}))
    assert best is not None
    assert (best.line_count, best.line_cost, best.line_index, best.unscored) == (1, 90, Fraction(88), 0)
    assert (best.count, best.cost, str(float(best.index))) == (2, 90, "166.75")
    assert [one.rank for one in best.added] == [2, 3]
    assert [one.rank for one in best.left_out] == [1]
    urgent = best_of(what_if([place(0, 50), *lines[1:]], 95, {}))
    assert urgent is not None
    assert (urgent.unscored, urgent.count, urgent.added) == (1, 1, [lines[2]]), "45 are left, which pays the third"
