"""Writes the histories of this release: those of the demonstration county, and of procedures that are made up."""

import json
import lzma
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.encoding import case_text, chain, record_text
from adapters.sql.opening import open_database
from service import demo
from service.settings import read_settings
from tests.histories.walks import walks

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def write_county(version: str) -> Path:
    """Play the demonstration up to a fixed moment and keep each case: its records, its last hash, itself."""
    path = _path(version, "county")
    with TemporaryDirectory() as folder, lzma.open(path, "xt", encoding="utf-8") as file:
        settings = read_settings({}, database=f"sqlite:///{folder}/demo.sqlite", files_folder=f"{folder}/files")
        demo.make(settings, NOW)
        with closing(open_database(settings.database)) as database, database.read() as connection:
            cases = connection.driver.execute("SELECT id, last_hash, body FROM cases ORDER BY id").fetchall()
            for case_id, last_hash, body in cases:
                query = "SELECT payload FROM record WHERE case_id = ? ORDER BY seq"
                records = [payload for (payload,) in connection.driver.execute(query, (case_id,)).fetchall()]
                file.write(_line(last_hash, body, records))
    return path


def write_walks(version: str) -> Path:
    """Keep random walks, which hold the kinds of events and commands that the county has no need of."""
    path = _path(version, "walks")
    with lzma.open(path, "xt", encoding="utf-8") as file:
        for case, history in walks():
            records = [record_text(record) for record in history]
            file.write(_line(chain(records).hex(), case_text(case), records))
    return path


def _path(version: str, name: str) -> Path:
    return Path(__file__).with_name(f"{version}-{name}.jsonl.xz")


def _line(last_hash: str, case: str, records: list[str]) -> str:
    return json.dumps({"hash": last_hash, "case": case, "records": records}, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for path in (write_county(sys.argv[1]), write_walks(sys.argv[1])):
        print(path)  # noqa: T201  # what it is run for
