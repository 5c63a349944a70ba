"""`shenpi demo` as a newcomer meets it: one command, a printed login, forty projects."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import httpx
import psutil
import pytest

from tests.service.test_cli import ROOT

START_SECONDS_MAX = 60
"""The goal is 15 s on a quiet machine; the test only fails when something is really wrong."""
MEMORY_BYTES_MAX = 150 << 20
VISITED_BYTES_MAX = 163 << 20
"""After ten pages with a search (measured: 158 MiB; the goal is 143)."""
VISITED = ("/", "/items", "/search?q=平台", "/dashboard", "/admin/definitions", "/help", "/reports")
CHECKED_BYTES_MAX = 12 << 20
"""Most that may stay of the checks of passwords: each takes more than this while it lasts."""

PROJECTS: dict[str, str | int] = {"limit": 100, "definition": "township-project"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, int]]:
    """A running demonstration: its address, what it printed, its process."""
    folder = tmp_path_factory.mktemp("demo")
    words = [sys.executable, "-m", "service.cli", "demo", "--port", "8976", "--data", str(folder)]
    said = folder / "said"
    with said.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(words, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
    while not re.search(r"\n  e\d\d", printed := said.read_text("utf-8")) and process.poll() is None:
        sleep(0.1)
    yield "http://127.0.0.1:8976", printed, process.pid
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


def sign_in(url: str, name: str, password: str) -> httpx.Client:
    """Give a client that is signed in."""
    answer = httpx.post(f"{url}/api/v1/session", json={"username": name, "password": password}, timeout=30)
    assert answer.status_code in (200, 201), answer.text
    return httpx.Client(base_url=url, headers={"authorization": f"Bearer {answer.json()['token']}"}, timeout=30)


@pytest.mark.timeout(START_SECONDS_MAX * 2)
def test_the_demo_prints_logins_and_serves_forty_projects(demo: tuple[str, str, int]) -> None:
    """What it prints is enough to sign in; the county sees forty projects; memory stays small."""
    url, printed, pid = demo
    (seconds,) = re.findall(r"40 projects in ([\d.]+) s", printed)
    assert float(seconds) < START_SECONDS_MAX
    (password,) = re.findall(r"Password of everybody: (\S+)", printed)
    assert "t01-apply" in printed
    with sign_in(url, "cty-head", password) as county:
        answer = county.get("/api/v1/items", params={"limit": 1, "definition": "township-project"}).json()
        assert answer["total"] == 40
    assert psutil.Process(pid).memory_info().rss < MEMORY_BYTES_MAX


@pytest.mark.timeout(START_SECONDS_MAX * 2)
def test_pages_take_little_memory(demo: tuple[str, str, int]) -> None:
    """Ten pages as people see them, after the night's looks at every project."""
    url, printed, pid = demo
    (password,) = re.findall(r"Password of everybody: (\S+)", printed)
    with sign_in(url, "cty-head", password) as county:
        while not warnings_of(county):
            sleep(1)
        codes = [one["code"] for one in county.get("/api/v1/items", params=PROJECTS).json()["items"]]
        for path in (*VISITED, *(f"/items/{code}" for code in codes[:3])):
            answer = county.get(path, headers={"accept": "text/html"}, follow_redirects=True)
            assert answer.status_code == 200, path
            assert answer.headers["content-type"].startswith("text/html")
    assert psutil.Process(pid).memory_info().rss < VISITED_BYTES_MAX


@pytest.mark.timeout(START_SECONDS_MAX)
def test_signing_in_gives_its_memory_back(demo: tuple[str, str, int]) -> None:
    """What a password's check takes, on purpose, is the system's again when it is done."""
    url, printed, pid = demo
    (password,) = re.findall(r"Password of everybody: (\S+)", printed)
    resident = []
    for name in ("cty-head", "t01-apply", "wf-admin", "fin-pay"):
        with sign_in(url, name, password) as person:
            assert person.get("/api/v1/me").status_code == 200
        resident.append(psutil.Process(pid).memory_info().rss)
    assert max(resident) - resident[0] < CHECKED_BYTES_MAX


@pytest.mark.timeout(START_SECONDS_MAX)
def test_the_expert_that_is_printed_has_a_sheet_open(demo: tuple[str, str, int]) -> None:
    """Lots decide who sits on a panel; the login that is printed is somebody who was drawn and has work."""
    url, printed, _ = demo
    (password,) = re.findall(r"Password of everybody: (\S+)", printed)
    (expert,) = re.findall(r"\n  (e\d\d) ", printed)
    with sign_in(url, expert, password) as desk:
        assert desk.get("/api/v1/tasks", params={"view": "mine"}).json()["tasks"]


@pytest.mark.timeout(START_SECONDS_MAX)
def test_the_demo_warns_of_what_goes_wrong_in_it(demo: tuple[str, str, int]) -> None:
    """Soon after the start the rules have looked at every project: each warning is about one of them."""
    url, printed, _ = demo
    (password,) = re.findall(r"Password of everybody: (\S+)", printed)
    with sign_in(url, "cty-head", password) as county:
        found: list[dict[str, object]] = []
        while not found:
            sleep(1)
            found = warnings_of(county)
        codes = {one["code"] for one in county.get("/api/v1/items", params=PROJECTS).json()["items"]}
    assert {one["title"] for one in found} <= codes


def warnings_of(county: httpx.Client) -> list[dict[str, object]]:
    """Give the warnings there are by now."""
    answer = county.get("/api/v1/items", params={"limit": 100, "definition": "warning"}).json()
    return list(answer["items"])


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """A folder that cannot be made is one line and exit code 2."""
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", "utf-8")
    words = [sys.executable, "-m", "service.cli", "demo", "--port", "8977", "--data", str(blocked)]
    answer = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1
