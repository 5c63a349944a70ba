"""Settings: from the environment and from flags, every mistake told at once."""

from pathlib import Path

import pytest

from service.settings import PasswordProfile, SettingError, Settings, explain, read_settings


def test_defaults_serve_one_machine() -> None:
    """Nothing has to be set to try the product."""
    settings = read_settings({})
    assert settings == Settings()
    assert settings.origin == "http://127.0.0.1:8000"
    assert not settings.is_tls


def test_each_kind_of_setting_is_read() -> None:
    """Numbers, yes and no, lists, paths and named profiles."""
    settings = read_settings(
        {
            "SHENPI_PORT": "9000",
            "SHENPI_HEARTBEAT": "no",
            "SHENPI_TRUSTED_PROXIES": "10.0.0.1, 10.0.0.2",
            "SHENPI_FILES_FOLDER": "/srv/files",
            "SHENPI_PASSWORD_PROFILE": "asvs",
            "SHENPI_PUBLIC_URL": "https://shenpi.county.example/",
        }
    )
    assert (settings.port, settings.heartbeat) == (9000, False)
    assert settings.trusted_proxies == ("10.0.0.1", "10.0.0.2")
    assert settings.files_folder == Path("/srv/files")
    assert settings.password_profile is PasswordProfile.ASVS
    assert settings.origin == "https://shenpi.county.example"
    assert settings.is_tls


def test_a_flag_wins_over_the_environment() -> None:
    """What is typed is what is meant; a flag that is not given changes nothing."""
    settings = read_settings({"SHENPI_PORT": "9000", "SHENPI_HOST": "::1"}, port=7000, host=None)
    assert (settings.port, settings.host) == (7000, "::1")


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("SHENPI_PORT", "80a", "whole number from 0 to 65535"),
        ("SHENPI_PORT", "-1", "whole number"),
        ("SHENPI_PORT", "٣", "whole number"),
        ("SHENPI_PORT", "99999999999999999999", "whole number"),
        ("SHENPI_HEARTBEAT", "perhaps", "yes or no"),
        ("SHENPI_LANGUAGE", "fr", "zh or en"),
        ("SHENPI_LOG_LEVEL", "loud", "debug, info, warning, error"),
        ("SHENPI_DATABASE", "mysql://u:" + "secret" + "@host/db", "sqlite:///FILE or postgresql://"),
        ("SHENPI_PUBLIC_URL", "https://host/below", "scheme, host and port only"),
        ("SHENPI_SMTP_URL", "mail.example", "smtp://"),
        ("SHENPI_DIGEST_AT", "25:00", "whole number from 0 to 23"),
        ("SHENPI_PROT", "80", "did you mean SHENPI_PORT"),
    ],
)
def test_a_mistake_is_named(variable: str, value: str, says: str) -> None:
    """The variable, what it holds and what is allowed."""
    with pytest.raises(SettingError, match=says) as found:
        read_settings({variable: value})
    assert variable in str(found.value)
    assert "secret" not in str(found.value)


def test_all_mistakes_are_told_at_once() -> None:
    """One run, one list."""
    with pytest.raises(SettingError) as found:
        read_settings({"SHENPI_PORT": "x", "SHENPI_WORKERS": "0"}, language="de")
    assert len(str(found.value).splitlines()) == 3
    assert "--language is 'de'" in str(found.value)


def test_an_unknown_flag_is_a_programming_error() -> None:
    """It never comes from a user."""
    with pytest.raises(TypeError, match="colour"):
        read_settings({}, colour="red")


def test_every_setting_is_explained() -> None:
    """The configuration table has a sentence for each."""
    assert all(line.text.endswith((".", "postgresql://…")) for line in explain())
    assert "SHENPI_DATABASE" in {line.variable for line in explain()}
