"""What lists show of cases besides their own row: summary fields, and who holds the open tasks."""

from collections.abc import Iterable

from sqlalchemy import select

from adapters.encoding import read_json
from adapters.sql.rows import DIGEST_PREFIX
from adapters.sql.statements import Connection
from adapters.sql.tables import CASE_FIELD, TASK
from adapters.sql.tables.cases import OPEN
from engine.values import Json


def summaries(connection: Connection, case_ids: Iterable[str]) -> dict[str, dict[str, Json]]:
    """Give the summary fields of cases by case and name; values too long to be kept are left out."""
    found: dict[str, dict[str, Json]] = {case_id: {} for case_id in sorted(set(case_ids))}
    columns = (CASE_FIELD.c.case_id, CASE_FIELD.c.field, CASE_FIELD.c.value)
    query = select(*columns).where(CASE_FIELD.c.case_id.in_(list(found)))
    for case_id, name, value in connection.rows_once(query) if found else ():
        if not value.startswith(DIGEST_PREFIX):
            found[case_id][name] = read_json(value)
    return found


def holders(connection: Connection, case_ids: Iterable[str]) -> dict[str, list[str]]:
    """Give the principals that hold open tasks of cases, by case, each once, in the order of their tasks."""
    found: dict[str, list[str]] = {case_id: [] for case_id in sorted(set(case_ids))}
    query = select(TASK.c.case_id, TASK.c.principal).where(TASK.c.case_id.in_(list(found)), OPEN).order_by(TASK.c.id)
    for case_id, principal in connection.rows_once(query) if found else ():
        if principal not in found[case_id]:
            found[case_id].append(principal)
    return found
