"""The stand-in Teams' people: files that the bot offers, and the place to which it uploads them."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.standins.teams import CONSENT, FILE_INFO, Message, rendered
from tests.standins.teams.small_bot import Stage, stage


@pytest.fixture
def teams() -> Iterator[Stage]:
    with stage() as teams:
        yield teams


def _consent(size: int = 5, **changes: Any) -> dict[str, Any]:
    content = {
        "description": "The meeting, for your calendar",
        "sizeInBytes": size,
        "acceptContext": {"key": "k"},
        "declineContext": {"key": "k"},
    }
    attached = {"contentType": CONSENT, "name": "meeting.ics", "content": content} | changes
    return {"type": "message", "attachments": [attached]}


def _offers(teams: Stage) -> Message:
    teams.bot.sends(teams.nurse.chat.id, _consent())
    return teams.nurse.told()[-1]


def _uploads(teams: Stage, content: bytes = b"hello", status: int = 201, **headers: str) -> None:
    """The bot uploads as soon as it may."""

    def replies(activity: dict[str, Any]) -> tuple[int, None]:
        url = activity["value"]["uploadInfo"]["uploadUrl"]
        ranged = {"Content-Range": f"bytes 0-{len(content) - 1}/{len(content)}"}
        answer = httpx.put(url, content=content, headers=ranged | headers)
        assert answer.status_code == status
        return 200, None

    teams.bot.replies = replies


def test_a_file_that_is_allowed_is_uploaded(teams: Stage) -> None:
    offered = _offers(teams)
    assert rendered(offered) == "(file) meeting.ics\nThe meeting, for your calendar"
    _uploads(teams)
    assert teams.nurse.allows(offered) == b"hello"
    (heard,) = teams.bot.heard
    assert (heard["name"], heard["replyToId"]) == ("fileConsent/invoke", offered.id)
    value = heard["value"]
    assert (value["type"], value["action"], value["context"]) == ("fileUpload", "accept", {"key": "k"})
    assert (value["uploadInfo"]["name"], value["uploadInfo"]["fileType"]) == ("meeting.ics", "ics")
    info = {"contentType": FILE_INFO, "contentUrl": value["uploadInfo"]["contentUrl"], "name": "meeting.ics"}
    told = {"uniqueId": value["uploadInfo"]["uniqueId"], "fileType": "ics"}
    teams.bot.sends(teams.nurse.chat.id, {"type": "message", "attachments": [info | {"content": told}]})
    assert rendered(teams.nurse.told()[-1]) == "(file) meeting.ics"


def test_a_file_that_is_declined_is_not_uploaded(teams: Stage) -> None:
    assert not teams.nurse.declines(_offers(teams)).failed
    value = teams.bot.heard[0]["value"]
    assert value["action"] == "decline" and "uploadInfo" not in value


def test_an_upload_can_fail(teams: Stage) -> None:
    teams.standin.faults.next(503, route="upload")
    _uploads(teams, status=503)
    with pytest.raises(AssertionError, match="not seen"):
        teams.nurse.allows(_offers(teams), timeout=0.1)


@pytest.mark.parametrize(
    ("content", "headers", "status", "problem"),
    [
        (b"hello", {"Authorization": "Bearer x"}, 401, "token went to an upload"),
        (b"hello", {"Content-Range": "bytes 0-3/5"}, 400, "Content-Range"),
        (b"too long", {}, 400, "Content-Range"),
    ],
)
def test_a_wrong_upload_is_refused(
    teams: Stage, content: bytes, headers: dict[str, str], status: int, problem: str
) -> None:
    _uploads(teams, content, status, **headers)
    with pytest.raises(AssertionError, match="not seen"):
        teams.nurse.allows(_offers(teams), timeout=0.1)
    assert problem in teams.standin.problems[0]


def test_an_upload_works_once_and_only_where_it_was_allowed(teams: Stage) -> None:
    _uploads(teams)
    teams.nurse.allows(_offers(teams))
    _uploads(teams, status=409)
    url = teams.bot.heard[0]["value"]["uploadInfo"]["uploadUrl"]
    teams.bot.replies({"value": {"uploadInfo": {"uploadUrl": url}}})
    _uploads(teams, status=404)
    teams.bot.replies({"value": {"uploadInfo": {"uploadUrl": url + "-elsewhere"}}})


@pytest.mark.parametrize("lacking", ["description", "sizeInBytes", "acceptContext", "declineContext", "name"])
def test_a_consent_card_that_lacks_something_is_refused(teams: Stage, lacking: str) -> None:
    said = _consent()
    said["attachments"][0].pop(lacking, None)
    said["attachments"][0]["content"].pop(lacking, None)
    answer = teams.bot.asks("POST", f"/v3/conversations/{teams.nurse.chat.id}/activities", said)
    assert answer.status_code == 400
    assert teams.standin.problems == [f"a file consent card without {lacking}"]


def test_a_file_info_card_that_lacks_something_is_refused(teams: Stage) -> None:
    said = {"type": "message", "attachments": [{"contentType": FILE_INFO, "name": "a.ics", "content": {}}]}
    answer = teams.bot.asks("POST", f"/v3/conversations/{teams.nurse.chat.id}/activities", said)
    assert answer.status_code == 400
    lacking = ("contentUrl", "uniqueId", "fileType")
    assert teams.standin.problems == [f"a file info card without {one}" for one in lacking]
