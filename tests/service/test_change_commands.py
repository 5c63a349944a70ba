"""`shenpi diff` and `shenpi impact` from a shell: sentences, JSON, and exit codes."""

import json
from pathlib import Path

from service.settings import Settings
from tests.service.conftest import Desk
from tests.service.test_changes import CHANGED, RENAMED, reviewed
from tests.service.test_cli import shenpi
from tests.service.test_definitions import SOURCE


def written(folder: Path, name: str, source: str) -> str:
    """Write a definition file."""
    path = folder / name
    path.write_text(source, "utf-8")
    return str(path)


def test_two_files_are_compared(tmp_path: Path) -> None:
    """One sentence each in the language asked for; equal behaviour says nothing; a broken file is exit code 2."""
    old, new = written(tmp_path, "old.yaml", SOURCE), written(tmp_path, "new.yaml", CHANGED)
    told = shenpi("diff", old, new)
    assert (told.returncode, len(told.stdout.splitlines())) == (0, 3)
    chinese = json.loads(shenpi("diff", old, new, "--language", "zh", "--json").stdout)["differences"]
    assert chinese[0]["code"] == "deadline_changed"
    assert chinese[0]["message"].startswith("“初审”")
    titled = written(tmp_path, "titled.yaml", SOURCE.replace("en: Review}", "en: Look}"))
    assert shenpi("diff", old, titled).stdout == ""
    broken = written(tmp_path, "broken.yaml", SOURCE.replace("to: review}", "to: nowhere}"))
    assert shenpi("diff", old, broken).returncode == 2


def test_a_file_is_tried_on_the_running_cases(desk: Desk, settings: Settings, tmp_path: Path) -> None:
    """Beside the running service; exit code 1 when one could not move, 0 when all could."""
    code = desk.sign_in("ann").get(f"/items/{reviewed(desk.sign_in('ann'))['id']}").json()["code"]
    changed, renamed = written(tmp_path, "changed.yaml", CHANGED), written(tmp_path, "renamed.yaml", RENAMED)
    fine = shenpi("impact", changed, "--database", settings.database, "--json")
    assert (fine.returncode, json.loads(fine.stdout)["counts"]["deadline"]) == (0, 1), fine.stderr
    stuck = shenpi("impact", renamed, "--database", settings.database)
    assert stuck.returncode == 1
    assert code in stuck.stdout
    moved = shenpi("impact", renamed, "--database", settings.database, "--state", "review:check")
    assert moved.returncode == 0, moved.stdout
    assert shenpi("impact", renamed, "--database", settings.database, "--state", "review:nowhere").returncode == 2
