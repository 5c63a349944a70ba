"""A service at work for long: memory, threads, files and the log of the database stay as they were."""

from itertools import count, islice
from pathlib import Path
from statistics import mean
from urllib.parse import urlsplit

import httpx
import psutil
import pytest

from adapters.sql.bench.scenario import APPLICANT, CLERK
from service.bench.server import PASSWORD, prepare_office
from service.bench.visitors import Visitors
from tests.service.test_serving import serving

CASES, SIGN_IN_EACH = 40, 6
SLICES, WARMING, ROUNDS = 18, 6, 60
"""So many looks at the process, of which the first ones do not count, each after so many rounds."""

GROWTH_BYTES_MAX = 6 << 20
"""Between the first third that counts and the last, some 6,000 requests: measured 3.5 MiB, of which SQLite's caches,
which have their bounds, take 2.4 while they fill (with small ones it was 1.1, and 0.1 a look at the end)."""

THREADS_MORE_MAX, FILES_MORE_MAX = 4, 16
"""What pools that are not full yet may still add: a reading connection has two files open."""

LOG_BYTES_MAX = 16 << 20
"""SQLite's log is copied into the file from 8 MiB on."""

READS = ("/api/v1/me", "/api/v1/tasks", "/api/v1/items?limit=20", "/api/v1/search?q=a", "/metrics")
PAGES = ("/", "/items", "/search?q=a", "/help")


def signed_in(url: str, name: str) -> httpx.Client:
    """Give a client that is signed in."""
    token = httpx.post(f"{url}/api/v1/session", json={"username": name, "password": PASSWORD}, timeout=60).json()[
        "token"
    ]
    return httpx.Client(base_url=url, headers={"authorization": f"Bearer {token}"}, timeout=60, follow_redirects=True)


def once_around(client: httpx.Client, visitors: Visitors, code: str) -> None:
    """Do of everything something: an action, lists and pages."""
    visitors.act(code)
    for path in (*READS, f"/api/v1/items/{code}", f"/api/v1/items/{code}/timeline", f"/api/v1/items/{code}/options"):
        assert client.get(path).status_code == 200, path
    for path in PAGES:
        assert client.get(path, headers={"accept": "text/html"}).status_code == 200, path


def come_and_go(url: str) -> None:
    """Sign in and out again."""
    with signed_in(url, APPLICANT.id) as other:
        assert other.delete("/api/v1/session").status_code in (200, 204)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_long_work_takes_no_more_than_short_work(tmp_path: Path) -> None:
    """Some 14,000 requests with heartbeat, sign-ins and pages; prints what the process took."""
    file = tmp_path / "office.sqlite"
    cases = prepare_office(f"sqlite:///{file}", CASES)
    seen: list[tuple[int, int, int]] = []
    with serving(f"sqlite:///{file}", tmp_path) as (url, running):
        process, numbers = psutil.Process(running.pid), count()
        with Visitors(int(urlsplit(url).port or 0), cases, 4) as visitors, signed_in(url, CLERK.id) as client:
            for _ in range(SLICES):
                for number in islice(numbers, ROUNDS):
                    once_around(client, visitors, cases[number % CASES])
                    if number % SIGN_IN_EACH == 0:
                        come_and_go(url)
                seen.append((process.memory_info().rss, process.num_threads(), process.num_fds()))
        log_bytes = Path(f"{file}-wal").stat().st_size
    counted = seen[WARMING:]
    third = len(counted) // 3
    growth = mean(rss for rss, *_ in counted[-third:]) - mean(rss for rss, *_ in counted[:third])
    told = [f"{rss / (1 << 20):.1f} MiB, {threads} threads, {files} files" for rss, threads, files in seen]
    print(*told, f"{growth / (1 << 20):.2f} MiB more, {log_bytes} bytes of log", sep="\n")  # noqa: T201  # the figure
    assert growth < GROWTH_BYTES_MAX
    assert max(threads for _, threads, _ in counted) <= counted[0][1] + THREADS_MORE_MAX
    assert max(files for *_, files in counted) <= counted[0][2] + FILES_MORE_MAX
    assert log_bytes < LOG_BYTES_MAX
