"""`shenpi demo`: the demonstration county, made afresh and served."""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from service.commands.settings import settings_of, usable
from service.commands.wrong_use import refuse
from service.settings import LogLevel, Settings

DATABASE_FILE, FILES_FOLDER = "shenpi-demo.sqlite", "shenpi-demo-files"


@click.command("demo", short_help="Serve a made-up county to try everything.")
@click.option("--port", type=int, default=8000, show_default=True, help="Port to listen on.")
@click.option(
    "--data", type=click.Path(path_type=Path), help="Folder for the demo's files; default: one that is thrown away."
)
def command(port: int, data: Path | None) -> None:
    """Make a county with ten townships and forty projects in every phase, and serve it until stopped.

    Everything is made up and made afresh each time; nothing outside the data folder is touched. Unless
    SHENPI_LOG_LEVEL says otherwise only warnings are logged, so that the logins stay in sight.
    """
    started = time.monotonic()
    with ExitStack() as leaving:
        folder = data if data is not None else Path(leaving.enter_context(TemporaryDirectory(prefix="shenpi-demo-")))
        settings = replace(
            settings_of(port=port, log_level=os.environ.get("SHENPI_LOG_LEVEL", LogLevel.WARNING)),
            database=f"sqlite:///{_fresh(folder)}",
            files_folder=folder / FILES_FOLDER,
        )
        _make_and_serve(settings, started)


def _fresh(folder: Path) -> Path:
    """Give the path of a database that does not exist yet; an earlier demo's is removed, anything else is left."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for suffix in ("", "-wal", "-shm"):
            (folder / f"{DATABASE_FILE}{suffix}").unlink(missing_ok=True)
    except OSError as error:
        refuse(f"{folder}: {error.strerror}")
    return (folder / DATABASE_FILE).resolve()


def _make_and_serve(settings: Settings, started: float) -> None:
    """Make the county in a process of its own, whose memory goes with it, while this one loads the service."""
    click.echo("Shenpi: making the demonstration county …")
    with ProcessPoolExecutor(1, get_context("spawn")) as aside:
        making = aside.submit(make, settings)
        from service.app import build  # noqa: PLC0415  # while the county is made
        from service.serving import serve  # noqa: PLC0415  # as above

        county = usable(making.result)
    application = usable(lambda: build(settings, is_demo=True))

    def ready() -> None:
        click.echo(f"{county.projects} projects in {time.monotonic() - started:.1f} s. Open {settings.origin}/")
        click.echo(f"API: {settings.origin}/schema    Password of everybody: {county.password}")
        for name, post in county.logins:
            click.echo(f"  {name:<16} {post}")

    serve(application, settings, ready)


@dataclass(frozen=True, slots=True)
class Made:
    """What the making process tells."""

    projects: int
    password: str
    logins: list[tuple[str, str]]


def make(settings: Settings) -> Made:
    """Make the county; called in the other process."""
    from service import demo  # noqa: PLC0415  # only the other process needs it

    script, busy = demo.make(settings)
    return Made(len(script.codes), demo.PASSWORD, demo.logins(script, busy))
