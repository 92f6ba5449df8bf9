"""Which workspace serves which partnership, and what becomes of its token."""

import pytest

from storage.records import installations, partnerships
from storage.records.installations import Installed
from tests.offices import Office, an_office

WHERE = {"door": "slack", "tenant": "T1"}


@pytest.fixture
def office() -> Office:
    return an_office()


def stored(office: Office) -> Installed | None:
    with office.reading() as scope:
        found = installations.find(scope.session, "slack", "T1")
        scope.session.expunge_all()
        return found


def gone(office: Office) -> str:
    with office.reading() as scope:
        return partnerships.why_gone(scope.session, "slack", "T1")


def test_a_workspace_without_the_bot_cannot_serve(office: Office) -> None:
    assert "has to be installed there first" in office.refused("administrator", "workspace.serve", **WHERE)
    assert stored(office) is None


def test_only_the_administrator_has_a_workspace_serve(office: Office) -> None:
    office.done("administrator", "workspace.serve", **WHERE, name="Ours", sealed="sealed")
    for who in ("business-manager", "time"):
        assert office.refused(who, "workspace.serve", **WHERE, sealed="another")
    found = stored(office)
    assert found is not None and found.sealed == "sealed"


def test_an_installed_workspace_that_serves_anew_keeps_its_token_and_its_day(office: Office) -> None:
    office.done("administrator", "workspace.serve", **WHERE, name="Ours", bot_user="U1", sealed="sealed")
    before = stored(office)
    office.moves_to("2027-02-01 09:00")
    assert office.done("administrator", "workspace.serve", **WHERE).text == "Ours"
    assert stored(office) == before


def test_one_that_removed_the_bot_is_not_back_by_serving_but_by_a_new_token(office: Office) -> None:
    office.done("administrator", "workspace.serve", **WHERE, name="Ours", sealed="sealed")
    lost = {**WHERE, "address": "", "person": "", "reason": "the bot was removed from the workspace", "whole": True}
    office.done("time", "account.gone", **lost)
    office.done("administrator", "workspace.serve", **WHERE)
    assert gone(office) == "the bot was removed from the workspace"
    office.done("administrator", "workspace.serve", **WHERE, name="Ours", sealed="another")
    assert gone(office) == ""


def test_with_the_last_partnership_the_token_is_forgotten(office: Office) -> None:
    office.done("administrator", "workspace.serve", **WHERE, name="Ours", sealed="sealed")
    office.done("administrator", "workspace.end", **WHERE)
    assert stored(office) is None
