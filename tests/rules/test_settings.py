"""Settings: what is read from where, what stops the start, and what stays hidden."""

import logging
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import make_url

from config.settings import Settings, SettingsError, load

TOKEN = "123456:" + "very-secret_" * 3
NOWHERE = Path("no-such-file.env")


def read(env_file: Path = NOWHERE, /, **environ: str) -> Settings:
    return load({f"DUBAN_{name}": value for name, value in environ.items()}, env_file)


def refused(env_file: Path = NOWHERE, /, **environ: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        read(env_file, **environ)
    return caught.value.problems


def test_an_empty_machine_has_the_defaults() -> None:
    settings = read()
    assert settings == Settings()
    assert settings.token is None
    assert settings.api_url == "https://api.telegram.org"
    assert settings.database_url.get_secret_value() == "sqlite:///data/duban.sqlite3"
    assert settings.timezone == ZoneInfo("Asia/Shanghai")
    assert settings.language == "zh"
    assert (settings.http_host, settings.http_port) == ("127.0.0.1", 8080)
    assert settings.admin_ids == ()
    assert settings.issue_needs_approval is False


@pytest.mark.parametrize(
    ("said", "meant"), [("true", True), ("Yes", True), ("1", True), ("OFF", False), ("0", False)]
)
def test_a_switch_is_said_in_several_ways(said: str, meant: bool) -> None:
    assert read(ISSUE_NEEDS_APPROVAL=said).issue_needs_approval is meant


def test_every_setting_is_read_from_the_environment() -> None:
    settings = read(
        TOKEN=TOKEN,
        API_URL="http://127.0.0.1:8081/",
        PROXY="socks5://user:pw@10.0.0.1:1080",
        DATABASE_URL="postgresql://duban:p%40ss@db/duban",
        DATA_DIR="elsewhere",
        TIMEZONE="Asia/Urumqi",
        LANGUAGE="en",
        OFFICE_NAME="县政府督查室",
        OFFICE_PHONE="0000-1234567",
        ISSUE_NEEDS_APPROVAL="on",
        WEBHOOK_URL="https://duban.example/hook",
        WEBHOOK_SECRET="s3cret",
        HTTP_HOST="0.0.0.0",
        HTTP_PORT="0",
        ADMIN_IDS="7, 8,7",
        WORKING_DAYS="2027-02-14 班",
    )
    assert settings.token == SecretStr(TOKEN)
    assert settings.api_url == "http://127.0.0.1:8081"
    assert settings.proxy == SecretStr("socks5://user:pw@10.0.0.1:1080")
    assert settings.database_url == SecretStr("postgresql+psycopg://duban:p%40ss@db/duban")
    assert settings.data_dir == Path("elsewhere")
    assert settings.timezone == ZoneInfo("Asia/Urumqi")
    assert settings.language == "en"
    assert settings.office_name == "县政府督查室"
    assert settings.office_phone == "0000-1234567"
    assert settings.issue_needs_approval is True
    assert settings.webhook_url == "https://duban.example/hook"
    assert settings.webhook_secret == SecretStr("s3cret")
    assert settings.http_host == "0.0.0.0"
    assert settings.http_port == 0
    assert settings.admin_ids == (7, 8)
    assert settings.working_days == {date(2027, 2, 14): True}
    changed = {
        name for name in Settings.model_fields if getattr(settings, name) != getattr(read(), name)
    }
    assert changed == set(Settings.model_fields), "a setting is missing from this test"


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("TOKEN", "no-token", "digits, a colon"),
        ("TOKEN", "123456:with blank", "digits, a colon"),
        ("API_URL", "api.telegram.org", "https:// or http://"),
        ("API_URL", "https://", "https:// or http://"),
        ("API_URL", "https://host:port", "https:// or http://"),
        ("API_URL", "https://host/?a=b", "alone"),
        ("PROXY", "ftp://proxy", "socks5://"),
        ("DATABASE_URL", "mysql://u:hidden-pw@h/d", "sqlite:///"),
        ("DATABASE_URL", "duban.sqlite3", "sqlite:///"),
        ("DATABASE_URL", "sqlite://", "must name a file"),
        ("DATABASE_URL", "sqlite:///:memory:", "must name a file"),
        ("DATABASE_URL", "postgresql+asyncpg://u:hidden-pw@h/d", "postgresql://"),
        ("DATABASE_URL", "postgresql://u:hidden-pw@h", "must name the database"),
        ("DATABASE_URL", "postgresql://u:hidden-pw@h:port/d", "postgresql://"),
        ("TIMEZONE", "Mars/Olympus", "'Mars/Olympus'"),
        ("TIMEZONE", "../../etc/passwd", "must be a time zone"),
        ("LANGUAGE", "fr", "zh or en"),
        ("OFFICE_NAME", "x" * 65, "one line"),
        ("OFFICE_NAME", "two\nlines", "one line"),
        ("WEBHOOK_URL", "http://duban.example/hook", "https://"),
        ("WEBHOOK_SECRET", "hidden pw", "letters, digits"),
        ("WEBHOOK_SECRET", "s" * 257, "letters, digits"),
        ("HTTP_HOST", "a host", "'a host'"),
        ("HTTP_PORT", "65536", "0 to 65535"),
        ("HTTP_PORT", "-1", "0 to 65535"),
        ("HTTP_PORT", "八十", "0 to 65535"),
        ("ADMIN_IDS", "7,boss", "'boss'"),
        ("ISSUE_NEEDS_APPROVAL", "maybe", "'maybe'"),
        ("ADMIN_IDS", "0", "'0'"),
        ("WORKING_DAYS", "2027-02-30 off", "line 1"),
        ("WORKING_DAYS", "2027-02-06 off\n\n2027-02-07 maybe", "line 3"),
        ("WORKING_DAYS", "2027-02-12..2027-02-06 off", "line 1 ends before"),
        ("WORKING_DAYS", "2027-02-06..2027-02-08 off\n2027-02-07 working", "2027-02-07 (line 2)"),
    ],
)
def test_a_wrong_value_stops_the_start(name: str, value: str, part: str) -> None:
    (problem,) = refused(**{name: value})
    assert problem.startswith(f"DUBAN_{name} ")
    assert part in problem
    assert "hidden" not in problem


