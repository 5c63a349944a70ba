"""Writing a chart as a definition: its markings become states, what people do in them becomes actions."""

from adapters.exchange.drafting.definition import Draft, Undrafted, draft

__all__ = ["Draft", "Undrafted", "draft"]
