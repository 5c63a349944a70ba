"""Earlier schemas with data in them come up to this release's: nothing that they held is lost or changed."""

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, MetaData, select

from adapters.sql import schema
from adapters.sql.verify import verify
from tests.contract.place import Place, in_database
from tests.contract.purse import act, begin, bring, filled

VERSIONS = [f"{number:04}" for number in range(2, int(schema.HEAD))]
"""The first one has cases only, and no office to work in."""

Content = dict[str, list[str]]


def take_down(engine: Engine, version: str) -> None:
    """Bring a database to an earlier schema; what only later ones have is dropped."""
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    with engine.begin() as session:
        config.attributes["connection"] = session
        command.downgrade(config, version)


def content(engine: Engine, wanted: MetaData) -> Content:
    """Give the rows of the tables and columns of a schema."""
    with engine.connect() as session:
        return {
            name: sorted(map(repr, session.execute(select(*table.columns)).all()))
            for name, table in wanted.tables.items()
            if name != "alembic_version"
        }


def worked_in(url: str) -> Place:
    """An office with cases, tasks, timers, messages and money."""
    place = in_database(url)
    filled(place)
    begin(place, "spend", 60)
    act(place, "spend", "spend")
    for number in range(3):
        place.start(f"case{number}", key=f"k{number}", digest="d")
        place.act("ann", "submit", f"case{number}")
    place.act("rex", "return", "case0", comment="more")
    return place


@pytest.mark.parametrize("version", [VERSIONS[0], VERSIONS[-1]])
def test_an_earlier_schema_comes_up_with_its_data(database_url: str, version: str) -> None:
    """The earliest and the last: all that it can hold is as it was, every chain holds, and work goes on."""
    down_and_up(database_url, version)


@pytest.mark.long
@pytest.mark.parametrize("version", VERSIONS[1:-1])
def test_every_schema_comes_up_with_its_data(database_url: str, version: str) -> None:
    """All between them."""
    down_and_up(database_url, version)


def down_and_up(database_url: str, version: str) -> None:
    """Take a database that was worked in down to a schema, and bring it up again."""
    worked_in(database_url).store.close()
    engine = schema.engine_of(database_url)
    take_down(engine, version)
    earlier = MetaData()
    earlier.reflect(engine)
    before = content(engine, earlier)
    assert before["record"]
    assert schema.upgrade(database_url) == (version, schema.HEAD)
    assert content(engine, earlier) == before
    place = in_database(database_url)
    bring(place)
    assert place.database is not None
    if version >= "0003":  # the ledger, which the cases have posted to
        assert verify(place.database, place.library).is_clean
    assert place.start("case0", key="k0", digest="d").replayed
    assert place.act("ann", "resubmit", "case0").state == "review"
    place.store.close()
