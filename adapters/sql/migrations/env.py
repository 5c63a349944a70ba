"""How Alembic reaches the database: over the session that `adapters.sql.schema` hands it."""

from typing import Any, Literal

from alembic import context

from adapters.sql.tables import METADATA
from adapters.sql.tables.columns import Key, Moment


def render_type(kind: str, item: Any, _context: object) -> str | Literal[False]:  # noqa: ANN401  # Alembic's
    """Write our own column types as `columns.…` in generated migrations."""
    if kind == "type" and isinstance(item, Key | Moment):
        return f"columns.{type(item).__name__}()"
    return False


def migrate() -> None:
    """Run the migrations on the session that was handed over."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=METADATA,
        render_as_batch=True,
        transactional_ddl=True,
        compare_type=False,
        render_item=render_type,
    )
    with context.begin_transaction():
        context.run_migrations()


migrate()
