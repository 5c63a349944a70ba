"""Forms of the demo by name, as `routes.yaml` names them: each fills what one step fills in."""

from collections.abc import Callable, Mapping
from typing import Any

from workflows.demo.forms import application, approval, closing, delivery, panel, pool, review
from workflows.demo.scenes import Scene

Builder = Callable[[Scene], dict[str, Any]]

FORMS: Mapping[str, Builder] = {
    builder.__name__: builder
    for module in (application, review, panel, pool, approval, delivery, closing)
    for builder in module.BUILDERS
}
"""Every builder by its own name."""
