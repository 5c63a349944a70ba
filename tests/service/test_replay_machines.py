"""Mined state machines and logs of any kind of names: the verdict is that of walking the machine's edges by hand."""

import json
import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from click.testing import CliRunner

from service.cli import main

NAMES = [
    "A  b",
    "C ",
    "D\u00a0e",
    "审核",
    "审 核",
    "Überprüfung (2)",
    "x&y",
    "CLOSE",
    "close",
    "T01.1 <go>",
    "1",
    "end",
    "start",
]
MACHINES, CASES, STEPS_MAX = 12, 40, 6


def by_hand(machine: dict[str, list[str]], edges: set[tuple[str, str]], steps: list[str]) -> tuple[int, str]:
    """Give `accepted` and `first_bad_step` as the columns of the expected tables say them."""
    if not steps or steps[0] not in machine["start"]:
        return 0, "0"
    for number, pair in enumerate(pairwise(steps), 1):
        if pair not in edges:
            return 0, f"{number}"
    return (1, "") if steps[-1] in machine["end"] else (0, f"{len(steps)}")


def written(path: Path, cases: list[list[str]]) -> None:
    """Write a log as XES, without times in half of its cases."""
    moment = datetime(2026, 1, 5, 9, tzinfo=UTC)
    traces = []
    for number, steps in enumerate(cases):
        events = []
        for order, step in enumerate(steps):
            name = step.replace("&", "&amp;").replace("<", "&lt;")
            at = f'<date key="time:timestamp" value="{(moment + timedelta(hours=order)).isoformat()}"/>'
            events.append(f'<event><string key="concept:name" value="{name}"/>{at if number % 2 else ""}</event>')
        traces.append(f'<trace><string key="concept:name" value="case {number}"/>{"".join(events)}</trace>')
    path.write_text(f'<log xes.version="1.0">{"".join(traces)}</log>', "utf-8")


def test_a_machine_and_a_log_of_any_names(tmp_path: Path) -> None:
    """Odd blanks, letters of other scripts, names that are our words or differ in capitals only, empty cases."""
    chance = random.Random(5)
    for number in range(MACHINES):
        names = chance.sample(NAMES, 6)
        edges = {(chance.choice(names), chance.choice(names)) for _ in range(12)}
        machine = {"start": names[:2], "end": names[2:4]}
        model, log = tmp_path / f"{number}.json", tmp_path / f"{number}.xes"
        model.write_text(json.dumps({**machine, "edges": sorted(edges)}, ensure_ascii=False), "utf-8")
        cases = [walk(chance, names[:2], edges) if chance.random() < 0.6 else noise(chance) for _ in range(CASES)]
        written(log, cases)
        answer = CliRunner().invoke(main, ["replay", "--definition", str(model), "--log", str(log), "--json"])
        assert answer.exit_code == 0, answer.output
        found = [(one["accepted"], str(one["first_bad_step"])) for one in json.loads(answer.stdout)["verdicts"]]
        assert found == [by_hand(machine, edges, steps) for steps in cases], (machine, sorted(edges))


def test_a_machine_too_large_for_a_definition_is_walked(tmp_path: Path) -> None:
    """A municipality's log has four hundred activities; a definition has 200 states. The verdict is the same."""
    chance = random.Random(7)
    names = [f"{number:03} Toetsen" for number in range(260)]
    edges = {(chance.choice(names), chance.choice(names)) for _ in range(900)}
    machine = {"start": names[:150], "end": names[100:220]}
    cases = [walk(chance, machine["start"], edges) for _ in range(CASES)] + [[], ["none"], ["999", names[0]]]
    model, log = tmp_path / "large.json", tmp_path / "large.xes"
    model.write_text(json.dumps({**machine, "edges": sorted(edges)}), "utf-8")
    written(log, cases)
    answer = CliRunner().invoke(main, ["replay", "--definition", str(model), "--log", str(log), "--json"])
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    found = [(one["accepted"], str(one["first_bad_step"])) for one in told["verdicts"]]
    assert found == [by_hand(machine, edges, steps) for steps in cases]
    assert 5 < told["accepted"] < CASES


def walk(chance: random.Random, starts: list[str], edges: set[tuple[str, str]]) -> list[str]:
    """Give steps along the edges."""
    steps = [chance.choice(starts)]
    while len(steps) < STEPS_MAX and (after := sorted(b for a, b in edges if a == steps[-1])):
        steps.append(chance.choice(after))
    return steps


def noise(chance: random.Random) -> list[str]:
    """Give any steps, or none."""
    return [chance.choice(NAMES) for _ in range(chance.randint(0, 4))]
