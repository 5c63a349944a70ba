"""A person's own phrases for opinions, offered where they decide; kept with the person, not with a browser."""

from collections.abc import Iterable

from adapters.sql.database import Database
from adapters.sql.drafts import prefer, preferences
from adapters.sql.statements import Connection

SETTING = "phrases"
PHRASES_MAX = 12
LENGTH_MAX = 60
"""Most phrases, and most letters of one."""


def own_phrases(connection: Connection, user_id: str) -> list[str]:
    """Give a person's own phrases in their order; none when they keep to the usual ones."""
    kept = preferences(connection, user_id).get(SETTING)
    return [str(one) for one in kept] if isinstance(kept, list) else []


def keep_phrases(database: Database, user_id: str, phrases: Iterable[str]) -> list[str]:
    """Keep phrases in the place of those before, each once and on one line; gives what is kept, the first that fit."""
    plain = dict.fromkeys(" ".join(one.split())[:LENGTH_MAX] for one in phrases)
    kept = [one for one in plain if one][:PHRASES_MAX]
    prefer(database, user_id, SETTING, [*kept])
    return kept
