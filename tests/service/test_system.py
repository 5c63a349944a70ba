"""Whether the service lives: at the root, and beside the calls of the interface."""

import pytest

from tests.service.conftest import Desk


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
@pytest.mark.parametrize("path", ["/health", "/ready", "/metrics", "/schema/openapi.json"])
def test_the_service_tells_of_itself_at_both_addresses(desk: Desk, prefix: str, path: str) -> None:
    """Programs that look under /api/v1 find the same as those that look at the root."""
    assert desk.client.get(f"{prefix}{path}").status_code == 200


def test_nothing_else_is_at_the_root(desk: Desk) -> None:
    """Only what tells of the service has two addresses."""
    assert desk.client.get("/me").status_code == 404
    assert desk.client.get("/api/v1/healthy").status_code == 404
