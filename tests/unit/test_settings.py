"""Settings: where values come from, and what a wrong one is answered with."""

from pathlib import Path

import pytest

from bridge.settings import Settings, SettingsError, load_settings


def test_flags_go_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "gloria.toml"
    file.write_text('[server]\nport = 1000\nhost = "127.0.0.2"\nworkers = 2\n')
    settings = load_settings(
        file, {"GLORIA_SERVER_PORT": "2000", "GLORIA_SERVER_WORKERS": "3"}, {"server.port": "3000"}
    )
    assert (settings.server.port, settings.server.workers, settings.server.host) == (3000, 3, "127.0.0.2")


def test_an_underscore_in_a_name_is_no_riddle_in_the_environment() -> None:
    settings = load_settings(None, {"GLORIA_TIMING_RING_TIMEOUT_S": "40", "GLORIA_DEMO": "true"}, {})
    assert settings.timing.ring_timeout_s == 40
    assert settings.demo


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "[timing]\nring_timeout_s = 1\n",
            "gloria.toml: timing.ring_timeout_s: Input should be greater than or equal to 5",
        ),
        ("[timing]\nring_timeout = 20\n", "gloria.toml: timing.ring_timeout: no such setting"),
        ("[server]\nport = 'x'\n", "gloria.toml: server.port: Input should be a valid integer"),
        ("server = 1\n", "gloria.toml: server: "),
        ("port = [\n", "not readable as TOML"),
        ("[contacts]\ntime_zone = 'Europe/Helsinky'\n", "contacts.time_zone: expected a time zone's name"),
        ("[contacts]\ndatabase_url = 'mysql://x'\n", "contacts.database_url: expected an address that begins with"),
        ("[desk]\nredis_url = 'localhost:6379'\n", "desk.redis_url: expected an address that begins with redis://"),
        (
            "[routing]\nfluent_after_s = 500\n",
            "gloria.toml: routing: expected fluent_after_s <= other_language_after_s",
        ),
        (
            "[routing.languages.ti]\ninterpreted_after_s = 10\n",
            "gloria.toml: routing: languages.ti: expected fluent_after_s <= other_language_after_s",
        ),
        ("[routing.languages.ti]\nfluent_s = 10\n", "gloria.toml: routing.languages.ti.fluent_s: no such setting"),
        ("[routing]\nchats_at_once = 0\n", "gloria.toml: routing.chats_at_once: Input should be greater than or equal"),
        ("[routing]\noffice_municipality = '17'\n", "gloria.toml: routing.office_municipality: String should match"),
    ],
)
def test_an_error_names_the_source_the_key_and_what_was_expected(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "gloria.toml"
    file.write_text(text)
    with pytest.raises(SettingsError) as error:
        load_settings(file, {}, {})
    assert words in str(error.value)


def test_a_misspelt_variable_is_not_passed_over() -> None:
    with pytest.raises(SettingsError, match="GLORIA_SEVER_PORT: no such setting"):
        load_settings(None, {"GLORIA_SEVER_PORT": "1"}, {})


def test_a_folder_is_no_file_of_settings(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path, {}, {})


def test_origins_come_from_the_environment_too() -> None:
    origins = {"GLORIA_SERVER_PUBLIC_ORIGINS": "https://a.example, https://b.example"}
    settings = load_settings(None, {**origins, "GLORIA_SERVER_TRUSTED_PROXIES": "1"}, {})
    assert settings.server.public_origins == ("https://a.example", "https://b.example")


def test_an_error_from_the_environment_names_the_variable() -> None:
    with pytest.raises(SettingsError, match=r"^GLORIA_SERVER_PORT: server\.port: "):
        load_settings(None, {"GLORIA_SERVER_PORT": "many"}, {})


def test_the_demo_desk_is_never_open_to_a_network() -> None:
    with pytest.raises(SettingsError, match="loopback only"):
        load_settings(None, {}, {"demo": True, "server.host": "0.0.0.0"})


def test_every_duration_says_its_unit() -> None:
    for name in Settings.model_fields["timing"].annotation.model_fields:  # type: ignore[union-attr]
        assert name.endswith("_s"), name


def test_a_proxy_that_speaks_https_has_to_be_counted() -> None:
    flags = {"server.public_origins": ("https://gloria.example.fi",)}
    with pytest.raises(SettingsError, match="trusted_proxies = 1 or more"):
        load_settings(None, {}, flags)
    assert load_settings(None, {}, {**flags, "server.trusted_proxies": 1}).server.trusted_proxies == 1


def test_an_error_does_not_repeat_a_password() -> None:
    for name in ("GLORIA_CONTACTS_DATABASE_URL", "GLORIA_CONTACTS_DATABASE_URLL", "GLORIA_DESK_REDIS_URL"):
        with pytest.raises(SettingsError) as refused:
            load_settings(None, {name: "mysql://user:secret-77@host/x"}, {})
        assert "secret-77" not in str(refused.value)
        assert name in str(refused.value)
