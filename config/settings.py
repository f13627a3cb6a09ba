"""Settings: what an operator may set, from the environment, `.env` and mounted secrets.

`DUBAN_NAME` sets the field `name`; `DUBAN_NAME_FILE` names a file whose text is the value.
The environment comes before `.env`. The one rule: a wrong value stops the start with a
sentence that names the setting, and no sentence shows a secret.
"""

import difflib
import logging
import os
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy import make_url

from config import values
from config.logs import hide

PREFIX = "DUBAN_"
FROM_FILE = "_FILE"
FOR_TESTS = "DUBAN_TEST_"

logger = logging.getLogger(__name__)


class SettingsError(Exception):
    """One sentence for each setting that is wrong, in `problems`."""

    def __init__(self, *problems: str) -> None:
        # A token pasted into the wrong line would else be shown as the wrong value.
        self.problems = tuple(map(hide, problems))
        super().__init__("\n".join(self.problems))


class Settings(BaseSettings):
    """Every setting with its default. Built from arguments alone; `load` reads the machine."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        validate_default=False,
    )

    token: Annotated[SecretStr | None, BeforeValidator(values.token)] = None
    """The bot's token from BotFather; `duban run` and `duban doctor` alone need it."""
    api_url: Annotated[str, BeforeValidator(values.api_url)] = "https://api.telegram.org"
    """The Bot API server: Telegram's, a self-hosted one, or the sandbox."""
    proxy: Annotated[SecretStr | None, BeforeValidator(values.proxy)] = None
    """The way to the Bot API server: http, https or socks5."""
    data_dir: Annotated[Path, BeforeValidator(values.folder)] = Path("data")
    """What the bot keeps in files; made when it is first needed."""
    database_url: Annotated[SecretStr, BeforeValidator(values.database_url)] = Field(
        default_factory=lambda known: _sqlite_in(known.get("data_dir", Path("data")))
    )
    """SQLite or PostgreSQL; without a value a SQLite file in the data folder."""
    timezone: Annotated[ZoneInfo, BeforeValidator(values.zone)] = ZoneInfo("Asia/Shanghai")
    """The office's time zone: limits and reminders follow its wall clock."""
    language: Annotated[Literal["zh", "en"], BeforeValidator(values.language)] = "zh"
    """The language of who has not chosen one."""
    office_name: Annotated[str, BeforeValidator(values.line)] = "督查室"
    """Signs every message."""
    office_phone: Annotated[str, BeforeValidator(values.line)] = ""
    """Stands beside the name, for those who would rather call."""
    issue_needs_approval: Annotated[bool, BeforeValidator(values.switch)] = False
    """Whether a leader signs (签发) what a coordinator hands out."""
    webhook_url: Annotated[str | None, BeforeValidator(values.webhook_url)] = None
    """Where Telegram delivers; without it the bot polls."""
    webhook_secret: Annotated[SecretStr | None, BeforeValidator(values.webhook_secret)] = None
    """What Telegram must say with each delivery."""
    http_host: Annotated[str, BeforeValidator(values.host)] = "127.0.0.1"
    """The address on which webhook, board, health and metrics listen."""
    http_port: Annotated[int, BeforeValidator(values.port)] = 8080
    """Its port; 0 takes any that is free."""
    admin_ids: Annotated[tuple[int, ...], BeforeValidator(values.ids)] = ()
    """Telegram accounts with all rights, for recovery."""
    working_days: Annotated[Mapping[date, bool], BeforeValidator(values.working_days)] = Field(
        default_factory=dict
    )
    """The operator's own days, before the statutory ones: True is a working day."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments alone: tests and the demo must not depend on where they run."""
        return (init_settings,)

    def bot_token(self) -> str:
        """The token in the clear, for those commands that cannot do without."""
        if self.token is None:
            raise SettingsError("DUBAN_TOKEN is not set: BotFather gives it to the bot's owner")
        return self.token.get_secret_value()

    def proxy_address(self) -> str | None:
        """The proxy in the clear, None where there is none."""
        return None if self.proxy is None else self.proxy.get_secret_value()

    def database(self) -> str:
        """The database's address in the clear; the folder of a SQLite file is made."""
        url = self.database_url.get_secret_value()
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            folder = Path(parsed.database).parent
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise SettingsError(
                    f"DUBAN_DATABASE_URL or DUBAN_DATA_DIR: cannot make the folder {folder}: "
                    f"{error.strerror}"
                ) from error
        return url

    def secrets(self) -> tuple[str, ...]:
        """Every secret in the clear, for the log to hide."""
        held = (self.token, self.proxy, self.webhook_secret, self.database_url)
        found = [secret.get_secret_value() for secret in held if secret is not None]
        passwords = [
            make_url(self.database_url.get_secret_value()).password,
            urlsplit(self.proxy.get_secret_value()).password if self.proxy else None,
        ]
        found = [secret for secret in found if not secret.startswith("sqlite:")]
        return tuple(found + [password for password in passwords if password])

    @classmethod
    def checked(cls, **given: Any) -> Self:
        """Settings from raw values, or SettingsError with a sentence for each wrong one."""
        try:
            return cls(**given)
        except ValidationError as error:
            # The database's default waits for the data folder, and is no problem of its own.
            wrong = [e for e in error.errors() if e["type"] != "default_factory_not_called"]
            raise SettingsError(*map(_sentence, wrong)) from None


