"""Settings: one typed class, read from the environment and from `.env` in the working folder.

Every wrong setting is a sentence, all of them at once; a name that nobody reads is one too, since a mistyped
CONVENOR_SANDBOX would otherwise write to everybody.
"""

import importlib.util
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from storage.arrangements.findings import did_you_mean

PREFIX = "CONVENOR_"
ENV_FILE = ".env"
SHORTEST_AUDIT_KEY = 32
DOORS = ("terminal",)
"""The doors that this version has."""

LATER = {
    "CONVENOR_BASE_URL": "The web door",
    "CONVENOR_PORT": "The web door",
    "CONVENOR_MAIL_FROM": "Mail",
    "SMTP_URL": "Mail",
    "GOVUK_NOTIFY_API_KEY": "GOV.UK Notify",
    "GOVUK_NOTIFY_URL": "GOV.UK Notify",
    "SLACK_BOT_TOKEN": "Slack",
    "SLACK_APP_TOKEN": "Slack",
    "SLACK_SIGNING_SECRET": "Slack",
    "SLACK_API_URL": "Slack",
    "SLACK_CLIENT_ID": "Slack",
    "SLACK_CLIENT_SECRET": "Slack",
    "CLIENT_ID": "Teams",
    "CLIENT_SECRET": "Teams",
    "TENANT_ID": "Teams",
    "TEAMS_OPENID_METADATA_URL": "Teams",
}
"""Settings of doors that are yet to come, each with what it belongs to: they are not read."""

_FOR_TESTS = "CONVENOR_TEST_"


class WrongSettings(Exception):
    """Settings that can't be used; `sentences` has every reason."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__("\n".join(self.sentences))


class Settings(BaseSettings):
    """What one installation is told from outside. Keys are secret: they show as stars wherever they are printed."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        env_ignore_empty=True,
    )

    database_url: str = Field("sqlite:///convenor.db", description="The database: SQLite or PostgreSQL.")
    definitions: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Definition files, or a folder of them, with commas between."
    )
    encryption_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (), description="Fernet keys with commas between; the first one encrypts, all of them decrypt."
    )
    audit_key: SecretStr | None = Field(None, description="The key that seals the ledger; keep a copy elsewhere.")
    sandbox: Annotated[tuple[str, str] | None, NoDecode] = Field(
        None, description="One place to which all messages go instead, as door:address."
    )
    heartbeat_url: str | None = Field(None, description="An address that is called while all is well.")

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        try:
            url = make_url(value)
        except ArgumentError:
            raise ValueError(_WANTED_DATABASE) from None
        backend = url.get_backend_name()
        if backend not in ("sqlite", "postgresql"):
            raise ValueError(_WANTED_DATABASE)
        if backend == "postgresql" and importlib.util.find_spec("psycopg") is None:
            raise ValueError('needs psycopg for PostgreSQL: install "convenor[postgres]"')
        return value

    @field_validator("definitions", mode="before")
    @classmethod
    def _files(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        found: list[str] = []
        problems: list[str] = []
        for each in _listed(value):
            path = Path(each)
            inside = sorted(str(file) for file in path.glob("*.toml")) if path.is_dir() else [each]
            if not inside:
                problems.append(f"names the folder {each}, which holds no .toml file")
            elif not Path(inside[0]).is_file():
                problems.append(f"names {each}, which is no file and no folder here")
            found += inside
        if problems:
            raise ValueError("; ".join(problems))
        return tuple(dict.fromkeys(found))

    @field_validator("encryption_keys", mode="before")
    @classmethod
    def _fernet(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        keys = _listed(value)
        for place, key in enumerate(keys, 1):
            try:
                Fernet(key)
            except ValueError:
                raise ValueError(f"holds no usable key in place {place}: make one with `convenor keys`") from None
        return tuple(keys)

    @field_validator("audit_key")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SHORTEST_AUDIT_KEY:
            raise ValueError(f"is shorter than {SHORTEST_AUDIT_KEY} characters: make one with `convenor keys`")
        return value

    @field_validator("sandbox", mode="before")
    @classmethod
    def _place(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        door, _, address = (part.strip() for part in value.partition(":"))
        if not address:
            raise ValueError("is written as door:address, such as terminal:sandbox")
        if door not in DOORS:
            raise ValueError(f'names the door "{door}", which is not part of this version yet: use {", ".join(DOORS)}')
        return door, address

    @field_validator("heartbeat_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname):
            raise ValueError("is no web address: write it like https://watch.example.org/ping")
        return value

    @property
    def missing_keys(self) -> tuple[str, ...]:
        """The names of the keys that are not set."""
        names = {"CONVENOR_AUDIT_KEY": self.audit_key, "CONVENOR_ENCRYPTION_KEYS": self.encryption_keys}
        return tuple(name for name, value in names.items() if not value)

    @property
    def ledger_key(self) -> bytes | None:
        """The key of the ledger as bytes."""
        return None if self.audit_key is None else self.audit_key.get_secret_value().encode()


_WANTED_DATABASE = "is no database address: write it like sqlite:///convenor.db or postgresql://user@host/convenor"


def names() -> tuple[str, ...]:
    """The names of the settings that this version reads."""
    return tuple(f"{PREFIX}{field.upper()}" for field in Settings.model_fields)


def read() -> Settings:
    """The settings of the environment and of `.env`. Raises WrongSettings with a sentence for each mistake."""
    sentences = list(_unknown(_given()))
    try:
        settings = Settings()
    except ValidationError as error:
        raise WrongSettings([*(_sentence(detail) for detail in error.errors()), *sentences]) from None
    if sentences:
        raise WrongSettings(sentences)
    return settings


def not_yet() -> list[str]:
    """A sentence for each setting that is set and belongs to a part that is yet to come."""
    given = _given()
    return [
        f"{what} is not part of this version yet, so {name} is not read."
        for name, what in LATER.items()
        if given.get(name)
    ]


def _given() -> Mapping[str, str | None]:
    return {**dotenv_values(ENV_FILE), **os.environ}


def _unknown(given: Mapping[str, str | None]) -> Iterable[str]:
    known = {*names(), *LATER}
    for name in sorted(given):
        if name.startswith(PREFIX) and not name.startswith(_FOR_TESTS) and name not in known:
            yield f"{name} is no setting of Convenor.{did_you_mean(name, names())}"


def _sentence(detail: ErrorDetails) -> str:
    words = detail["msg"].removeprefix("Value error, ")
    return f"{PREFIX}{str(detail['loc'][0]).upper()} {words}."


def _listed(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]
