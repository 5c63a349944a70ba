"""A decision that would come out differently on a draft, in one sentence."""

from collections.abc import Callable

from engine.backtesting import Replayed
from engine.definition import Definition
from engine.refusal import Refusal
from service.web.views.naming import Naming


def difference_words(
    found: Replayed, definition: Definition, naming: Naming, sentence: Callable[[Refusal], str]
) -> str:
    """Say who decided what, when and where; and what the draft would make of it."""
    state = definition.states.get(found.state)
    action = None if state is None else state.actions.get(found.action)
    words = {
        "day": "" if found.at is None else found.at.date().isoformat(),
        "person": naming.person(found.actor),
        "action": found.action if action is None else naming.says(action.title),
        "state": found.state if state is None else naming.says(state.title),
        "was": _title(found.was, definition, naming),
        "would_be": _title(found.would_be, definition, naming),
        "reasons": " ".join(sentence(reason) for reason in found.reasons),
    }
    return naming.t("backtest.elsewhere" if found.would_be else "backtest.refused", **words)


def _title(state: str, definition: Definition, naming: Naming) -> str:
    found = definition.states.get(state)
    return state if found is None else naming.says(found.title)
