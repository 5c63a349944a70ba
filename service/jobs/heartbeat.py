"""The heartbeat of a process: it only ticks. What is due is taken in the database, by one process at a time."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import partial
from threading import Event, Thread
from time import monotonic
from time import time as machine_time

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from adapters.notify.origins import Origins
from adapters.notify.smtp import SmtpMailer
from adapters.notify.webhook import WebhookSender
from adapters.sql.access import forget_sign_ins
from adapters.sql.drafts import sweep_drafts
from service import log
from service.assembly import Assembly
from service.jobs.calls import CallTeller
from service.jobs.definitions import Reminders
from service.jobs.digest import Digest
from service.jobs.flags import BROWSERS_LOOKED_AT, FlagWatch
from service.jobs.mail import mail_settings
from service.jobs.migrations import Mover
from service.jobs.outbox import PostOffice
from service.jobs.pictures import look_at_pictures
from service.jobs.pool import PoolKeeper
from service.jobs.reports import Reports
from service.jobs.timers import sweep_timers
from service.jobs.warnings import Watch
from service.jobs.words import read_documents
from service.settings import Settings
from service.telling import Teller

SILENCE_SECONDS_MAX = 30.0
"""A heartbeat that was not heard for so long has stopped."""

DRAFTS_KEPT = timedelta(days=30)
HOUSEKEEPING_HOURS = 1
DIGEST_MINUTES = 1
WATCH_MINUTES = 10
DOCUMENT_SECONDS = 5
CLOCK_SECONDS = 1.0
"""How often the machine's clock is looked at, and how far back it must have been put to matter."""


class Every(BaseTrigger):  # type: ignore[misc]  # the library has no types
    """Again so long from now: when the clock was put on by a year, not each second of it is made up for."""

    def __init__(self, interval: timedelta) -> None:
        """Wait so long each time."""
        self._interval = interval

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        """Give the next time."""
        return now + self._interval


class Heartbeat:
    """Runs the jobs of one process in threads of its own."""

    def __init__(self, assembly: Assembly, counted: Callable[[str, int], None] = lambda _what, _number: None) -> None:
        """Prepare; `counted` is told how much of what was done."""
        self._assembly = assembly
        self._counted = counted
        self._stopping = Event()
        self._beat_at = monotonic()
        self._office = post_office(assembly)
        self._digest = Digest(assembly, time.fromisoformat(assembly.settings.digest_at))
        self._watch = Watch(assembly)
        self._pool = PoolKeeper(assembly)
        self._calls = CallTeller(assembly)
        self._flags = FlagWatch(assembly)
        self._reports = Reports(assembly)
        self._reminders = Reminders(assembly)
        self._mover = Mover(assembly, self._stopping.wait)
        self._clock_watch = Thread(target=self._watch_clock, name="shenpi-clock", daemon=True)
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(4)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=UTC,
        )

    def start(self) -> None:
        """Begin at once with what fell due while nobody looked."""
        seconds = self._assembly.settings.heartbeat_seconds
        self._every("timers", self._sweep_timers, seconds=seconds)
        self._every("messages", self._office.send, seconds=seconds)
        self._every("migrations", self._mover.sweep, seconds=seconds)
        self._every("documents", partial(read_documents, self._assembly), seconds=DOCUMENT_SECONDS)
        self._every("pictures", partial(look_at_pictures, self._assembly), seconds=DOCUMENT_SECONDS)
        self._every("digests", self._digest.write, minutes=DIGEST_MINUTES)
        self._every("warnings", self._watch.look, minutes=WATCH_MINUTES)
        self._every("pool", self._pool.look, minutes=WATCH_MINUTES)
        self._every("calls", self._calls.look, minutes=WATCH_MINUTES)
        self._every("flags", self._flags.look, minutes=WATCH_MINUTES)
        self._every("reports", self._reports.open, minutes=WATCH_MINUTES)
        self._every("definitions", self._reminders.look, minutes=WATCH_MINUTES)
        self._every("housekeeping", self._keep_house, hours=HOUSEKEEPING_HOURS)
        self._scheduler.start()
        self._clock_watch.start()

    def stop(self) -> None:
        """Let what is under way come to its end, and begin nothing more."""
        self._stopping.set()
        if self._scheduler.running:
            self._clock_watch.join()
            self._scheduler.shutdown(wait=True)

    def age_seconds(self) -> float:
        """Tell how long ago timers were last swept."""
        return monotonic() - self._beat_at

    @property
    def is_alive(self) -> bool:
        """Whether it was heard lately."""
        return self.age_seconds() < SILENCE_SECONDS_MAX

    def _every(self, what: str, work: Callable[[], int], **interval: int) -> None:
        every = Every(timedelta(**interval))
        self._scheduler.add_job(self._drain, every, args=(what, work), id=what, next_run_time=datetime.now(UTC))

    def _watch_clock(self) -> None:
        """Begin anew when the machine's clock was put back: the scheduler would wait until it shows the old time."""
        ahead = machine_time() - monotonic()
        while not self._stopping.wait(CLOCK_SECONDS):
            before, ahead = ahead, machine_time() - monotonic()
            if ahead < before - CLOCK_SECONDS:
                log.write("clock", {"back_seconds": round(before - ahead, 1)}, level="warning")
                for job in self._scheduler.get_jobs():
                    job.modify(next_run_time=datetime.now(UTC))

    def _drain(self, what: str, work: Callable[[], int]) -> None:
        """Repeat a job until it finds nothing more to do; a fault is written and tried again at the next tick."""
        try:
            while not self._stopping.is_set() and (number := work()):
                self._counted(what, number)
        except Exception as error:  # noqa: BLE001  # the next tick tries again, whatever it was
            log.write_fault(error, {"job": what})

    def _sweep_timers(self) -> int:
        number = sweep_timers(self._assembly)
        self._beat_at = monotonic()
        return number

    def _keep_house(self) -> int:
        """Forget sessions, guesses, drafts and sign-ins that no longer count."""
        now, signing_in = self._assembly.clock.now(), self._assembly.signing_in
        signing_in.sessions.sweep(now)
        signing_in.attempts.sweep(now)
        sweep_drafts(self._assembly.database, now - DRAFTS_KEPT)
        forget_sign_ins(self._assembly.database, now - BROWSERS_LOOKED_AT)
        return 0


def post_office(assembly: Assembly) -> PostOffice:
    """Make what sends messages, as the settings say."""
    settings = assembly.settings
    return PostOffice(
        assembly=assembly,
        teller=Teller(assembly.catalogue, assembly.library, settings.origin),
        mailer=_mailer(assembly, settings),
        hooks=WebhookSender(Origins(settings.webhook_origins, settings.webhook_networks), assembly.clock.now),
    )


def _mailer(assembly: Assembly, settings: Settings) -> SmtpMailer | None:
    found = mail_settings(settings.smtp_url, settings.mail_from)
    return None if found is None else SmtpMailer(found, assembly.clock.now)
