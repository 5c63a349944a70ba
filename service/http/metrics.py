"""Figures for Prometheus: how long requests and commands take, what waits, what is late.

Several processes behind one port count into files of one folder; whichever of them is asked adds all of them up.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from tempfile import TemporaryDirectory

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, values
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
MEDIA_TYPE = CONTENT_TYPE_LATEST
LABELS_KEPT_MAX = 1_024
"""Figures at hand; the library looks each up under a lock, in three calls a label."""

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""How the library is told of the folder in which processes count together."""


@contextmanager
def counted_together() -> Iterator[None]:
    """Let every process started meanwhile count into one folder, which is gone afterwards."""
    with TemporaryDirectory(prefix="shenpi-figures-") as folder:
        os.environ[FOLDER_VARIABLE] = folder
        # The library chose how to count when it was imported, and had not been told yet.
        values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]  # the library says nothing of it
        yield


class Metrics:
    """All figures of one process, or of all that count together."""

    def __init__(self) -> None:
        """Start at nothing."""
        self.registry = CollectorRegistry()
        requests = Histogram(
            "shenpi_request_seconds",
            "Time to answer a request.",
            ("method", "path", "status"),
            buckets=SECONDS,
            registry=self.registry,
        )
        commands = Histogram(
            "shenpi_command_seconds",
            "Time until a command was durable or refused.",
            ("kind", "outcome"),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.request = lru_cache(LABELS_KEPT_MAX)(requests.labels)
        """Gives the figure of a method, a path and a status."""
        self.command = lru_cache(LABELS_KEPT_MAX)(commands.labels)
        """Gives the figure of a kind of command and an outcome."""
        self.tasks_open = self._gauge("shenpi_tasks_open", "Open tasks.")
        self.timers_late = self._gauge("shenpi_timers_late", "Timers that are due and have not been swept.")
        self.outbox_waiting = self._gauge("shenpi_outbox_waiting", "Messages that wait to be sent.")
        self.outbox_lag = self._gauge("shenpi_outbox_lag_seconds", "Age of the oldest message that is due to be sent.")
        self.beat_age = self._gauge("shenpi_heartbeat_age_seconds", "Time since the last sweep by who was asked.")
        self.sweeps = Counter("shenpi_swept", "Things done by the heartbeat.", ("what",), registry=self.registry)

    def count_swept(self, what: str, number: int) -> None:
        """Count what the heartbeat did."""
        self.sweeps.labels(what).inc(number)

    def _gauge(self, name: str, text: str) -> Gauge:
        return Gauge(name, text, registry=self.registry, multiprocess_mode="mostrecent")

    def exposition(self) -> bytes:
        """Give all figures in Prometheus' text format."""
        if FOLDER_VARIABLE not in os.environ:
            return generate_latest(self.registry)
        everybodys = CollectorRegistry()
        MultiProcessCollector(everybodys)  # type: ignore[no-untyped-call]  # the library says nothing of it
        return generate_latest(everybodys)
