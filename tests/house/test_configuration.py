"""Start-up refuses what would make an unsafe installation, and says which variable it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from festival.config import ConfigurationRefused, Settings, load_settings

SECRET = "kB3-fv9Qw_8ZrT1xLm5NcY7dHs2JgPqE4uAo"
GOOD = {
    "environment": "production",
    "secret_key": SECRET,
    "base_url": "https://festival.example.org",
}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"secret_key": ""}, "FESTIVAL_SECRET_KEY"),
        ({"secret_key": "changeme"}, "FESTIVAL_SECRET_KEY"),
        ({"secret_key": "a" * 64}, "FESTIVAL_SECRET_KEY"),
        ({"base_url": ""}, "FESTIVAL_BASE_URL"),
        ({"base_url": "festival.example.org"}, "FESTIVAL_BASE_URL"),
        ({"debug": True}, "FESTIVAL_DEBUG"),
        ({"rate_limit_url": "redis://cache.example.org:6379/0"}, "Redis"),
        ({"smtp_port": 99999}, "FESTIVAL_SMTP_PORT"),
    ],
)
def test_a_weak_or_missing_value_stops_the_start(
    change: dict[str, object], named: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationRefused, match=named):
        load_settings(instance_path=tmp_path, **(GOOD | change))


def test_a_safe_production_starts(tmp_path: Path) -> None:
    settings = load_settings(instance_path=tmp_path, **GOOD)

    assert settings.is_production
    assert settings.hosts == ["festival.example.org"]


def test_outside_production_a_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    first = load_settings(instance_path=tmp_path, environment="development")
    second = load_settings(instance_path=tmp_path, environment="development")

    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("given", ["postgres://u@h/d", "postgresql://u@h/d"])
def test_a_postgresql_address_is_spoken_to_with_psycopg(given: str) -> None:
    assert Settings(database_url=given).database == "postgresql+psycopg://u@h/d"
