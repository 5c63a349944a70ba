"""Build hook: put the third-party browser files into the package, since none are committed."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsHook(BuildHookInterface):
    """Run the asset fetcher before a wheel or an editable install is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # the hook's signature
        """Fetch into the source tree and let the git-ignored files into the wheel."""
        _fetcher(Path(self.root)).fetch()
        build_data["artifacts"].append("/service/web/assets/vendor/*")


def _fetcher(root: Path) -> ModuleType:
    """The fetch module loaded from its file: the project itself is not installed yet."""
    spec = importlib.util.spec_from_file_location("fetch", root / "service/web/assets/fetch.py")
    if spec is None or spec.loader is None:
        message = "service/web/assets/fetch.py is missing from the source tree."
        raise FileNotFoundError(message)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
