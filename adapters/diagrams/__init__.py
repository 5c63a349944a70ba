"""Pictures of processes: a graph in plain values, laid out once, drawn elsewhere in either language."""

from adapters.diagrams.graph import Edge, EdgeKind, Graph, Node, NodeKind, Phase
from adapters.diagrams.layout import Band, Box, Jump, Layout, Line, lay_out
from adapters.diagrams.words import Words

__all__ = [
    "Band",
    "Box",
    "Edge",
    "EdgeKind",
    "Graph",
    "Jump",
    "Layout",
    "Line",
    "Node",
    "NodeKind",
    "Phase",
    "Words",
    "lay_out",
]
