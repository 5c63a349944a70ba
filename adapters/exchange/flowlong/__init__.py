"""FlowLong: approval processes as a tree in JSON."""

from adapters.exchange.flowlong.reading import read_flowlong

__all__ = ["read_flowlong"]
