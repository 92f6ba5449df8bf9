"""`convenor proposals`: the administrator as the second person."""

import pytest

from bot import clock as real_clock
from bot import settings as settings_
from bot import wiring
from commands.permissions import Actor
from storage.records import people
from storage.records.switched import Switched
from tests.bot.conftest import Shell

MANAGER = "business.manager@ours.example"


def proposed() -> str:
    """Has the business manager propose somebody for a post that hears of cases; the number of the proposal."""
    installation = wiring.open(settings_.read())
    try:
        now = real_clock.now()
        with installation.store.writing() as session:
            session.add(Switched(partnership="ourshire", pathway="serious-incident", on_at=now, on_by="administrator"))
        actor = Actor("ourshire", people.person_id(MANAGER), confirmed=True)
        form = {"name": "Acting Chief Nurse", "email": "acting@nhs.example", "post": "chief-nurse"}
        outcome = installation.runner.perform(actor, "people.enter", form, None, now)
        assert outcome.answer is not None, outcome.refusals
        return outcome.answer.buttons[0].form["proposal"]
    finally:
        installation.close()


@pytest.mark.usefixtures("installed")
def test_the_administrator_sees_what_waits_and_agrees_to_it(shell: Shell) -> None:
    number = proposed()
    assert f"{number}: Acting Chief Nurse is Chief Nurse from Mon 4 Jan 2027" in shell("proposals", "list").out
    assert shell("proposals", "agree", number).out.startswith("Agreed: Entered")
    assert shell("proposals", "list").out.strip() == "Nothing waits."


@pytest.mark.usefixtures("installed")
def test_what_the_administrator_refuses_changes_nothing(shell: Shell) -> None:
    number = proposed()
    assert shell("proposals", "refuse", number).out.startswith("Not agreed")
    said = shell("proposals", "agree", number)
    assert said.code != 0 and "did not agree" in said.err


@pytest.mark.usefixtures("installed")
def test_a_number_that_is_none_is_said(shell: Shell) -> None:
    assert "Nothing waits under that number." in shell("proposals", "agree", "0").err
