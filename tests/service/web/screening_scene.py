"""The demonstration county with somebody at the keyboard of each post, for the pages of screening."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from litestar.testing import TestClient

from adapters.clock import ManualClock
from engine.commands import Act, Save, Start
from engine.refusal import Refused
from service.app import build
from service.assembly import Assembly
from service.http.application import Application
from tests.service.web.county import TODAY, settings_of
from tests.service.web.test_signing_pages import Browser

PASSWORD = "Qinghe-2026"


@dataclass
class Scene:
    """The running county: `do`, `save` and `start` are done by the engine, pages are read by signed-in browsers."""

    app: Application
    clock: ManualClock
    client: TestClient[Application]
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def assembly(self) -> Assembly:
        """What the application is made of."""
        assembly = self.app.state["assembly"]
        assert isinstance(assembly, Assembly)
        return assembly

    def browser(self, who: str) -> Browser:
        """Sign somebody in."""
        browser = Browser(self.client)
        browser.sign_in(who, PASSWORD)
        return browser

    def actor(self, who: str) -> Any:  # noqa: ANN401  # the engine's actor
        """Give somebody with their principals."""
        return self.assembly.organisation.now().actor(who, self.clock.now())

    def start(self, definition: str, who: str, unit: str, code: str, **data: Any) -> str:  # noqa: ANN401  # fields
        """Start a case; gives its code."""
        self.ids[code] = f"scene-{code}"
        command = Start(
            case_id=self.ids[code], actor=self.actor(who), definition=definition, code=code, unit=unit, data=data
        )
        self.assembly.runtime.execute(command)
        return code

    def save(self, code: str, who: str, **data: Any) -> None:  # noqa: ANN401  # fields
        """Fill in fields."""
        self.assembly.runtime.execute(Save(case_id=self.ids[code], actor=self.actor(who), data=data))

    def act(self, code: str, who: str, action: str, comment: str = "", **form: Any) -> str:  # noqa: ANN401  # fields
        """Take an action; gives the state it led to."""
        command = Act(case_id=self.ids[code], actor=self.actor(who), action=action, comment=comment, form=form)
        return self.assembly.runtime.execute(command).state

    def refused(self, code: str, who: str, action: str) -> set[str]:
        """Try an action that must be refused; gives the codes of the reasons."""
        with pytest.raises(Refused) as caught:
            self.act(code, who, action)
        return {one.code for one in caught.value.reasons}


@contextmanager
def scene(furnished: Path, folder: Path) -> Iterator[Scene]:
    """Open a county of one's own, on the day its stories are told for."""
    own = folder / "county"
    copytree(furnished, own)
    clock = ManualClock(TODAY)
    app: Application = build(settings_of(own), clock, is_demo=True)
    with TestClient(app) as client:
        yield Scene(app, clock, client)
