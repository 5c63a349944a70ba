"""Settings for a command: from the environment and its flags, or one line for what is wrong."""

import os
from collections.abc import Callable
from typing import TypeVar

import click

from adapters.sql.database import Unusable
from service.commands.wrong_use import refuse
from service.settings import SettingError, Settings, read_settings
from service.web.assets.fetch import AssetsNotFetched

Result = TypeVar("Result")

DATABASE = click.option("--database", help="sqlite:///FILE or postgresql://…; default: SHENPI_DATABASE.")
"""The option of every command that works on a database."""


def settings_of(**flags: object) -> Settings:
    """Read the settings; ends the command with what is wrong."""
    try:
        return read_settings(os.environ, **flags)
    except SettingError as error:
        refuse(str(error))


def usable(work: Callable[[], Result]) -> Result:
    """Do something that needs the database or the site; ends the command in one line when it can not be used."""
    try:
        return work()
    except (Unusable, AssetsNotFetched) as error:
        refuse(str(error))
