"""The product and its tests type-check under `mypy --strict`."""

import pytest

from tests.background import Background


@pytest.mark.timeout(400)
def test_mypy_is_content(mypy: Background) -> None:
    """One run of mypy over everything, under way since the tests began; its cache makes the next one quick."""
    code, said = mypy.answer()
    assert code == 0, said


def test_a_check_in_the_background_tells_what_is_wrong() -> None:
    """Its exit code and all that it said: mypy's complaints are not lost by where it runs."""
    check = Background("-c", "import sys; print('a.py:1: error', flush=True); sys.exit('Found 1 error')")
    code, said = check.answer()
    check.stop()
    assert (code, said.splitlines()) == (1, ["a.py:1: error", "Found 1 error"])
