"""Charts: where things are drawn, by hand."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from service.web.charts import MONTH_WORDS_MAX, Bar, Bars, Lines, Part, Series, Stack, Stacks, round_top


def lines(count: int, *values: int, top: int = 100) -> Lines:
    """A chart of one line over so many months."""
    words = [str(value) for value in values]
    return Lines("c", "", "", [f"m{n}" for n in range(count)], [Series("s", values, words)], top, ["0", "50", "100"])


def test_bars_are_as_wide_as_what_they_show() -> None:
    """The longest takes all, nothing takes nothing, and what is little is still seen."""
    chart = Bars("c", "", "", "", [Bar(str(value), value, "") for value in (0, 1, 50, 1000)])
    assert [chart.width(bar) for bar in chart.bars] == [0, 1, 5, 100]
    assert Bars("c", "", "", "", [Bar("", 0, "")]).width(Bar("", 0, "")) == 0


def test_parts_lie_beside_each_other() -> None:
    """Each begins where the one before ends; the largest bar takes all; parts of nothing are left out."""
    bars = [Stack("a", [Part("x", 30, ""), Part("y", 0, ""), Part("z", 10, "")]), Stack("b", [Part("x", 20, "")])]
    chart = Stacks("c", "", "", ["x", "y", "z"], bars)
    assert [(one.at, one.width, one.kind) for one in chart.pieces(bars[0])] == [(0, 75, 1), (75, 25, 3)]
    assert [(one.at, one.width) for one in chart.pieces(bars[1])] == [(0, 50)]


def test_lines_go_from_edge_to_edge() -> None:
    """The first place is left, the last right, nothing at the bottom, the top at the top."""
    chart = lines(3, 0, 50, 100)
    assert chart.points(chart.series[0]) == "0.0,100.0 50.0,50.0 100.0,0.0"
    assert [(mark.at, mark.words) for mark in chart.grid()] == [(100, "0"), (50, "50"), (0, "100")]
    assert lines(1, 0, top=0).points(Series("s", [0], [""])) == "0.0,100.0"


@given(st.integers(1, 60))
def test_the_words_below_do_not_crowd(count: int) -> None:
    """The first and the last are there, those between stay apart."""
    marks = lines(count).marks()
    assert (marks[0].words, marks[-1].words) == ("m0", f"m{count - 1}")
    assert len(marks) <= MONTH_WORDS_MAX + 1
    assert len({mark.words for mark in marks}) == len(marks)
    kept = [at for at, mark in enumerate(marks) if not mark.is_spare]
    assert (kept[0], kept[-1]) == (0, len(marks) - 1)
    assert len(kept) <= MONTH_WORDS_MAX // 2 + 1
    assert all(later - sooner > 1 for sooner, later in itertools.pairwise(kept)) or len(marks) <= 2


@given(st.lists(st.integers(1, 10**15), min_size=1))
def test_a_round_top_is_above_everything(values: list[int]) -> None:
    """And not much above: nobody reads a line at the foot of an empty picture."""
    top = round_top(values)
    assert max(values) <= top <= 10 * max(values)
    assert str(top).rstrip("0") in {"1", "2", "4"}
    assert round_top([0]) == 0
