"""Settings: one typed class, read from the environment and from `.env` in the working folder.

Every wrong setting is a sentence, all of them at once; a name that nobody reads is one too, since a mistyped
CONVENOR_SANDBOX would otherwise write to everybody.
"""

import importlib.util
import os
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from storage.arrangements.findings import did_you_mean

from .settings_of_teams import TeamsSettings, dangerous
from .written import ID, listed
from .written import LOOPBACK as LOOPBACK

PREFIX = "CONVENOR_"
ENV_FILE = ".env"
SHORTEST_AUDIT_KEY = 32
DOORS = ("terminal", "slack", "teams", "mail")
"""The doors that this version has."""

SLACK_API = "https://slack.com/api/"

_SHARED = ("SLACK_", "SMTP_", "GOVUK_NOTIFY_", "TEAMS_", "MANAGED_IDENTITY_")
"""How settings begin that other programs may have too: one of theirs is left alone unless it is nearly one of ours."""

_NEARLY = 0.9
"""How much alike two names are that are taken for a slip of the pen."""

_FOR_TESTS = "CONVENOR_TEST_"


class WrongSettings(Exception):
    """Settings that can't be used; `sentences` has every reason."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__("\n".join(self.sentences))


class Settings(TeamsSettings):
    """What one installation is told from outside. Keys are secret: they show as stars wherever they are printed."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        env_ignore_empty=True,
        populate_by_name=True,
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
    base_url: str | None = Field(None, description="The address at which the bot's own pages are reached from outside.")
    port: int = Field(8080, description="The port on which the bot listens, where it listens at all.", ge=1, le=65535)
    behind_proxy: bool = Field(
        False, description="Whether a proxy stands before the bot: then the last address in X-Forwarded-For asks."
    )
    command: str = Field("/convenor", description="What people type in Slack before a word.")
    mail_from: str | None = Field(None, description="The address from which mail is sent.")
    smtp_url: SecretStr | None = Field(
        None, validation_alias="SMTP_URL", description="The mail server, such as smtp://user:password@host:587."
    )
    mailbox_url: SecretStr | None = Field(
        None, description="The mailbox to which calendar programs answer, such as imaps://user:password@host/INBOX."
    )
    mailbox_address: str | None = Field(
        None, description="The mail address of that mailbox, where it is another one than CONVENOR_MAIL_FROM."
    )
    notify_api_key: SecretStr | None = Field(
        None, validation_alias="GOVUK_NOTIFY_API_KEY", description="The key of a service at GOV.UK Notify."
    )
    notify_url: str | None = Field(
        None, validation_alias="GOVUK_NOTIFY_URL", description="Another GOV.UK Notify, as in tests."
    )
    notify_text_template: str | None = Field(None, description="The id of the template for text messages.")
    notify_text_sender: str | None = Field(None, description="The id of the sender that text messages show.")
    notify_mail_template: str | None = Field(
        None, description="The id of the template for mail, where there is no mail server."
    )
    notify_mail_reply_to: str | None = Field(None, description="The id of the address to which answers to mail go.")
    slack_bot_token: SecretStr | None = Field(
        None, validation_alias="SLACK_BOT_TOKEN", description="The bot's token in one workspace: xoxb-..."
    )
    slack_app_token: SecretStr | None = Field(
        None, validation_alias="SLACK_APP_TOKEN", description="The app's token for Socket Mode: xapp-..."
    )
    slack_signing_secret: SecretStr | None = Field(
        None, validation_alias="SLACK_SIGNING_SECRET", description="Proves that a request over HTTP is Slack's."
    )
    slack_client_id: str | None = Field(
        None, validation_alias="SLACK_CLIENT_ID", description="For installing the bot into several workspaces."
    )
    slack_client_secret: SecretStr | None = Field(
        None, validation_alias="SLACK_CLIENT_SECRET", description="Goes with SLACK_CLIENT_ID."
    )
    slack_api_url: str = Field(
        SLACK_API, validation_alias="SLACK_API_URL", description="Another Slack API, such as GovSlack's."
    )

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
        for each in listed(value):
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
        keys = listed(value)
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
        if door == "text":
            raise ValueError("names the door text, by which only the shortest words go: use terminal, slack or mail")
        if door not in DOORS:
            raise ValueError(f'names the door "{door}", which is not part of this version yet: use {", ".join(DOORS)}')
        return door, address

    @field_validator("heartbeat_url", "base_url", "slack_api_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname):
            raise ValueError("is no web address: write it like https://watch.example.org/ping")
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _kept_private(cls, value: str) -> str:
        if urlsplit(value).scheme != "https" and urlsplit(value).hostname not in LOOPBACK:
            raise ValueError("would send tokens in clear text: it must begin with https://")
        return value if value.endswith("/") else f"{value}/"

    @field_validator("notify_api_key")
    @classmethod
    def _key_of_notify(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(f".+-{ID}-{ID}", value.get_secret_value(), re.IGNORECASE):
            raise ValueError("is no whole key of GOV.UK Notify: it is a name and two long ids, with hyphens between")
        return value

    @field_validator("notify_text_template", "notify_text_sender", "notify_mail_template", "notify_mail_reply_to")
    @classmethod
    def _id_of_notify(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(ID, value, re.IGNORECASE):
            raise ValueError(
                "is no id of GOV.UK Notify: it is written like 00000000-0000-0000-0000-000000000000 there, "
                "on the page of the template or under Settings"
            )
        return value

    @field_validator("notify_url")
    @classmethod
    def _notify_alone(cls, value: str | None) -> str | None:
        if value is None:
            return value
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError("is written like https://notify.example.org, with nothing after the host")
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise ValueError("would send messages in clear text: it must begin with https://")
        return value

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _right_token(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        begins = "xoxb-" if info.field_name == "slack_bot_token" else "xapp-"
        if value is not None and not value.get_secret_value().startswith(begins):
            where = {"xoxb-": "Install App", "xapp-": "Basic Information, App-Level Tokens"}[begins]
            raise ValueError(f"does not begin with {begins}: it is shown in the app's settings under {where}")
        return value

    @field_validator("command")
    @classmethod
    def _is_a_command(cls, value: str) -> str:
        if not re.fullmatch(r"/[a-z0-9_-]{1,31}", value):
            raise ValueError("is written like /convenor, in small letters, with at most 32 characters")
        return value

    @field_validator("mail_from", "mailbox_address")
    @classmethod
    def _one_address(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+", value):
            raise ValueError("is no mail address: write it like convenor@example.org")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            from .mail.smtp import read_url  # smtplib is for those who have a mail server

            read_url(value.get_secret_value())
        return value

    @field_validator("mailbox_url")
    @classmethod
    def _mailbox(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            from .mail.mailbox import read_url  # imaplib is for those who have a mailbox

            read_url(value.get_secret_value())
        return value

    def together(self) -> Iterable[str]:
        """A sentence for each setting that does not go with the others."""
        if self.slack_bot_token and not (self.slack_app_token or self.slack_signing_secret):
            yield (
                "SLACK_BOT_TOKEN is set, but nothing says how Slack reaches the bot: set SLACK_APP_TOKEN too "
                "(Socket Mode), or SLACK_SIGNING_SECRET (HTTP)."
            )
        if bool(self.slack_client_id) != bool(self.slack_client_secret):
            yield "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET go together: set both, or neither."
        if self.slack_client_id and not self.base_url:
            yield "SLACK_CLIENT_ID is set, so CONVENOR_BASE_URL must say where Slack sends people back to."
        if (self.slack_app_token or self.slack_signing_secret) and not (self.slack_bot_token or self.slack_client_id):
            yield "Slack is set up in part: SLACK_BOT_TOKEN is missing (or SLACK_CLIENT_ID, for several workspaces)."
        if self.has_slack and importlib.util.find_spec("slack_bolt") is None:
            yield 'Slack is set up, but its libraries are not installed: install "convenor[slack]".'
        if self.listens and importlib.util.find_spec("uvicorn") is None:
            yield 'The bot would have to listen, but what it needs is not installed: install "convenor[http]".'
        if self.smtp_url and not self.mail_from:
            yield "SMTP_URL is set, so CONVENOR_MAIL_FROM must say from which address mail is sent."
        if self.mailbox_url and not self.answers_to:
            yield "CONVENOR_MAILBOX_URL is set, so CONVENOR_MAILBOX_ADDRESS must say at which address mail comes there."
        if self.mailbox_address and not self.mailbox_url:
            yield "CONVENOR_MAILBOX_ADDRESS is set, but CONVENOR_MAILBOX_URL is not."
        yield from self._notify_together()
        yield from self.teams_together(self.base_url)
        shut = {"slack": not self.has_slack, "teams": not self.has_teams, "mail": not self.has_mail}
        if self.sandbox is not None and shut.get(self.sandbox[0], False):
            yield f"CONVENOR_SANDBOX names the door {self.sandbox[0]}, which is not set up here."

    def _notify_together(self) -> Iterable[str]:
        """A sentence for each setting of GOV.UK Notify that lacks another."""
        template = {
            "CONVENOR_NOTIFY_TEXT_TEMPLATE": self.notify_text_template,
            "CONVENOR_NOTIFY_MAIL_TEMPLATE": self.notify_mail_template,
        }
        if self.notify_api_key is None:
            others = {"GOVUK_NOTIFY_URL": self.notify_url, **template}
            for name in (name for name, value in others.items() if value):
                yield f"{name} is set, but GOVUK_NOTIFY_API_KEY is not."
        elif not any(template.values()):
            yield f"GOVUK_NOTIFY_API_KEY is set, but no template: set {' or '.join(template)}, or both."
        if self.notify_text_sender and not self.notify_text_template:
            yield "CONVENOR_NOTIFY_TEXT_SENDER is set, but CONVENOR_NOTIFY_TEXT_TEMPLATE is not."
        if self.notify_mail_reply_to and not self.notify_mail_template:
            yield "CONVENOR_NOTIFY_MAIL_REPLY_TO is set, but CONVENOR_NOTIFY_MAIL_TEMPLATE is not."
        if self.notify_api_key and importlib.util.find_spec("notifications_python_client") is None:
            yield 'GOV.UK Notify is set up, but its library is not installed: install "convenor[notify]".'

    @property
    def has_slack(self) -> bool:
        """Whether there is enough to open Slack's door."""
        reached = self.slack_app_token or self.slack_signing_secret
        return bool(reached and (self.slack_bot_token or self.slack_client_id))

    @property
    def has_mail(self) -> bool:
        """Whether mail can be sent, by a mail server or by GOV.UK Notify."""
        return self.has_smtp or bool(self.notify_api_key and self.notify_mail_template)

    @property
    def has_smtp(self) -> bool:
        """Whether there is a mail server, which goes before GOV.UK Notify."""
        return bool(self.smtp_url and self.mail_from)

    @property
    def answers_to(self) -> str:
        """The address to which calendar programs answer; empty where there is no mailbox that is read."""
        return (self.mailbox_address or self.mail_from or "") if self.mailbox_url else ""

    @property
    def has_text(self) -> bool:
        """Whether text messages can be sent."""
        return bool(self.notify_api_key and self.notify_text_template)

    @property
    def has_notify(self) -> bool:
        """Whether anything goes by GOV.UK Notify."""
        return self.has_text or (self.has_mail and not self.has_smtp)

    @property
    def listens(self) -> bool:
        """Whether the bot opens its port: for pages, Teams, Slack over HTTP, or to be installed in workspaces."""
        slack = self.has_slack and bool(not self.slack_app_token or self.slack_client_id)
        return self.has_pages or self.has_teams or slack

    @property
    def has_pages(self) -> bool:
        """Whether there are pages of our own: their address is set, and what they need is installed."""
        needed = ("govuk_frontend_jinja", "itsdangerous", "starlette", "uvicorn")
        return bool(self.base_url) and all(importlib.util.find_spec(name) is not None for name in needed)

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
    return tuple(_name(field) for field in Settings.model_fields)


def _name(field: str) -> str:
    """The setting's name in the environment."""
    alias = Settings.model_fields[field].validation_alias if field in Settings.model_fields else field
    return str(alias) if alias else f"{PREFIX}{field.upper()}"


def read() -> Settings:
    """The settings of the environment and of `.env`. Raises WrongSettings with a sentence for each mistake."""
    sentences = list(_unknown(_given()))
    try:
        settings = Settings()
    except ValidationError as error:
        raise WrongSettings([*(_sentence(detail) for detail in error.errors()), *sentences]) from None
    sentences += [*settings.together(), *dangerous(settings, settings.base_url, _given())]
    if sentences:
        raise WrongSettings(sentences)
    return settings


def _given() -> Mapping[str, str | None]:
    return {**dotenv_values(ENV_FILE), **os.environ}


def _unknown(given: Mapping[str, str | None]) -> Iterable[str]:
    for name in sorted(given.keys() - set(names())):
        ours = name.startswith(PREFIX) and not name.startswith(_FOR_TESTS)
        if ours or (name.startswith(_SHARED) and get_close_matches(name, names(), 1, _NEARLY)):
            yield f"{name} is no setting of Convenor.{did_you_mean(name, names())}"


def _sentence(detail: ErrorDetails) -> str:
    words = detail["msg"].removeprefix("Value error, ")
    return f"{_name(str(detail['loc'][0]))} {words}."
