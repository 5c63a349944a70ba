"""From YAML text to a definition. All that is wrong is said at once, with file, line, path and what is allowed."""

from engine.loading.definitions import load
from engine.problem import DefinitionErrors, Problem

__all__ = ["DefinitionErrors", "Problem", "load"]
