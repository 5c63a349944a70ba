"""The command line: `shenpi COMMAND`. Exit code 0 is well, 1 a check failed, 2 wrong use.

Each command lives in its own module under `commands/` and is imported when it is called, so that `shenpi --help`
answers at once.
"""

import gc
from collections.abc import Mapping
from importlib import import_module

import click

COMMANDS: Mapping[str, str] = {
    "appoint": "service.commands.appoint",
    "backtest": "service.commands.backtest",
    "backup": "service.commands.backup",
    "bench": "service.commands.bench",
    "check": "service.commands.check",
    "demo": "service.commands.demo",
    "diff": "service.commands.diff",
    "export": "service.commands.exporting",
    "handover": "service.commands.handover",
    "impact": "service.commands.impact",
    "import": "service.commands.importing",
    "init": "service.commands.init",
    "move": "service.commands.move",
    "password": "service.commands.password",
    "replay": "service.commands.replay",
    "restore": "service.commands.restore",
    "serve": "service.commands.serve",
    "upgrade": "service.commands.upgrade",
    "verify": "service.commands.verify",
}
"""Names of the commands and the module whose `command` does each."""


class Lazy(click.Group):
    """A group whose commands are imported when they are needed."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Give the names of all commands."""
        del context
        return sorted(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Import one command."""
        del context
        module = COMMANDS.get(name)
        if module is None:
            return None
        gc.disable()  # what is imported stays: looking through it for garbage, again and again, is a sixth of a start
        try:
            command = import_module(module).command
        finally:
            gc.freeze()
            gc.enable()
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="shenpi", prog_name="shenpi")
def main() -> None:
    """Approval engine and project-and-funds system for local government."""


if __name__ == "__main__":
    main()
