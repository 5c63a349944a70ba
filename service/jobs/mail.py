"""From the settings to a mail server."""

from urllib.parse import unquote, urlsplit

from adapters.notify.smtp import SmtpSettings, Tls

PROTECTION = {"smtp": Tls.STARTTLS, "smtps": Tls.TLS, "smtp+plain": Tls.NONE}
PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


def mail_settings(url: str, sender: str) -> SmtpSettings | None:
    """Read `smtp://USER:PASSWORD@HOST:PORT`; None when no server is set."""
    if not url:
        return None
    parts = urlsplit(url)
    return SmtpSettings(
        host=parts.hostname or "",
        port=parts.port or PORTS[parts.scheme],
        sender=sender,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=PROTECTION[parts.scheme],
    )
