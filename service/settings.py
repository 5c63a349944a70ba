"""What can be set: each setting once, with its type, default and explanation.

A setting `port` is read from the environment as `SHENPI_PORT`; a command-line flag of the same name wins.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints
from urllib.parse import urlsplit

PREFIX = "SHENPI_"
PORT_MAX = 65_535
RATE_MAX = 10_000_000
_TRUE, _FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})


Names = tuple[str, ...]
"""Several names, separated by commas in the environment."""


class SettingError(ValueError):
    """Settings are wrong; the message has a line for each: its name, what it holds and what is allowed."""


class PasswordProfile(StrEnum):
    """Sets of password rules. `mlps2` and `mlps3` follow GB/T 22239-2019 level 2 and 3, `asvs` OWASP ASVS 5.0."""

    MLPS2 = "mlps2"
    MLPS3 = "mlps3"
    ASVS = "asvs"


class LogLevel(StrEnum):
    """From which severity on lines are written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a setting is for, and the bounds of a number."""

    explanation: str
    low: int = 0
    high: int = 0


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of the service; `explain()` says what each is for."""

    database: Annotated[str, Setting("Where the data is: sqlite:///FILE or postgresql://…")] = "sqlite:///shenpi.sqlite"
    files_folder: Annotated[Path, Setting("Folder that holds uploaded files.")] = Path("shenpi-files")
    host: Annotated[str, Setting("Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Setting("Port to listen on.", 0, PORT_MAX)] = 8000
    workers: Annotated[int, Setting("Processes that answer requests; more than 1 needs PostgreSQL.", 1, 64)] = 1
    public_url: Annotated[str, Setting("Address people use, https://… behind TLS; empty: http://HOST:PORT.")] = ""
    trusted_proxies: Annotated[Names, Setting("Addresses of proxies whose X-Forwarded-For is believed.")] = ()
    language: Annotated[str, Setting("Language of people who chose none: zh or en.")] = "zh"
    log_level: Annotated[LogLevel, Setting("debug, info, warning or error.")] = LogLevel.INFO
    password_profile: Annotated[PasswordProfile, Setting("mlps2, mlps3 (also asks for a second proof) or asvs.")] = (
        PasswordProfile.MLPS2
    )
    session_idle_minutes: Annotated[int, Setting("A session ends when unused for so long.", 1, 1440)] = 30
    session_hours_max: Annotated[int, Setting("A session ends after so long in any case.", 1, 168)] = 8
    login_failures_max: Annotated[int, Setting("Wrong passwords that lock an account.", 1, 100)] = 5
    address_failures_max: Annotated[int, Setting("Wrong passwords from one address.", 1, 10_000)] = 50
    login_window_minutes: Annotated[int, Setting("How long failures count and locks last.", 1, 1440)] = 15
    requests_per_minute_max: Annotated[int, Setting("Requests of one person a process.", 1, RATE_MAX)] = 30_000
    anonymous_requests_per_minute_max: Annotated[int, Setting("… of one address, not signed in.", 1, RATE_MAX)] = 3_000
    oidc_issuer: Annotated[str, Setting("Sign-in service (OpenID Connect), https://…; empty: passwords only.")] = ""
    oidc_client_id: Annotated[str, Setting("Name under which that service knows us.")] = ""
    oidc_client_secret: Annotated[str, Setting("Secret we share with it; empty for a public client.")] = ""
    oidc_claim: Annotated[str, Setting("What it says that is a username of ours.")] = "preferred_username"
    smtp_url: Annotated[str, Setting("smtp://USER:PASSWORD@HOST:PORT, smtps://…, smtp+plain://…; empty: no mail.")] = ""
    mail_from: Annotated[str, Setting("Sender of mails, such as shenpi@county.example.")] = ""
    webhook_origins: Annotated[Names, Setting("Where webhooks may go: https://HOST[:PORT], …; empty: nowhere.")] = ()
    webhook_networks: Annotated[Names, Setting("Private networks they may reach, such as 10.2.0.0/16.")] = ()
    metrics_token: Annotated[str, Setting("Bearer token that /metrics asks for; empty: nothing is asked.")] = ""
    heartbeat: Annotated[bool, Setting("Whether this process sweeps timers, sends mail and writes digests.")] = True
    heartbeat_seconds: Annotated[int, Setting("Time between two sweeps.", 1, 60)] = 1
    digest_at: Annotated[str, Setting("When the daily digest is written, local time HH:MM.")] = "08:30"

    @property
    def origin(self) -> str:
        """The address people use: scheme, host and port."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def is_tls(self) -> bool:
        """Whether people reach the service over TLS, so that cookies can be kept to it."""
        return urlsplit(self.origin).scheme == "https"


@dataclass(frozen=True, slots=True)
class Explanation:
    """One line of the configuration table."""

    variable: str
    default: str
    text: str


def explain() -> list[Explanation]:
    """Give the configuration table, in the order of the settings."""
    return [
        Explanation(_variable(item.name), _shown(item.default), _kinds()[item.name][1].explanation)
        for item in fields(Settings)
    ]


def _variable(name: str) -> str:
    return f"{PREFIX}{name.upper()}"


@cache
def _kinds() -> dict[str, tuple[Any, Setting]]:
    hints = get_type_hints(Settings, include_extras=True)
    return {name: get_args(hint)[:2] for name, hint in hints.items()}


def read_settings(environment: Mapping[str, str], **flags: object) -> Settings:
    """Make settings from the environment and from flags (None: not given), which win.

    Raises:
        SettingError: any of them is wrong, or a variable is nearly but not quite the name of one.

    """
    values: dict[str, object] = {}
    problems = _misspelt(environment)
    for name, (kind, setting) in _kinds().items():
        flag = flags.pop(name, None)
        text = str(flag) if flag is not None else environment.get(_variable(name))
        if text is None:
            continue
        try:
            values[name] = _parse(text, kind, setting)
            _JUDGES.get(name, _accept)(text)
        except ValueError as error:
            given = f"--{name.replace('_', '-')}" if flag is not None else _variable(name)
            problems.append(f"{given} is {_masked(name, text)!r}: {error}")
    if values.get("smtp_url") and not values.get("mail_from"):
        problems.append(f"{_variable('mail_from')} is empty: mails need a sender, such as shenpi@county.example")
    if values.get("oidc_issuer") and not values.get("oidc_client_id"):
        problems.append(f"{_variable('oidc_client_id')} is empty: the sign-in service must know who asks")
    if flags:
        raise TypeError(f"no such setting: {', '.join(flags)}")
    if problems:
        raise SettingError("\n".join(problems))
    return Settings(**values)  # type: ignore[arg-type]  # each was parsed to its own kind


def _misspelt(environment: Mapping[str, str]) -> list[str]:
    known = [_variable(name) for name in _kinds()]
    unknown = (name for name in environment if name.startswith(PREFIX) and name not in known)
    close = ((name, get_close_matches(name, known, 1, 0.85)) for name in sorted(unknown))
    return [f"{name} is not a setting: did you mean {match[0]}?" for name, match in close if match]


def _parse(text: str, kind: Any, setting: Setting) -> object:  # noqa: ANN401  # a type or Names, which has no type
    if kind is bool:
        return _flag(text)
    if kind is int:
        return _number(text, setting.low, setting.high)
    if kind == Names:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if issubclass(kind, StrEnum) and text not in set(kind):
        raise ValueError(f"give one of {', '.join(kind)}")
    return kind(text)


def _flag(text: str) -> bool:
    if text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    raise ValueError("give yes or no")


def _number(text: str, low: int, high: int) -> int:
    if text.isascii() and text.isdigit() and len(text) <= len(str(high)) and low <= int(text) <= high:
        return int(text)
    raise ValueError(f"give a whole number from {low} to {high}")


def _language(value: str) -> None:
    if value not in {"zh", "en"}:
        raise ValueError("give zh or en")


def _origin(value: str) -> None:
    parts = urlsplit(value)
    is_origin = parts.scheme in {"http", "https"} and parts.netloc and not parts.path.strip("/") and not parts.query
    if value and not is_origin:
        raise ValueError("give scheme, host and port only, such as https://shenpi.county.example")


def _clock(value: str) -> None:
    hours, _, minutes = value.partition(":")
    _number(hours, 0, 23)
    _number(minutes, 0, 59)


def _database(value: str) -> None:
    if urlsplit(value).scheme.partition("+")[0] not in {"sqlite", "postgresql"}:
        raise ValueError("give sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")


def _mail_server(value: str) -> None:
    parts = urlsplit(value)
    if value and not (parts.scheme in {"smtp", "smtps", "smtp+plain"} and parts.hostname):
        raise ValueError("give smtp://HOST:PORT, smtps://USER:PASSWORD@HOST:PORT or smtp+plain://HOST:PORT")


def _sender(value: str) -> None:
    if value and "@" not in value:
        raise ValueError("give one address, such as shenpi@county.example")


def _issuer(value: str) -> None:
    parts = urlsplit(value)
    is_here = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if value and (not parts.hostname or parts.query or parts.fragment or not (parts.scheme == "https" or is_here)):
        raise ValueError("give its issuer as it calls itself, such as https://sso.county.example/realms/office")


def _origins(value: str) -> None:
    for origin in value.split(","):
        if origin.strip():
            _origin(origin.strip())


def _networks(value: str) -> None:
    for network in value.split(","):
        if network.strip():
            ip_network(network.strip())


def _accept(value: str) -> None:
    """Nothing more is asked of it."""


_JUDGES: Mapping[str, Callable[[str], None]] = {
    "language": _language,
    "public_url": _origin,
    "digest_at": _clock,
    "database": _database,
    "smtp_url": _mail_server,
    "mail_from": _sender,
    "oidc_issuer": _issuer,
    "webhook_origins": _origins,
    "webhook_networks": _networks,
}


def _masked(name: str, text: str) -> str:
    """A value as an error message may show it: without the password in an address, and no token or secret at all."""
    if name.endswith(("_token", "_secret")):
        return "…"
    scheme, divider, rest = text.partition("://")
    return f"{scheme}{divider}…@{rest.rpartition('@')[2]}" if "@" in rest else text


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return "yes" if default else "no"
    return ",".join(default) if isinstance(default, tuple) else str(default)
