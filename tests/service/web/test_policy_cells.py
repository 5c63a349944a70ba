"""Every shipped policy that is a table is shown in words and comes back as it was."""

import pytest

from adapters import shipped
from service.texts.catalogue import load
from service.web.views.policy_tables import CODES, is_table, table_field, table_problems, table_value

SPEECH = load().speak("zh")
TABLES = {key: value for key, value in shipped.policies().items() if is_table(key, value)}


@pytest.mark.parametrize("key", sorted(TABLES))
def test_a_table_comes_back_as_it_was(key: str) -> None:
    """No cell is lost, no code is one that nobody knows, and what adds up adds up."""
    table = table_field(key, TABLES[key], SPEECH)
    assert table_value(key, table, SPEECH) == TABLES[key]
    assert table_problems(key, table, SPEECH) == []
    for column in table.columns:
        assert column.label != f"county.cell.{column.name}"
        if column.name in CODES:
            assert all(choice.label not in ("", choice.value) for choice in column.choices)
