"""Reading what the package ships: definitions, roles, policies and the demonstration county."""

from importlib.resources import files
from typing import Any

import yaml


def text(name: str) -> str:
    """Give a data file of `workflows` by its name there."""
    return files("workflows").joinpath(name).read_text("utf-8")


def mapping(name: str) -> dict[str, Any]:
    """Give a YAML data file of `workflows` as a mapping."""
    found = yaml.safe_load(text(name))
    if not isinstance(found, dict):
        raise TypeError(f"{name} holds no mapping")
    return found