def test_a_data_folder_must_not_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    (problem,) = refused(DATA_DIR=str(tmp_path / "taken"))
    assert problem.startswith("DUBAN_DATA_DIR must be a folder")


def test_all_wrong_values_are_told_at_once() -> None:
    problems = refused(TOKEN="x", LANGUAGE="fr", HTTP_PORT="no", DATA_DIR="\0")
    told = [problem.split()[0] for problem in problems]
    assert told == ["DUBAN_TOKEN", "DUBAN_DATA_DIR", "DUBAN_LANGUAGE", "DUBAN_HTTP_PORT"]


@pytest.mark.parametrize("name", ["LANGUAGE", "TIMEZONE", "HTTP_PORT", "HTTP_HOST", "ADMIN_IDS"])
def test_a_token_in_the_wrong_place_is_not_shown(name: str) -> None:
    (problem,) = refused(**{name: TOKEN})
    assert "very-secret" not in problem


def test_an_empty_value_says_nothing() -> None:
    assert read(TOKEN="", TOKEN_FILE="", HTTP_PORT="  ") == Settings()


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text(
        "\ufeff# an operator's file, saved by Notepad\n"
        "DUBAN_LANGUAGE=en\nexport DUBAN_OFFICE_NAME='某县 督查室'\n"
        "DUBAN_DATABASE_URL=postgresql://u:pa$HOME@h/d\nHTTP_PROXY=http://other\n",
        encoding="utf-8",
    )
    settings = read(env_file, LANGUAGE="zh")
    assert settings.language == "zh"
    assert settings.office_name == "某县 督查室"
    assert make_url(settings.database_url.get_secret_value()).password == "pa$HOME"


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_bytes(b"DUBAN_OFFICE_NAME=\xb6\xbd\xb0\xec\n")
    (problem,) = refused(env_file)
    assert problem.startswith(f"{env_file} cannot be read")


@pytest.mark.parametrize("name", ["TOKEN", "DATABASE_URL", "WEBHOOK_SECRET", "OFFICE_NAME"])
def test_a_mounted_secret_is_the_value(tmp_path: Path, name: str) -> None:
    value = {"TOKEN": TOKEN, "DATABASE_URL": "sqlite:///x.db"}.get(name, "mounted")
    mounted = tmp_path / "mounted"
    mounted.write_text(value + "\n", encoding="utf-8")
    assert read(**{f"{name}_FILE": str(mounted)}) == read(**{name: value})


