"""What every folder of tests may ask for."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data: SHENPI_SHARED_DATA, else `../shared/data` beside the checkout; else skips."""
    folder = Path(os.environ.get("SHENPI_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}: set SHENPI_SHARED_DATA")
    return folder
