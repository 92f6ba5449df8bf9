"""The doctor's lines for Slack and for mail."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot import doors
from bot.check import Check
from bot.settings import Settings
from bot.slack.checks import checks
from bot.slack.manifest import SCOPES
from storage.records import people
from tests.bot.slack.sites import Site, a_site
from tests.standins.slack import Workspace


@pytest.fixture(autouse=True)
def _on_a_monday() -> Iterator[None]:
    """A clock that goes, on the day of the office: it is compared with Slack's."""
    with time_machine.travel("2027-01-04 06:00:00+00:00", tick=True):
        yield


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with a_site(tmp_path) as site:
        yield site


@pytest.fixture
def new(site: Site) -> Workspace:
    workspace = site.standin.add_workspace("Newshire", installed=False)
    assert site.installs().status == 200
    return workspace


def lines(site: Site, now: datetime | None = None, **changed: Any) -> list[Check]:
    """The lines with these settings changed."""
    settings = site.settings.model_copy(update=changed)
    return list(checks(settings, site.office.runner.store, lambda: now or datetime.now(UTC), timeout=2))


def line(found: list[Check], words: str) -> Check:
    """The one line with these words."""
    [one] = [each for each in found if words in f"{each.name}: {each.sentence}"]
    return one


def states(found: list[Check]) -> set[str]:
    return {check.state for check in found}


@pytest.fixture
def peopled(site: Site) -> Workspace:
    """A workspace in which everybody in a post is, and is looked for when the bot comes."""
    workspace = site.standin.add_workspace("Newshire", installed=False)
    with site.office.reading() as scope:
        for holding in people.holdings(scope):
            person = people.get(scope.session, holding.person)
            assert person is not None
            workspace.person(person.name, person.email)
    assert site.installs().status == 200
    return workspace


# All is well


def test_where_all_is_well_every_line_says_so(site: Site, peopled: Workspace) -> None:
    found = lines(site)
    assert states(found) == {"OK"}, [check for check in found if check.state != "OK"]
    sentences = " ".join(check.sentence for check in found)
    for words in (
        f"The bot's token is good, for the workspace Newshire ({peopled.id}).",
        "It has the permissions that it needs, and no other.",
        "This machine's clock and Slack's agree.",
        "It serves OSCP.",
        "Everybody in post has an account there.",
        "People type /convenor",
        "/slack/events; SLACK_SIGNING_SECRET",
        "`convenor slack install-link PARTNERSHIP`",
    ):
        assert words in sentences, words


def test_no_line_holds_a_token_or_secret(site: Site, new: Workspace) -> None:
    told = str(lines(site, slack_app_token=SecretStr("xapp-1-wrong"), slack_bot_token=SecretStr("xoxb-wrong")))
    for hidden in (new.bot_token, site.standin.app.client_secret, site.standin.app.signing_secret, "xoxb-", "xapp-1"):
        assert hidden not in told


# Tokens


def test_a_token_that_slack_does_not_take_is_said_with_what_to_do(site: Site, new: Workspace) -> None:
    new.token_state = "revoked"
    found = line(lines(site), "token is not good")
    assert (found.state, found.name) == ("wrong", "Slack Newshire")
    assert "the bot was removed from the workspace" in found.sentence and "Install the app again" in found.todo
    assert line(lines(site, slack_bot_token=SecretStr("xoxb-guessed")), "does not accept").name == "Slack"


def test_the_token_of_the_settings_is_asked_of_once_where_it_is_stored_too(site: Site, new: Workspace) -> None:
    before = len(site.standin.called("auth.test"))
    assert len([one for one in lines(site, slack_bot_token=SecretStr(new.bot_token)) if "token is good" in str(one)])
    assert len(site.standin.called("auth.test")) == before + 1


def test_a_token_with_which_the_bot_has_not_run_yet_serves_nobody(site: Site) -> None:
    workspace = site.standin.add_workspace("Ours", scopes=SCOPES)
    found = line(lines(site, slack_bot_token=SecretStr(workspace.bot_token)), "has not run yet")
    assert (found.state, found.todo) == ("look", "Start it with `convenor run`.")


def test_a_token_that_the_keys_do_not_open_is_said(site: Site, new: Workspace) -> None:
    found = line(lines(site, encryption_keys=(SecretStr(Fernet.generate_key().decode()),)), "cannot be read")
    assert (found.state, found.name) == ("wrong", "Slack Newshire")


def test_the_app_s_token_is_tried(site: Site, new: Workspace) -> None:
    site.standin.app.over_sockets()
    good = SecretStr(site.standin.app.app_token)
    assert line(lines(site, slack_app_token=good), "SLACK_APP_TOKEN is good").state == "OK"
    assert line(lines(site, slack_app_token=SecretStr("xapp-no")), "does not accept SLACK_APP_TOKEN").state == "wrong"
    site.standin.app.over_http("http://127.0.0.1:9/")
    assert line(lines(site, slack_app_token=good), "Socket Mode is off").state == "wrong"
    assert site.standin.links() == []


# Scopes and clock


