"""Laying out processes: what is drawn as a line, that nothing overlaps, that a picture is the same every time."""

from itertools import combinations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.diagrams import Box, Edge, Graph, Layout, Node, Phase, graphviz, lay_out
from adapters.diagrams.words import width, words
from engine.texts import Text

PHASES = 8
STATES = 37
GAP_MIN = 4.0


def text(word: str) -> Text:
    """A text that is as long in both languages as the real ones."""
    return Text(zh=f"县级初步审核{word}", en=f"County preliminary review {word}")


def process(states: int = STATES, extra: tuple[tuple[int, int], ...] = ()) -> Graph:
    """A chain of states over eight phases, with moves between any two besides."""
    phases = [Phase(f"p{index}", text(str(index))) for index in range(PHASES)]
    nodes = [Node(f"s{index}", text(str(index)), f"p{index * PHASES // states}") for index in range(states)]
    chain = [Edge(f"s{index}", "go", f"s{index + 1}", text("通")) for index in range(states - 1)]
    more = [
        Edge(f"s{tail}", f"x{number}", f"s{head}", text("退"), "return") for number, (tail, head) in enumerate(extra)
    ]
    return Graph(phases, nodes, chain + more)


def overlaps(one: Box, other: Box) -> bool:
    """Whether two boxes come closer than a line needs."""
    return (
        abs(one.x - other.x) < (one.width + other.width) / 2 + GAP_MIN
        and abs(one.y - other.y) < (one.height + other.height) / 2 + GAP_MIN
    )


moves = st.lists(st.tuples(st.integers(0, STATES - 1), st.integers(0, STATES - 1)), max_size=45)


@settings(max_examples=25, deadline=None)
@given(extra=moves)
def test_any_process_is_laid_out(extra: list[tuple[int, int]]) -> None:
    """Boxes never overlap and stay in the band of their phase; every move is a line or told in words."""
    graph = process(extra=tuple(extra))
    layout = lay_out(graph)
    assert not [(one.id, other.id) for one, other in combinations(layout.boxes, 2) if overlaps(one, other)]
    bands = {band.id: band for band in layout.bands}
    for node, box in zip(graph.nodes, layout.boxes, strict=True):
        band = bands[node.phase]
        assert band.y <= box.y - box.height / 2
        assert box.y + box.height / 2 <= band.y + band.height
        assert 0 < box.x - box.width / 2 < box.x + box.width / 2 < layout.width
    told = [line.id for line in layout.lines] + [jump.id for box in layout.boxes for jump in box.jumps]
    assert sorted(told) == sorted(edge.id for edge in graph.edges)


def test_the_same_process_gives_the_same_picture() -> None:
    """A picture that changed from day to day could not be compared or stored."""
    assert lay_out(process()) == lay_out(process())


def test_a_layout_is_stored_as_json() -> None:
    """The layout of a version is kept with it and never computed again."""
    layout = lay_out(process(extra=((5, 0), (30, 2))))
    assert msgspec.json.decode(msgspec.json.encode(layout), type=Layout) == layout


def test_far_moves_are_told_in_words() -> None:
    """Back over phases, far ahead, to itself, and into what everybody leads to: no line could show these."""
    last = STATES - 1
    extra = ((10, 0), (0, 30), (7, 7), (8, last), (20, last), (33, last), (34, last), (2, 1))
    layout = lay_out(process(extra=extra))
    jumps = {jump.id for box in layout.boxes for jump in box.jumps}
    assert jumps == {
        "s10/x0/s0", "s0/x1/s30", "s7/x2/s7", f"s8/x3/s{last}", f"s20/x4/s{last}",
    }  # fmt: skip


def test_a_jump_of_one_name_is_told_once() -> None:
    """An action named like the state it leads to is not said twice; one that stays says no place."""
    phases = [Phase(name, Text("甲", "A")) for name in "abcd"]
    same = Text("作废", "Void")
    nodes = [Node("x", Text("草稿", "Draft"), "a"), Node("y", same, "d")]
    edges = [Edge("x", "void", "y", same), Edge("x", "save", "x", Text("保存", "Save"))]
    told = [jump.words.zh for jump in lay_out(Graph(phases, nodes, edges)).boxes[0].jumps]
    assert told == [("→ 作废",), ("↻ 保存",)]


def test_lines_reach_their_states() -> None:
    """A line begins at its source and its arrow touches its target, for moves back as well."""
    layout = lay_out(process(extra=((3, 1),)))
    boxes = {box.id: box for box in layout.boxes}
    for line in layout.lines:
        source, _, target = line.id.split("/")
        for (x, y), box in ((line.points[0], boxes[source]), (line.tip, boxes[target])):
            assert abs(x - box.x) <= box.width / 2 + 2
            assert abs(y - box.y) <= box.height / 2 + 2


def test_words_are_broken_where_they_may_be() -> None:
    """English breaks between words, Chinese anywhere but before closing marks."""
    broken = words(Text(zh="县级（初步审核），通过", en="Return for correction by the county"), 15, 90)
    assert broken.zh == ("县级（初步", "审核），通", "过")
    assert broken.en == ("Return for", "correction", "by the", "county")
    assert "".join(broken.zh) == "县级（初步审核），通过"
    assert width("审核", 15) > width("ab", 15)


def test_a_missing_program_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Graphviz the message says what to install."""
    monkeypatch.setattr(graphviz, "PROGRAM", "no-such-graphviz")
    with pytest.raises(graphviz.LayoutFailed, match="pip install graphviz-pure"):
        lay_out(process(3))
