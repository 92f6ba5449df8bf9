"""Installing the bot in several workspaces: a link, Slack's page of consent, and what comes back."""

import base64
import hashlib
import logging
import re
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.slack.installing import AUTHORIZE, NEW_LINK, authorize_url, new_link
from bot.slack.manifest import SCOPES
from commands import rehearsing
from storage.records import delivery, ledger, partnerships, people
from storage.records.message import Message
from storage.records.outbox import Outgoing
from tests.bot.slack.sites import Page, Site, a_site, visit
from tests.offices import a_definition, an_office
from tests.standins.slack import Workspace


@pytest.fixture(autouse=True)
def _on_a_monday() -> Iterator[None]:
    """The real clock: a server and its sockets need one that goes."""
    yield


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with a_site(tmp_path) as site:
        yield site


@pytest.fixture
def new(site: Site) -> Workspace:
    return site.standin.add_workspace("Newshire", installed=False)


def said(site: Site) -> list[str]:
    """The titles of what was said to anybody, sent or not."""
    with site.office.runner.store.reading() as session:
        return [Message.model_validate(row.message).title for row in session.exec(select(Outgoing)).all()]


# It works


def test_a_workspace_installs_the_bot_by_a_link_and_serves_the_partnership(site: Site, new: Workspace) -> None:
    page = site.installs()
    assert (page.status, "Convenor is in Newshire" in page.text) == (200, True)
    assert "Ourshire" in page.text and new.bot_token not in page.text
    [found] = site.installed()
    assert (found.tenant, found.name, found.bot_user, found.app) == (
        new.id,
        "Newshire",
        new.bot_user_id,
        site.standin.app.id,
    )
    assert set(found.scopes.split(",")) == set(SCOPES) and site.serves(new.id) == [site.office.partnership]
    assert site.bot.workspaces.client(new.id).auth_test()["team_id"] == new.id
    with site.office.reading() as scope:
        newest = ledger.newest(scope)
        assert newest is not None and newest.action == "workspace.serve"
        assert new.bot_token not in str(newest.model_dump())


def test_the_token_stands_nowhere_in_clear(site: Site, new: Workspace, tmp_path: Path) -> None:
    site.installs()
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    assert new.id.encode() in held and new.bot_token.encode() not in held


def test_the_people_of_the_workspace_are_looked_for_at_once(site: Site, new: Workspace) -> None:
    with site.office.reading() as scope:
        person = people.get(scope.session, site.office.person("designated-nurse"))
        assert person is not None
        nurse = new.person("Designated Nurse", person.email.upper())
    site.installs()

    def known() -> bool:
        with site.office.runner.store.reading() as session:
            return people.identity(session, "slack", new.id, nurse.id) is not None

    assert site.standin.wait_for(known)
    assert nurse.types_command("/convenor", "help").acknowledged


def test_the_page_of_consent_is_asked_for_the_manifest_s_scopes_and_nothing_else(site: Site, new: Workspace) -> None:
    page = visit(site.link())
    assert page.status == 302 and page.leads_to.startswith(site.standin.authorize_url)
    asked = urllib.parse.parse_qs(urllib.parse.urlsplit(page.leads_to).query)
    assert set(asked["scope"][0].split(",")) == set(SCOPES)
    assert asked.keys() == {"client_id", "scope", "redirect_uri", "state"}


def test_the_page_of_consent_is_slack_s_own_unless_another_slack_is_set() -> None:
    assert authorize_url("https://slack.com/api/") == AUTHORIZE == "https://slack.com/oauth/v2/authorize"
    assert authorize_url("https://slack-gov.com/api/") == "https://slack-gov.com/oauth/v2/authorize"


# A link and its state


def test_opening_a_link_takes_nothing_away_and_changes_nothing(site: Site, new: Workspace) -> None:
    link = site.link()
    for method in ("HEAD", "GET", "GET"):
        assert visit(link, method).status == 302
    assert site.is_open(link) and site.installed() == []
    assert visit(site.consents(link)).status == 200


def test_who_asks_for_the_head_of_slack_s_answer_alone_takes_nothing(site: Site, new: Workspace) -> None:
    link = site.link()
    back = site.consents(link)
    assert visit(back, "HEAD").status == 405
    assert site.is_open(link) and site.installed() == []


def test_a_link_is_good_once(site: Site, new: Workspace) -> None:
    link = site.link()
    first, second = site.consents(link), site.consents(link)
    assert [visit(first).status, visit(second).status, visit(link).status] == [200, 400, 400]


