"""Writes the histories of this release: those of the demonstration county, made through the engine."""

import json
import lzma
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.sql.opening import open_database
from service import demo
from service.settings import read_settings

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def write(version: str) -> Path:
    """Play the demonstration up to a fixed moment and keep each case: its records, its last hash, itself."""
    path = Path(__file__).with_name(f"{version}.jsonl.xz")
    with TemporaryDirectory() as folder, lzma.open(path, "xt", encoding="utf-8") as file:
        settings = read_settings({}, database=f"sqlite:///{folder}/demo.sqlite", files_folder=f"{folder}/files")
        demo.make(settings, NOW)
        with closing(open_database(settings.database)) as database, database.read() as connection:
            cases = connection.driver.execute("SELECT id, last_hash, body FROM cases ORDER BY id").fetchall()
            for case_id, last_hash, body in cases:
                query = "SELECT payload FROM record WHERE case_id = ? ORDER BY seq"
                records = [payload for (payload,) in connection.driver.execute(query, (case_id,)).fetchall()]
                file.write(json.dumps({"hash": last_hash, "case": body, "records": records}, ensure_ascii=False) + "\n")
    return path


if __name__ == "__main__":
    print(write(sys.argv[1]))  # noqa: T201  # what it is run for