def test_a_mounted_secret_may_be_named_in_the_env_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN)
    env_file = tmp_path / ".env"
    env_file.write_text(f"DUBAN_TOKEN_FILE={tmp_path / 'token'}\n")
    assert read(env_file).bot_token() == TOKEN
    assert read(env_file, TOKEN="1:other").bot_token() == "1:other"


def test_a_mounted_secret_that_fails_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    missing, empty = str(tmp_path / "missing"), str(tmp_path / "empty")
    assert refused(TOKEN_FILE=missing)[0].startswith("DUBAN_TOKEN_FILE names a file that cannot")
    assert refused(TOKEN_FILE=str(tmp_path / "binary"))[0].endswith("it is not UTF-8 text")
    assert refused(TOKEN_FILE=empty) == ("DUBAN_TOKEN_FILE names a file that is empty",)
    assert refused(TOKEN=TOKEN, TOKEN_FILE=empty) == (
        "DUBAN_TOKEN and DUBAN_TOKEN_FILE are both set: keep one",
    )


def test_the_operators_days_come_from_a_file(tmp_path: Path) -> None:
    days = tmp_path / "days.txt"
    days.write_text(
        "# 春节\n2027-02-06..2027-02-08 off\n2027-02-10 至 2027-02-11 休  # and a remark\n\n"
        "2027-02-14 班\n2027-02-14 working\n",
        encoding="utf-8",
    )
    settings = read(WORKING_DAYS_FILE=str(days))
    off, on = ("2027-02-06", "2027-02-07", "2027-02-08", "2027-02-10", "2027-02-11"), "2027-02-14"
    assert settings.working_days == {
        **{date.fromisoformat(day): False for day in off},
        date.fromisoformat(on): True,
    }


def test_an_unknown_name_is_warned_about(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("DUBAN_LANGAUGE=en\nOTHER=1\n")
    with caplog.at_level(logging.WARNING):
        assert read(env_file, TEST_DATABASE_URL="x", TOKN=TOKEN) == Settings()
    assert caplog.messages == [
        "DUBAN_TOKN is no setting of this program; is DUBAN_TOKEN meant?",
        "DUBAN_LANGAUGE is no setting of this program; is DUBAN_LANGUAGE meant?",
    ]


def test_direct_settings_read_nothing_of_the_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("DUBAN_OFFICE_PHONE=12345\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DUBAN_LANGUAGE", "en")
    assert (Settings().language, Settings().office_phone) == ("zh", "")
    assert (load().language, load().office_phone) == ("en", "12345")


def test_settings_do_not_change_and_take_no_unknown_argument() -> None:
    settings = Settings(token=TOKEN, timezone="Asia/Shanghai", admin_ids=[7])
    with pytest.raises(ValidationError):
        settings.language = "en"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Settings(tokn=TOKEN)  # type: ignore[call-arg]


def test_secrets_are_shown_nowhere() -> None:
    settings = Settings(
        token=TOKEN,
        proxy="http://u:proxy-pw@h:1",
        database_url="postgresql://u:database-pw@h/d",
        webhook_secret="webhook-pw",
    )
    shown = f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"
    for secret in (TOKEN, "proxy-pw", "database-pw", "webhook-pw"):
        assert secret not in shown
        assert any(secret in told for told in settings.secrets())
    assert {"proxy-pw", "database-pw"} <= set(settings.secrets())
    assert Settings().secrets() == ()
    with pytest.raises(ValidationError) as caught:
        Settings(token="hidden-value")
    assert "hidden-value" not in str(caught.value)


def test_without_a_token_the_sentence_names_it() -> None:
    assert Settings(token=TOKEN).bot_token() == TOKEN
    with pytest.raises(SettingsError, match="DUBAN_TOKEN is not set"):
        Settings().bot_token()


def test_the_database_lies_in_the_data_folder_and_makes_it_on_demand(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "a" / "b")
    assert not (tmp_path / "a").exists()
    assert settings.database() == f"sqlite:///{tmp_path}/a/b/duban.sqlite3"
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = Settings(data_dir=tmp_path / "file" / "below")
    with pytest.raises(SettingsError, match="DUBAN_DATA_DIR"):
        settings.database()