def test_a_link_is_good_for_half_an_hour(site: Site, new: Workspace) -> None:
    early, late = site.link(), site.link()
    site.office.now += timedelta(minutes=29)
    back = site.consents(late)
    assert visit(site.consents(early)).status == 200
    site.office.now += timedelta(minutes=2)
    assert (visit(back).status, visit(late).status) == (400, 400)


@pytest.mark.parametrize("state", ["", "guessed", "x" * 43, "%00" * 43, "é" * 43])
def test_a_state_that_was_never_given_out_is_refused_with_a_page(site: Site, new: Workspace, state: str) -> None:
    for path in ("install", "oauth_redirect"):
        asked = urllib.parse.quote(state, safe="%")
        page = visit(f"{site.url}/slack/{path}?state={asked}&code=anything")
        assert page.status == 400 and "no longer good" in page.text
    assert site.standin.called("oauth.v2.access") == []


def test_of_two_answers_with_one_state_one_goes_on(database_url: str) -> None:
    with a_site(database_url) as site:
        site.standin.add_workspace("Newshire", installed=False)
        link = site.link()
        backs = [site.consents(link) for _ in range(6)]
        ready, pages = threading.Barrier(len(backs)), []

        def answers(back: str) -> None:
            ready.wait(20)
            pages.append(visit(back).status)

        threads = [threading.Thread(target=answers, args=(back,)) for back in backs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(pages) == [200, *[400] * (len(backs) - 1)]
        assert len(site.standin.called("oauth.v2.access")) == 1


def test_a_state_is_taken_by_one_of_eight_that_try_at_the_same_moment(database_url: str) -> None:
    with an_office(database_url) as office:
        store, now = office.runner.store, office.now
        taken: list[str] = []
        for state in (states := [f"state {number}" for number in range(15)]):
            delivery.begin_installing(store, state, "slack", [office.partnership], now)
        ready = threading.Barrier(8)

        def takes() -> None:
            for state in states:
                ready.wait(20)
                if delivery.take_installing(store, state, "slack", now) is not None:
                    taken.append(state)

        threads = [threading.Thread(target=takes) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(taken) == sorted(states)


# What fails, fails with a page


def denied(site: Site) -> Page:
    return visit(site.consents(site.link(), answer="no"))


def refused_by_slack(site: Site) -> Page:
    site.standin.faults.refuses("oauth.v2.access", "invalid_code")
    return site.installs()


def out_of_reach(site: Site) -> Page:
    site.standin.faults.closes_without_taking("oauth.v2.access")
    return site.installs()


def in_an_organisation(site: Site) -> Page:
    site.standin.app.org_wide = True
    return site.installs()


def with_tokens_that_end(site: Site) -> Page:
    site.standin.app.rotates = True
    return site.installs()


@pytest.mark.parametrize(
    ("happens", "status", "title"),
    [
        (denied, 400, "Nothing has been installed"),
        (refused_by_slack, 502, "Slack did not finish the installation"),
        (out_of_reach, 502, "Slack did not answer"),
        (in_an_organisation, 400, "Choose a single workspace"),
        (with_tokens_that_end, 400, "This app&#39;s tokens end after twelve hours"),
    ],
)
def test_what_fails_is_said_without_details_and_installs_nothing(
    site: Site, new: Workspace, happens: Callable[[Site], Page], status: int, title: str
) -> None:
    page = happens(site)
    assert (page.status, f"<h1>{title}</h1>" in page.text) == (status, True)
    assert site.installed() == [] and len(site.standin.called("oauth.v2.access")) <= 1
    for word in ("invalid_code", "access_denied", "state", "xoxb", "Error", new.bot_token):
        assert word not in page.text.partition("</style>")[2]


def test_who_says_no_can_open_the_link_again(site: Site, new: Workspace) -> None:
    link = site.link()
    assert visit(site.consents(link, answer="no")).status == 400
    assert visit(site.consents(link)).status == 200


def test_an_exchange_is_asked_of_slack_once_even_where_its_answer_is_lost(site: Site, new: Workspace) -> None:
    site.standin.faults.closes_after_taking("oauth.v2.access")
    page = site.installs()
    assert page.status == 502 and NEW_LINK in page.text
    assert len(site.standin.called("oauth.v2.access")) == 1
    assert site.installs().status == 200


# What is to be seen, and what is not


def test_no_code_state_token_or_secret_reaches_a_log(
    site: Site, new: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in logging.root.manager.loggerDict:
        if not name.startswith("sqlalchemy"):  # turned up it prints the rows it reads, and is known for it
            caplog.set_level(logging.DEBUG, name)
    link = site.link()
    back = site.consents(link)
    visit(back)
    refused_by_slack(site)
    denied(site)
    asked = urllib.parse.parse_qs(urllib.parse.urlsplit(back).query)
    secret = site.standin.app.client_secret
    assert "a workspace" in caplog.text  # what we log ourselves is caught here
    for hidden in (asked["state"][0], asked["code"][0], secret, new.bot_token):
        assert hidden not in caplog.text


def test_pages_load_nothing_are_framed_by_nobody_and_kept_nowhere(site: Site, new: Workspace) -> None:
    for page in (site.installs(), visit(f"{site.url}/slack/install"), visit(site.link())):
        assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        wanted = {"referrer-policy": "no-referrer", "x-content-type-options": "nosniff", "cache-control": "no-store"}
        assert wanted.items() <= page.headers.items()
    page = site.installs()
    style = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in page.headers["content-security-policy"]


def test_a_workspace_s_name_is_shown_as_text(site: Site) -> None:
    site.standin.add_workspace("<script>alert(1)</script>", installed=False)
    assert "&lt;script&gt;" in site.installs().text


# Again, and away


def test_installing_again_replaces_the_token(site: Site, new: Workspace) -> None:
    site.installs()
    before = site.bot.workspaces.client(new.id).token
    site.office.now += timedelta(days=1)
    assert site.installs().status == 200
    after = site.bot.workspaces.client(new.id).token
    assert after == new.bot_token != before and len(site.installed()) == 1


def test_a_workspace_that_removes_the_bot_is_told_of_once_and_comes_back_by_installing_again(
    site: Site, new: Workspace
) -> None:
    site.installs()
    site.office.now += timedelta(days=1)
    before = len(said(site))
    new.uninstall()
    assert site.standin.wait_for(lambda: site.gone(new.id)) == "the bot was removed from the workspace"
    for told in site.standin.post_office.deliveries:
        assert told.ended.wait(10) and not told.given_up
    assert len(said(site)) == before + 1
    site.office.now += timedelta(minutes=1)
    site.installs()
    assert site.gone(new.id) == ""


def test_a_removal_that_slack_tells_again_after_the_bot_has_come_back_is_about_the_time_before(
    site: Site, new: Workspace
) -> None:
    site.installs()
    site.office.now += timedelta(days=1)
    removed = new.tell({"type": "app_uninstalled", "event_ts": new.next_ts()})
    assert removed is not None and removed.ended.wait(10)
    assert site.gone(new.id)
    site.office.now += timedelta(minutes=1)
    site.installs()
    again = site.standin.post_office.ask(new, "events_api", removed.payload)
    assert again.acknowledged and site.gone(new.id) == ""


def test_bolt_makes_no_installation_store_of_its_own_beside_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bolt reads SLACK_CLIENT_ID and its like out of the environment by itself."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.setenv(name, "from-the-environment")
    with a_site() as site:
        workspace = site.standin.add_workspace("Newshire", installed=False)
        nurse = workspace.person("Designated Nurse", "nobody@ours.example")
        assert site.installs().status == 200
        assert "999" in nurse.types_command("/convenor", "help").text
        workspace.uninstall()
        assert site.standin.wait_for(lambda: site.gone(workspace.id))
    assert list(tmp_path.iterdir()) == []


def test_a_link_for_another_partnership_takes_nothing_from_those_that_the_workspace_serves(
    site: Site, new: Workspace
) -> None:
    site.installs()
    rehearsing.open_office(site.office.runner, a_definition("buckinghamshire"), site.office.now, "notebook")
    new.uninstall()
    site.standin.wait_for(lambda: site.gone(new.id))
    site.office.now += timedelta(minutes=1)
    link = new_link(site.office.runner.store, site.url, ["buckinghamshire"], site.office.now)
    page = visit(site.consents(link))
    assert page.status == 200 and "Buckinghamshire" in page.text and "Ourshire" not in page.text
    assert site.serves(new.id) == ["buckinghamshire", site.office.partnership]
    with site.office.reading() as scope:
        assert [each.gone for each in partnerships.workspaces(scope, "slack")] == [""]


def test_a_link_whose_partnership_runs_here_no_more_installs_nothing(site: Site, new: Workspace) -> None:
    link = new_link(site.office.runner.store, site.url, ["elsewhere"], site.office.now)
    page = visit(site.consents(link))
    assert (page.status, site.installed()) == (400, []) and "does not run here any more" in page.text