def load(environ: Mapping[str, str] | None = None, env_file: Path = Path(".env")) -> Settings:
    """The settings of this machine; raises SettingsError. Unknown names are warned about."""
    problems: list[str] = []
    given: dict[str, str] = {}
    in_file = _read_env_file(env_file, problems)
    for variables in (os.environ if environ is None else environ, in_file):
        _warn_of_unknown(variables)
        given |= Variables(Settings, variables, known=given, problems=problems)()
    try:
        settings = Settings.checked(**given)
    except SettingsError as error:
        problems.extend(error.problems)
    if problems:
        raise SettingsError(*problems)
    return settings


class Variables(PydanticBaseSettingsSource):
    """Settings that are not known yet, as raw text from variables or the files they name."""

    def __init__(
        self,
        settings_cls: type[BaseSettings],
        variables: Mapping[str, str],
        *,
        known: Collection[str],
        problems: list[str],
    ) -> None:
        super().__init__(settings_cls)
        self._variables = variables
        self._known = frozenset(known)
        self._problems = problems

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        variable = PREFIX + field_name.upper()
        return _value_of(variable, self._variables, self._problems), field_name, False

    def __call__(self) -> dict[str, Any]:
        found = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
            if name not in self._known
        }
        return {name: value for name, value in found.items() if value is not None}


def _sqlite_in(data_dir: Path) -> SecretStr:
    return SecretStr(f"sqlite:///{data_dir / 'duban.sqlite3'}")


def _sentence(error: Any) -> str:
    name = PREFIX + str(error["loc"][0]).upper()
    cause = error.get("ctx", {}).get("error")
    return f"{name} {cause}" if cause else f"{name}: {error['msg']}"


def _read_env_file(path: Path, problems: list[str]) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        # Taken as written: a `$` in a password is no reference to another variable.
        found = dotenv_values(path, interpolate=False, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{path} cannot be read: {error}")
        return {}
    return {name: value for name, value in found.items() if value is not None}


def _value_of(variable: str, source: Mapping[str, str], problems: list[str]) -> str | None:
    """What this source says; an empty value says nothing, as in a form left blank."""
    value, path = source.get(variable, "").strip(), source.get(variable + FROM_FILE, "").strip()
    if value and path:
        problems.append(f"{variable} and {variable}{FROM_FILE} are both set: keep one")
        return None
    if not path:
        return value or None
    try:
        text = Path(path).read_text(encoding="utf-8-sig").strip()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        problems.append(f"{variable}{FROM_FILE} names a file that cannot be read: {reason}")
        return None
    if not text:
        problems.append(f"{variable}{FROM_FILE} names a file that is empty")
        return None
    return text


def _warn_of_unknown(source: Mapping[str, str]) -> None:
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    for name in source:
        if not name.startswith(PREFIX) or name.startswith(FOR_TESTS):
            continue
        if name not in known and name.removesuffix(FROM_FILE) not in known:
            near = difflib.get_close_matches(name, known, n=1)
            meant = f"; is {near[0]} meant?" if near else ""
            logger.warning("%s is no setting of this program%s", name, meant)
