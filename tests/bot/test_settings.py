"""Settings: every wrong one is a sentence, all of them at once."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot import settings
from bot.settings import WrongSettings
from bot.settings_of_teams import OPEN_MODE, READ_BY_THE_LIBRARY
from tests.bot.conftest import Shell

Environment = pytest.MonkeyPatch
AN_ID = "00000000-0000-0000-0000-000000000000"
ANOTHER_ID = "11111111-1111-1111-1111-11111111111a"
A_KEY = f"convenor-{AN_ID}-{AN_ID}"
TEAMS = {"CLIENT_ID": AN_ID, "TENANT_ID": ANOTHER_ID, "CLIENT_SECRET": "hush-hush"}


def wrong(monkeypatch: Environment, **given: str) -> tuple[str, ...]:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(WrongSettings) as error:
        settings.read()
    return error.value.sentences


def test_without_any_there_is_a_database_in_the_working_folder_and_no_key() -> None:
    found = settings.read()
    assert found.database_url == "sqlite:///convenor.db"
    assert found.missing_keys == ("CONVENOR_AUDIT_KEY", "CONVENOR_ENCRYPTION_KEYS")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("CONVENOR_DATABASE_URL", "convenor.db", "is no database address"),
        ("CONVENOR_DATABASE_URL", "mysql://somewhere", "is no database address"),
        ("CONVENOR_DEFINITIONS", "nowhere.toml", "names nowhere.toml, which is no file"),
        ("CONVENOR_DEFINITIONS", "empty", "names the folder empty, which holds no .toml file"),
        ("CONVENOR_ENCRYPTION_KEYS", "abc", "holds no usable key in place 1"),
        ("CONVENOR_AUDIT_KEY", "short", "is shorter than 32 characters"),
        ("CONVENOR_SANDBOX", "terminal", "is written as door:address"),
        ("CONVENOR_SANDBOX", "pigeon:coop", 'names the door "pigeon", which is not part of this version yet'),
        ("CONVENOR_SANDBOX", "slack:C0123", "names the door slack, which is not set up here"),
        ("CONVENOR_BASE_URL", "convenor.example.org", "is no web address"),
        ("CONVENOR_PORT", "eighty", "Input should be a valid integer"),
        ("CONVENOR_COMMAND", "convenor", "is written like /convenor"),
        ("CONVENOR_MAIL_FROM", "The Secretariat", "is no mail address"),
        ("SLACK_BOT_TOKEN", "xapp-1", "does not begin with xoxb-"),
        ("SLACK_BOT_TOKEN", "xoxb-1", "is set, but nothing says how Slack reaches the bot"),
        ("SLACK_APP_TOKEN", "xoxb-1", "does not begin with xapp-"),
        ("SLACK_API_URL", "http://slack.example.org/api", "would send tokens in clear text"),
        ("SMTP_URL", "mail.example.org", "is "),
        ("SMTP_URL", "smtp://mail.example.org:25", "is set, so CONVENOR_MAIL_FROM must say"),
        ("CONVENOR_MAILBOX_URL", "mail.example.org", "is no mailbox's address"),
        ("CONVENOR_MAILBOX_URL", "imaps://a:b@mail.example.org", "is set, so CONVENOR_MAILBOX_ADDRESS must say"),
        ("CONVENOR_MAILBOX_ADDRESS", "The Secretariat", "is no mail address"),
        ("CONVENOR_MAILBOX_ADDRESS", "answers@example.org", "is set, but CONVENOR_MAILBOX_URL is not"),
        ("CONVENOR_HEARTBEAT_URL", "watch.example.org", "is no web address"),
        ("CONVENOR_SANDBOX", "text:07700900123", "names the door text, by which only the shortest words go"),
        ("GOVUK_NOTIFY_API_KEY", f"convenor-{AN_ID}", "is no whole key of GOV.UK Notify"),
        ("GOVUK_NOTIFY_API_KEY", A_KEY, "is set, but no template"),
        ("GOVUK_NOTIFY_URL", "notify.example.org", "is written like https://notify.example.org"),
        ("GOVUK_NOTIFY_URL", "https://notify.example.org/v2", "is written like https://notify.example.org"),
        ("GOVUK_NOTIFY_URL", "http://notify.example.org", "would send messages in clear text"),
        ("GOVUK_NOTIFY_URL", "http://localhost:6011", "is set, but GOVUK_NOTIFY_API_KEY is not"),
        ("CONVENOR_NOTIFY_TEXT_TEMPLATE", "our-template", "is no id of GOV.UK Notify"),
        ("CONVENOR_NOTIFY_TEXT_TEMPLATE", AN_ID, "is set, but GOVUK_NOTIFY_API_KEY is not"),
        ("CONVENOR_NOTIFY_MAIL_TEMPLATE", AN_ID, "is set, but GOVUK_NOTIFY_API_KEY is not"),
        ("CONVENOR_NOTIFY_TEXT_SENDER", AN_ID, "is set, but CONVENOR_NOTIFY_TEXT_TEMPLATE is not"),
        ("CONVENOR_NOTIFY_TEXT_SENDER", "Convenor", "is no id of GOV.UK Notify"),
        ("CONVENOR_NOTIFY_MAIL_REPLY_TO", AN_ID, "is set, but CONVENOR_NOTIFY_MAIL_TEMPLATE is not"),
        ("CLIENT_ID", "convenor", "is no id of Microsoft's: it is written like 00000000-0000-"),
        ("TENANT_ID", "ours.onmicrosoft.example", "is no id of Microsoft's"),
        ("MANAGED_IDENTITY_CLIENT_ID", "system", "is no id of Microsoft's"),
        ("TENANT_ID", AN_ID, "is set, but CLIENT_ID, the bot's app registration for Teams, is not"),
        ("CLIENT_SECRET", "hush-hush", "is set, but CLIENT_ID, the bot's"),
        ("MANAGED_IDENTITY_CLIENT_ID", AN_ID, "is set, but CLIENT_ID, the bot's"),
        ("CONVENOR_TEAMS_TENANTS", f"{AN_ID}=ours.example", "is set, but CLIENT_ID, the bot's"),
        ("CONVENOR_TEAMS_HOSTS", "smba.ours.example", "is set, but CLIENT_ID, the bot's"),
        ("TEAMS_OPENID_METADATA_URL", "http://127.0.0.1:1/keys", "is set, but CLIENT_ID, the bot's"),
        ("CONVENOR_TEAMS_TENANTS", "ours=ours.example", 'names "ours", which is no id of a tenant: write ID=ours.'),
        ("CONVENOR_TEAMS_TENANTS", AN_ID, f"gives no mail domain for {AN_ID}: write ID=ours.example.org"),
        ("CONVENOR_TEAMS_TENANTS", f"{AN_ID}=@ours.example", 'names "@ours.example", which is no mail domain'),
        ("CONVENOR_TEAMS_TENANTS", f"{AN_ID}=a.example,{AN_ID.upper()}=b.example", f"names {AN_ID} twice"),
        ("CONVENOR_TEAMS_TENANTS", f"{AN_ID}=a.example, {ANOTHER_ID}=A.example", "gives the domain a.example to two"),
        (
            "CONVENOR_TEAMS_HOSTS",
            "https://smba.ours.example/teams",
            'names "https://smba.ours.example/teams", which is',
        ),
        ("TEAMS_OPENID_METADATA_URL", "https://keys.example.org", "may only name this machine"),
        ("TEAMS_OPENID_METADATA_URL", "localhost:4000", "may only name this machine"),
        ("CONVENOR_SANDBOX", "teams:19:abc@thread.tacv2", "names the door teams, which is not set up here"),
    ],
)
def test_a_wrong_setting_is_a_sentence_with_its_name(
    monkeypatch: Environment, name: str, value: str, says: str
) -> None:
    Path("empty").mkdir()
    (sentence,) = wrong(monkeypatch, **{name: value})
    assert sentence.startswith(f"{name} {says}")


def test_a_key_and_a_template_open_the_doors_through_notify(monkeypatch: Environment) -> None:
    monkeypatch.setenv("GOVUK_NOTIFY_API_KEY", A_KEY)
    monkeypatch.setenv("CONVENOR_NOTIFY_TEXT_TEMPLATE", AN_ID)
    found = settings.read()
    assert (found.has_text, found.has_mail, found.has_notify) == (True, False, True)
    monkeypatch.setenv("CONVENOR_NOTIFY_MAIL_TEMPLATE", AN_ID)
    found = settings.read()
    assert (found.has_text, found.has_mail, found.has_smtp) == (True, True, False)
    assert A_KEY not in repr(found)


def test_a_mail_server_goes_before_notify(monkeypatch: Environment) -> None:
    monkeypatch.setenv("GOVUK_NOTIFY_API_KEY", A_KEY)
    monkeypatch.setenv("CONVENOR_NOTIFY_MAIL_TEMPLATE", AN_ID)
    monkeypatch.setenv("SMTP_URL", "smtp://mail.example.org:587")
    monkeypatch.setenv("CONVENOR_MAIL_FROM", "convenor@example.org")
    found = settings.read()
    assert (found.has_mail, found.has_smtp, found.has_notify) == (True, True, False)


@pytest.mark.parametrize("address", ["", "answers@example.org"])
def test_calendar_programs_answer_to_the_mailbox_s_own_address_or_to_where_mail_comes_from(
    monkeypatch: Environment, address: str
) -> None:
    assert settings.read().answers_to == ""
    monkeypatch.setenv("CONVENOR_MAILBOX_URL", "imaps://unit:hush-hush@mail.example.org")
    monkeypatch.setenv("CONVENOR_MAIL_FROM", "convenor@example.org")
    monkeypatch.setenv("CONVENOR_MAILBOX_ADDRESS", address)
    found = settings.read()
    assert found.answers_to == (address or "convenor@example.org")
    assert "hush-hush" not in repr(found)


def test_a_name_of_notify_that_is_nearly_one_of_ours_is_found(monkeypatch: Environment) -> None:
    (sentence,) = wrong(monkeypatch, GOVUK_NOTIFY_API_KEYS=A_KEY)
    assert sentence == 'GOVUK_NOTIFY_API_KEYS is no setting of Convenor. Did you mean "GOVUK_NOTIFY_API_KEY"?'


def test_all_wrong_settings_are_said_at_once_and_no_key_is_repeated(monkeypatch: Environment) -> None:
    said = wrong(monkeypatch, CONVENOR_AUDIT_KEY="hush-hush", CONVENOR_HEARTBEAT_URL="x", CONVENOR_SANDBX="terminal:a")
    assert len(said) == 3
    assert 'CONVENOR_SANDBX is no setting of Convenor. Did you mean "CONVENOR_SANDBOX"?' in said
    assert "hush-hush" not in " ".join(said)


def test_a_name_of_slack_that_is_nearly_one_of_ours_is_found_and_another_programs_is_left_alone(
    monkeypatch: Environment,
) -> None:
    monkeypatch.setenv("SLACK_WEBHOOK_ADDRESS", "https://hooks.example.org")
    assert settings.read().has_slack is False
    (sentence,) = wrong(monkeypatch, SLACK_APP_TOKN="xapp-1")
    assert sentence == 'SLACK_APP_TOKN is no setting of Convenor. Did you mean "SLACK_APP_TOKEN"?'


def test_a_mistyped_name_in_the_file_of_settings_is_found_too() -> None:
    Path(".env").write_text("CONVENOR_SANDBX=terminal:a\n")
    with pytest.raises(WrongSettings, match="Did you mean"):
        settings.read()


def test_a_comma_list_and_a_folder_give_their_files(monkeypatch: Environment) -> None:
    Path("ours").mkdir()
    for name in ("ours/b.toml", "ours/a.toml", "c.toml"):
        Path(name).touch()
    monkeypatch.setenv("CONVENOR_DEFINITIONS", "ours, c.toml")
    assert settings.read().definitions == ("ours/a.toml", "ours/b.toml", "c.toml")


def test_the_environment_goes_before_the_file(monkeypatch: Environment) -> None:
    Path(".env").write_text("CONVENOR_DATABASE_URL=sqlite:///a.db\n")
    monkeypatch.setenv("CONVENOR_DATABASE_URL", "sqlite:///b.db")
    assert settings.read().database_url == "sqlite:///b.db"


def test_keys_do_not_show_when_settings_are_printed(monkeypatch: Environment) -> None:
    key = Fernet.generate_key().decode()
    monkeypatch.setenv("CONVENOR_ENCRYPTION_KEYS", key)
    monkeypatch.setenv("CONVENOR_AUDIT_KEY", "a" * 40)
    found = settings.read()
    assert found.missing_keys == ()
    assert key not in repr(found)
    assert "a" * 40 not in repr(found)


# Teams


@pytest.mark.parametrize("proof", ["CLIENT_SECRET", "MANAGED_IDENTITY_CLIENT_ID"])
def test_an_app_registration_its_tenant_and_a_proof_open_the_door_of_teams(
    monkeypatch: Environment, proof: str
) -> None:
    assert (settings.read().has_teams, settings.read().listens) == (False, False)
    for name, value in {"CLIENT_ID": AN_ID, "TENANT_ID": ANOTHER_ID.upper(), proof: ANOTHER_ID}.items():
        monkeypatch.setenv(name, value)
    found = settings.read()
    assert (found.has_teams, found.listens, found.tenant_id) == (True, True, ANOTHER_ID)
    assert "client_secret=None" in repr(found) or "client_secret=SecretStr('**********')" in repr(found)


def test_tenants_have_their_mail_domains_in_small_letters_and_hosts_are_a_list(monkeypatch: Environment) -> None:
    given = f"{ANOTHER_ID.upper()} = Ours.example + board.ours.example,\n {AN_ID}=police.example"
    for name, value in TEAMS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CONVENOR_TEAMS_TENANTS", given)
    monkeypatch.setenv("CONVENOR_TEAMS_HOSTS", "SMBA.gov.example, smba.gov.example,eu.example.org")
    found = settings.read()
    assert found.teams_tenants == ((ANOTHER_ID, ("ours.example", "board.ours.example")), (AN_ID, ("police.example",)))
    assert found.teams_hosts == ("smba.gov.example", "eu.example.org")
    assert settings.Settings.model_construct().teams_tenants == ()


@pytest.mark.parametrize(
    ("left_out", "more", "says"),
    [
        ("TENANT_ID", {}, "CLIENT_ID is set, so TENANT_ID must say in which tenant"),
        ("CLIENT_SECRET", {}, "CLIENT_ID is set, but nothing proves to Microsoft who the bot is"),
        ("", {"MANAGED_IDENTITY_CLIENT_ID": AN_ID}, "CLIENT_SECRET is set, and so is MANAGED_IDENTITY_CLIENT_ID"),
        (
            "",
            {"TEAMS_OPENID_METADATA_URL": "http://localhost:4000/keys", "CONVENOR_BASE_URL": "https://bot.example.org"},
            "TEAMS_OPENID_METADATA_URL is set, and so is CONVENOR_BASE_URL to an address that others reach",
        ),
        *(("", {name: "https://elsewhere.example"}, f"{name} is set, which says") for name in READ_BY_THE_LIBRARY),
        *(("", {OPEN_MODE: yes}, f"{OPEN_MODE} is set: with it anybody") for yes in ("true", "1", " YES ", "perhaps")),
    ],
)
def test_settings_of_teams_that_do_not_go_together_are_a_sentence(
    monkeypatch: Environment, left_out: str, more: dict[str, str], says: str
) -> None:
    given = {name: value for name, value in TEAMS.items() if name != left_out}
    (sentence,) = wrong(monkeypatch, **given, **more)
    assert sentence.startswith(says)
    assert "hush-hush" not in sentence


def test_the_open_mode_is_refused_where_others_reach_the_bot_and_from_the_file_of_settings_too(
    monkeypatch: Environment,
) -> None:
    Path(".env").write_text(f"{OPEN_MODE}=true\nCONVENOR_BASE_URL=https://bot.example.org\n")
    (sentence,) = wrong(monkeypatch)
    assert sentence.startswith(OPEN_MODE)


def test_the_open_mode_switched_off_and_keys_of_this_machine_for_a_trial_here_are_no_mistake(
    monkeypatch: Environment,
) -> None:
    local = {"TEAMS_OPENID_METADATA_URL": "http://127.0.0.1:4000/keys", "CONVENOR_BASE_URL": "http://localhost:8080"}
    for name, value in (TEAMS | local | {OPEN_MODE: "false"}).items():
        monkeypatch.setenv(name, value)
    assert settings.read().teams_openid_metadata_url == "http://127.0.0.1:4000/keys"


def test_what_microsofts_library_would_read_means_nothing_where_teams_is_not_set_up(monkeypatch: Environment) -> None:
    monkeypatch.setenv("SERVICE_URL", "https://something.example")
    monkeypatch.setenv(OPEN_MODE, "true")
    assert settings.read().has_teams is False


def test_a_library_that_is_not_installed_is_a_sentence(monkeypatch: Environment) -> None:
    from importlib import util

    there = util.find_spec
    monkeypatch.setattr(
        util, "find_spec", lambda name, *more: None if name == "microsoft_teams" else there(name, *more)
    )
    (sentence,) = wrong(monkeypatch, **TEAMS)
    assert sentence == 'Teams is set up, but its library is not installed: install "convenor[teams]".'


def test_wrong_settings_end_a_command_with_exit_code_2(shell: Shell, monkeypatch: Environment) -> None:
    monkeypatch.setenv("CONVENOR_AUDIT_KEY", "short")
    monkeypatch.setenv("CONVENOR_HEARTBEAT_URL", "x")
    said = shell("run")
    assert (said.code, said.out, len(said.err.splitlines())) == (2, "", 2)
