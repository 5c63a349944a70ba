"""Whether the service lives: at the root, and beside the calls of the interface."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from litestar.testing import TestClient

from service.app import build
from service.settings import Settings
from service.texts.foreign import all_texts
from tests.service.conftest import Desk
from tests.service.office import PASSWORD, Hands


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
@pytest.mark.parametrize("path", ["/health", "/ready", "/metrics", "/schema/openapi.json"])
def test_the_service_tells_of_itself_at_both_addresses(desk: Desk, prefix: str, path: str) -> None:
    """Programs that look under /api/v1 find the same as those that look at the root."""
    assert desk.client.get(f"{prefix}{path}").status_code == 200


def test_nothing_else_is_at_the_root(desk: Desk) -> None:
    """Only what tells of the service has two addresses."""
    assert desk.client.get("/me").status_code == 404
    assert desk.client.get("/api/v1/healthy").status_code == 404


def test_an_application_that_has_ended_is_filled_anew(
    settings: Settings, furnished_office: Path, tmp_path: Path
) -> None:
    """Nothing of what it served is left: no session, no figure, no limit; the texts are read once."""
    application = build(settings, Hands())
    with TestClient(application) as client:
        token = client.post("/api/v1/session", json={"username": "ann", "password": PASSWORD}).json()["token"]
        bearer = {"Authorization": f"Bearer {token}"}
        assert client.get("/api/v1/me", headers=bearer).status_code == 200
        assert '"/api/v1/me"' in client.get("/metrics").text
    shutil.copy(furnished_office, tmp_path / "other.sqlite")
    other = replace(settings, database=f"sqlite:///{tmp_path / 'other.sqlite'}", anonymous_requests_per_minute_max=2)
    assert build(other, Hands(), is_demo=True, into=application) is application
    with TestClient(application) as client:
        assert '"/api/v1/me"' not in client.get("/metrics").text
        assert client.get("/api/v1/me", headers=bearer).status_code == 401
        assert client.get("/api/v1/me", headers=bearer).status_code == 429
        assert application.state["web"].site.demo
        assert application.state["assembly"].catalogue is all_texts()
