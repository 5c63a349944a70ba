"""What handlers work with, besides the assembly: who calls, the figures, and how the heartbeat is."""

from dataclasses import dataclass

from service.assembly import Assembly
from service.health import Finding
from service.http.answering import Answering
from service.http.callers import Callers
from service.http.metrics import Metrics
from service.http.policy import Policy
from service.jobs.heartbeat import Heartbeat


@dataclass(frozen=True, slots=True)
class Front:
    """The HTTP side's own parts. Handlers ask for it by the name `front`."""

    assembly: Assembly
    policy: Policy
    callers: Callers
    metrics: Metrics
    answering: Answering
    heartbeat: Heartbeat | None

    @property
    def pulse(self) -> Finding:
        """How the heartbeat of this process is."""
        if self.heartbeat is None:
            return "off"
        return "ok" if self.heartbeat.is_alive else "failed"
