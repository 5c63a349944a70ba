"""The operating handbook says the same in both languages, and what it says to type exists."""

import re

import click

from service.cli import main
from service.settings import explain
from tests.tidy.sources import ROOT, report
from tests.tidy.test_documented import commands

ENGLISH, CHINESE = ((ROOT / "service" / name).read_text("utf-8") for name in ("OPERATING.en.md", "OPERATING.zh.md"))
BLOCK = re.compile(r"```.*?```", re.DOTALL)


def test_both_languages_say_the_same() -> None:
    """The same chapters, the same blocks to copy, as many rows of tables."""
    assert BLOCK.findall(CHINESE) == BLOCK.findall(ENGLISH)
    for shape in (r"^## \d+\.", r"^\|"):
        assert len(re.findall(shape, CHINESE, re.MULTILINE)) == len(re.findall(shape, ENGLISH, re.MULTILINE))


def test_what_is_to_be_typed_exists() -> None:
    """Every `shenpi …` is a command, every `SHENPI_…` a setting, every gauge one of ours."""
    assert isinstance(main, click.Group)
    known = {words.split()[1] for words in commands(main, "shenpi")}
    unknown = set(re.findall(r"(?:^|`|bin/)shenpi ([a-z]+)", ENGLISH, re.MULTILINE)) - known
    assert not unknown, report(sorted(unknown))
    unknown = set(re.findall(r"SHENPI_[A-Z_]+", ENGLISH)) - {one.variable for one in explain()}
    assert not unknown, report(sorted(unknown))
    gauges = (ROOT / "service/http/metrics.py").read_text("utf-8")
    unknown = {name for name in re.findall(r"shenpi_[a-z_]+", ENGLISH) if f'"{name}"' not in gauges}
    assert not unknown, report(sorted(unknown))