def test_a_scope_that_is_missing_is_named_with_what_is_lost_and_one_too_many_too(site: Site, new: Workspace) -> None:
    new.scopes = set(SCOPES) - {"im:history"} | {"channels:history"}
    found = lines(site)
    missing, more = line(found, "has not been given"), line(found, "more than it needs: channels:history.")
    assert (missing.state, more.state) == ("wrong", "look")
    assert f"im:history ({SCOPES['im:history']})" in missing.sentence and "slack manifest" in missing.todo


@pytest.mark.parametrize(
    ("seconds", "words"), [(90, "90 seconds ahead of Slack's"), (-400, "400 seconds behind Slack's"), (50, "")]
)
def test_a_clock_that_is_more_than_a_minute_off_is_wrong(site: Site, new: Workspace, seconds: int, words: str) -> None:
    found = lines(site, datetime.now(UTC) + timedelta(seconds=seconds))
    clocks = [check for check in found if "clock" in check.sentence]
    assert len(clocks) == 1 and clocks[0].state == ("wrong" if words else "OK")
    number = words.partition(" ")[0]
    near = {str(int(number) + more) for more in (-1, 0, 1)} if words else set()
    assert not words or any(clocks[0].sentence.find(words.replace(number, one)) > 0 for one in near)


# Whom it serves, and who is known


def test_whoever_is_not_known_there_is_named_by_post(site: Site, new: Workspace) -> None:
    found = line(lines(site), "No account is known")
    assert found.state == "look" and "Business Manager" in found.sentence and "example" not in found.sentence
    posts = found.sentence.partition(": ")[2]
    assert posts.count(";") <= 9


def test_whose_account_has_ended_is_named_by_post(site: Site, peopled: Workspace) -> None:
    with site.office.reading() as scope:
        nurse = site.office.person("designated-nurse")
        [account] = [i for i in people.identities(scope.session, nurse) if i.door == "slack"]
        user = account.user
    form = {"door": "slack", "tenant": peopled.id, "address": user, "person": nurse, "reason": "the account was closed"}
    site.office.done("time", "account.gone", **form)
    found = line(lines(site), "The account has ended")
    assert "Designated Nurse (the account was closed)" in found.sentence and found.state == "look"


def test_a_workspace_that_removed_the_bot_or_serves_nobody_is_said(site: Site, new: Workspace) -> None:
    new.uninstall()
    site.standin.wait_for(lambda: site.gone(new.id))
    found = line(lines(site), "It serves OSCP, but nothing reaches it")
    assert found.state == "wrong" and "the bot was removed from the workspace" in found.sentence


# Slack is down, or slow


def test_slack_that_is_down_is_one_line(site: Site, new: Workspace) -> None:
    site.standin.outage()
    for _ in range(2):  # it resets the connection, and answers 503, in turn
        found = lines(site, slack_bot_token=SecretStr("xoxb-another"))
        assert len([check for check in found if "cannot be reached" in check.sentence]) == 1
        assert line(found, "It serves OSCP.").state == "OK"  # what the database says is said all the same


def test_slack_that_says_nothing_holds_nobody_up_for_long(site: Site, new: Workspace) -> None:
    site.standin.faults.hangs_after_taking("auth.test", times=None, seconds=8)
    began = time.monotonic()
    found = lines(site, slack_bot_token=SecretStr("xoxb-another"))
    assert line(found, "cannot be reached").state == "wrong" and time.monotonic() - began < 7
    site.standin.stopping.set()


def test_a_server_that_is_no_slack_is_one_line(site: Site) -> None:
    found = lines(site, slack_bot_token=SecretStr("xoxb-x"), slack_api_url=f"{site.standin.origin}/nothing/")
    assert line(found, "cannot be reached").state == "wrong"


# Settings


def test_an_address_that_slack_does_not_take_is_said(site: Site) -> None:
    found = lines(site, base_url="http://bot.ours.example")
    assert [check.state for check in found if "https://" in check.sentence] == ["wrong", "wrong"]
    found = lines(site, base_url=None, slack_client_id=None)
    assert line(found, "Slack sends its requests over HTTP").state == "look"
    assert line(found, "For one workspace").state == "OK"


# Where the doctor gets them


def test_the_doctor_looks_at_the_doors_that_are_set_up(tmp_path: Path) -> None:
    assert doors.looks(Settings.model_construct()) == []
    mail = Settings.model_construct(
        smtp_url=SecretStr("smtp://localhost:9?tls=none"), mail_from="Convenor <convenor@ours.example>"
    )
    [look] = doors.looks(mail)
    found, bounces = look()
    assert (found.name, found.state) == ("mail", "wrong") and "could not be reached" in found.sentence
    assert (bounces.name, bounces.state) == ("mail", "OK") and "Convenor <convenor@ours.example>" in bounces.sentence


def test_without_a_database_slack_is_looked_at_all_the_same(site: Site, tmp_path: Path) -> None:
    workspace = site.standin.add_workspace("Ours", scopes=SCOPES)
    settings = site.settings.model_copy(
        update={
            "database_url": f"sqlite:///{tmp_path / 'none.db'}",
            "slack_bot_token": SecretStr(workspace.bot_token),
        }
    )
    [look] = doors.looks(settings)
    assert any("The bot's token is good" in check.sentence for check in look())
    assert not (tmp_path / "none.db").exists()
