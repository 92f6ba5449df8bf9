"""`convenor people account`, `code` and `confirm`: the administrator vouches for whose account it is."""

import pytest

from bot import clock, settings, wiring
from bot.terminal.reaching import open_everywhere
from commands.permissions import administrator
from storage.records import people
from tests.bot.conftest import Shell

NURSE = "designated.nurse@ours.example"


@pytest.fixture
def nurse(installed: object) -> None:
    """The designated nurse, known at the terminal and in one workspace."""
    installation = wiring.open(settings.read())
    try:
        open_everywhere(installation.runner, clock.now())
        propose(installation, "T1")
    finally:
        installation.close()


def propose(installation: wiring.Installation, tenant: str) -> None:
    form = {"door": "slack", "tenant": tenant, "user": "U1", "email": NURSE}
    outcome = installation.runner.perform(administrator("ourshire"), "identity.propose", form, None, clock.now())
    assert not outcome.refused, outcome.refusals


def states() -> dict[str, str]:
    installation = wiring.open(settings.read())
    try:
        with installation.store.reading() as session:
            found = people.identities(session, people.person_id(NURSE))
            return {f"{one.door}:{one.tenant}" if one.door == "slack" else one.door: one.state for one in found}
    finally:
        installation.close()


@pytest.mark.usefixtures("nurse")
def test_a_code_is_printed_for_the_one_account_in_a_chat(shell: Shell) -> None:
    said = shell("people", "code", NURSE)
    assert said.code == 0, said.err
    first = said.out.splitlines()[0]
    assert first.startswith("A code to confirm who this is, at Slack, T1, user U1: ")
    assert len(first.rpartition(" ")[2]) == 8
    assert states()["slack:T1"] == "proposed"


@pytest.mark.usefixtures("nurse")
def test_confirming_without_a_code_needs_a_yes_and_confirms_that_account_only(shell: Shell) -> None:
    said = shell("people", "confirm", NURSE)
    assert said.code == 2 and "--yes" in said.err and states()["slack:T1"] == "proposed"
    said = shell("people", "confirm", NURSE, "--yes")
    assert said.code == 0 and said.out == "Confirmed. This account is Designated Nurse.\n"
    assert states() == {"slack:T1": "confirmed", "terminal": "proposed"}


@pytest.mark.usefixtures("nurse")
def test_several_accounts_are_listed_and_one_is_said(shell: Shell) -> None:
    installation = wiring.open(settings.read())
    propose(installation, "T2")
    installation.close()
    said = shell("people", "confirm", NURSE, "--yes")
    assert said.code == 2
    assert "--door slack --tenant 'T1'" in said.err and "--door slack --tenant 'T2'" in said.err
    assert shell("people", "confirm", NURSE, "--door", "slack", "--tenant", "T2", "--yes").code == 0
    assert states() == {"slack:T1": "proposed", "slack:T2": "confirmed", "terminal": "proposed"}


@pytest.mark.usefixtures("nurse")
def test_who_is_confirmed_already_unknown_or_nowhere_is_said_so(shell: Shell) -> None:
    assert "has a post here" in shell("people", "code", "nobody@ours.example").err
    assert "is not known there yet" in shell("people", "code", NURSE, "--door", "teams").err
    shell("people", "confirm", NURSE, "--door", "slack", "--yes")
    assert "is confirmed already" in shell("people", "confirm", NURSE, "--door", "slack", "--yes").err


GUEST = ("--door", "teams", "--tenant", "AAAA-1", "--user", "BBBB-2")


@pytest.mark.usefixtures("installed")
def test_a_guests_account_is_entered_by_hand_and_then_confirmed(shell: Shell) -> None:
    said = shell("people", "account", NURSE, *GUEST)
    assert said.code == 0 and said.out.startswith("This is probably Designated Nurse. "), said.err
    assert shell("people", "code", NURSE, "--door", "teams").out.startswith("A code to confirm who this is, at Teams")
    assert shell("people", "confirm", NURSE, "--door", "teams", "--tenant", "aaaa-1", "--yes").code == 0
    assert states()["teams"] == "confirmed"


@pytest.mark.usefixtures("installed")
def test_an_account_is_entered_only_for_somebody_in_post_and_once(shell: Shell) -> None:
    said = shell("people", "account", "stranger@ours.example", *GUEST)
    assert said.code == 2 and "Nobody with the address" in said.err
    shell("people", "account", NURSE, *GUEST)
    said = shell("people", "account", NURSE, *GUEST)
    assert said.code != 0 and "known already" in said.err
