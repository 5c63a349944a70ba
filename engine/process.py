"""A definition made ready to run: its words, its compiled machine and the guard book they were checked against."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.definition import Definition
from engine.graph import Graph

if TYPE_CHECKING:
    from engine.guards import GuardBook


@dataclass(frozen=True, slots=True)
class Process:
    """One published version, shared by all its cases."""

    definition: Definition
    graph: Graph
    book: "GuardBook"


def compile_process(definition: Definition, book: "GuardBook") -> Process:
    """Compile the state machine of a loaded definition."""
    return Process(definition, Graph(definition), book)
