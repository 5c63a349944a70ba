"""A draft as YAML text that our loader takes: no aliases, every text in quotes."""

import yaml

from engine.values import Json

WIDTH = 110


class _Dumper(yaml.SafeDumper):
    """Writes texts in quotes, names and numbers plainly, and everything out in full."""

    def ignore_aliases(self, data: object) -> bool:
        """Never point to what was written before."""
        del data
        return True


class _Name(str):
    """A text that stands without quotes."""

    __slots__ = ()


def _written(value: Json) -> object:
    if isinstance(value, dict):
        return {_Name(key): _written(inner) for key, inner in value.items()}
    return [_written(inner) for inner in value] if isinstance(value, list) else value


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    is_plain = value.replace("_", "a").replace("-", "a").isalnum() and value.isascii() and value[:1].isalpha()
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if is_plain else '"')


def _mapping(dumper: yaml.SafeDumper, value: dict[str, object]) -> yaml.MappingNode:
    """Write texts in two languages on one line."""
    return dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=True if "zh" in value else None)


_Dumper.add_representer(dict, _mapping)
_Dumper.add_representer(str, _text)
_Dumper.add_representer(_Name, _text)


def yaml_text(content: Json) -> str:
    """Give the text of a definition."""
    return yaml.dump(
        _written(content), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH, default_flow_style=None
    )
