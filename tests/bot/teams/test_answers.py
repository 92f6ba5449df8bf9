"""What Teams' refusals mean: come back later, unsure, or final for one account or for everybody."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.teams.answers import (
    ANOTHER_LOOK,
    BUSY,
    DEFAULT_WAIT,
    GONE,
    NO_TOKEN,
    NOT_ACCEPTED,
    NOT_TAKEN,
    OF_THE_PERSON,
    OF_US,
    SOON_AGAIN,
    asked_to_wait,
    is_lost,
    meaning,
)
from bot.teams.connector import Broke, NotAllowed, NoToken, NotReached, Refused
from bot.teams.reaching import NOT_HEARD_OF, NoPlace
from scheduler.doors import Gone, RetryAt, Unsure

NOW = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("status", sorted(BUSY))
@pytest.mark.parametrize(("said", "waits"), [(None, DEFAULT_WAIT), (77, 77), (0, 1)])
def test_where_teams_is_busy_its_own_time_is_kept(status: int, said: float | None, waits: float) -> None:
    failure = Refused(status, "Throttled", said)
    assert meaning(failure, NOW) == RetryAt(NOW + timedelta(seconds=waits), BUSY[status])
    assert asked_to_wait(failure) == waits


@pytest.mark.parametrize("failure", [NotReached("away"), NotAllowed("no address")], ids=repr)
def test_what_was_never_sent_is_sent_again(failure: Exception) -> None:
    result = meaning(failure, NOW)
    assert isinstance(result, RetryAt)
    assert result.at == NOW + timedelta(seconds=DEFAULT_WAIT)


@pytest.mark.parametrize("failure", [Broke("away"), Refused(500), Refused(503), Refused(418, "Teapot")], ids=repr)
def test_what_may_have_got_through_is_unsure(failure: Exception) -> None:
    assert isinstance(meaning(failure, NOW), Unsure)
    assert asked_to_wait(failure) is None


def test_what_is_unsure_says_what_teams_said_but_never_what_is_no_word() -> None:
    assert meaning(Refused(500, "ServiceError"), NOW) == Unsure("Teams answered 500 ServiceError")
    assert meaning(Refused(500, "<html>a proxy's page</html>"), NOW) == Unsure("Teams answered 500")


@pytest.mark.parametrize("status", sorted(GONE))
@pytest.mark.parametrize("code", [*sorted(OF_THE_PERSON), "AnErrorOfNextYear", ""])
def test_what_is_about_one_account_is_final_for_that_one(status: int, code: str) -> None:
    assert meaning(Refused(status, code), NOW) == Gone(OF_THE_PERSON.get(code, GONE[status]))


def test_somebody_of_whom_nothing_was_heard_is_gone_until_they_write() -> None:
    assert meaning(NoPlace(NOT_HEARD_OF), NOW) == Gone(NOT_HEARD_OF)


@pytest.mark.parametrize("code", [*sorted(OF_US), "AADSTS1", "invalid_client"])
def test_where_entra_gives_no_token_nobody_is_reached(code: str) -> None:
    assert meaning(NoToken(code), NOW) == Gone(OF_US.get(code, NO_TOKEN), whole=True)


def test_where_teams_does_not_accept_the_token_nobody_is_reached() -> None:
    assert meaning(Refused(401, "BotNotRegistered"), NOW) == Gone(NOT_ACCEPTED, whole=True)


@pytest.mark.parametrize("code", sorted(SOON_AGAIN))
def test_where_entra_is_busy_itself_it_is_asked_again(code: str) -> None:
    assert meaning(NoToken(code), NOW) == RetryAt(NOW + timedelta(seconds=DEFAULT_WAIT), "Microsoft Entra was busy")


@pytest.mark.parametrize("status", sorted(NOT_TAKEN))
def test_what_will_not_do_has_surely_reached_nobody_and_is_tried_rarely(status: int) -> None:
    assert meaning(Refused(status, "MessageSizeTooBig"), NOW) == RetryAt(NOW + ANOTHER_LOOK, NOT_TAKEN[status])


@pytest.mark.parametrize(("failure", "lost"), [(Refused(404), True), (Refused(403), True), (Refused(500), False)])
def test_a_card_that_is_not_there_or_not_ours_is_lost(failure: Exception, lost: bool) -> None:
    assert is_lost(failure) is lost
    assert not is_lost(Broke("away"))


def test_a_failure_of_our_own_is_raised_and_not_taken_for_teams() -> None:
    with pytest.raises(KeyError):
        meaning(KeyError("zone"), NOW)


def test_no_status_and_no_word_means_two_things() -> None:
    tables = [set(BUSY), set(GONE), set(NOT_TAKEN), {401}]
    assert len(set().union(*tables)) == sum(map(len, tables))
    assert not set(OF_US) & SOON_AGAIN
