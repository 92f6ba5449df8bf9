"""Calendar entries in Teams: put into somebody's OneDrive once they allow it, and nowhere else."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from storage.records.message import Attached, Message
from tests.standins.teams import FILE_INFO, Person, rendered
from tests.standins.teams import Message as Seen

from .offices import TeamsOffice
from .talking import NURSE, people_talking

ENTRY = Attached(name="meeting.ics", kind="calendar", text="BEGIN:VCALENDAR\r\nSUMMARY:Executive\r\nEND:VCALENDAR\r\n")


@pytest.fixture(autouse=True)
def _on_a_monday() -> None:
    """In the place of the fixture that stops the clock: here seconds pass, and tokens end."""


@pytest.fixture
def teams_office(tmp_path: Path) -> Iterator[TeamsOffice]:
    with people_talking(tmp_path) as opened:
        yield opened


@pytest.fixture
def nurse(teams_office: TeamsOffice) -> Person:
    return teams_office.user(NURSE)


@pytest.fixture
def asked(teams_office: TeamsOffice, nurse: Person) -> Seen:
    """The card that asks whether the entry may be put there."""
    teams_office.sends(NURSE, Message(title="The meeting is planned", text="Look", attached=(ENTRY,)))
    teams_office.deliver()
    (card,) = [one for one in nurse.told() if one.consents]
    return card


def test_what_is_allowed_is_put_there_and_the_file_stands_in_the_place_of_the_question(
    teams_office: TeamsOffice, nurse: Person, asked: Seen
) -> None:
    assert nurse.allows(asked).decode() == ENTRY.text
    teams_office.shown(nurse.begins())
    now = next(one for one in nurse.told() if one.id == asked.id)
    (file,) = now.attachments
    assert file["contentType"] == FILE_INFO and file["name"] == ENTRY.name
    assert [one for one in nurse.told() if one.consents] == []


def test_where_teams_does_not_change_the_question_the_file_stands_below_and_the_question_goes(
    teams_office: TeamsOffice, nurse: Person, asked: Seen
) -> None:
    teams_office.standin.faults.next(status=400, code="BadSyntax", route="update")
    nurse.allows(asked)
    teams_office.shown(nurse.begins())
    teams_office.shown(nurse.begins())
    assert asked.id not in [one.id for one in nurse.told()]
    assert nurse.told()[-1].attachments[0]["contentType"] == FILE_INFO


def test_what_is_declined_is_put_nowhere(teams_office: TeamsOffice, nurse: Person, asked: Seen) -> None:
    before = teams_office.told(NURSE)
    answer = teams_office.shown(nurse.declines(asked))
    assert answer.status == 200
    assert teams_office.standin.uploads == {}
    assert teams_office.told(NURSE) == before


@pytest.mark.parametrize(
    "url",
    [
        "https://files.elsewhere.example/put",
        "https://sharepoint.com.elsewhere.example/put",
        "http://ourshire-my.sharepoint.com/put",
        "https://somebody:secret@ourshire-my.sharepoint.com@elsewhere.example/put",
        "file:///etc/passwd",
        "",
    ],
)
def test_a_file_goes_to_no_foreign_address(
    teams_office: TeamsOffice, nurse: Person, asked: Seen, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    value = {
        "type": "fileUpload",
        "action": "accept",
        "context": asked.consents[0]["content"]["acceptContext"],
        "uploadInfo": {"uploadUrl": url, "contentUrl": "https://x.example", "name": "meeting.ics"},
    }
    answer = teams_office.shown(nurse.invokes("fileConsent/invoke", value, asked.id))
    assert answer.status == 200
    assert "could not be put into your OneDrive" in rendered(nurse.told()[-1])
    assert "elsewhere" not in caplog.text


def test_where_the_upload_fails_they_are_told_and_the_question_stays(
    teams_office: TeamsOffice, nurse: Person, asked: Seen
) -> None:
    teams_office.standin.faults.next(status=503, route="upload")
    answer = nurse._consents(asked, asked.consents[0], "accept", upload_of(teams_office, nurse))
    teams_office.shown(answer)
    assert "could not be put into your OneDrive" in rendered(nurse.told()[-1])
    assert any(one.id == asked.id and one.consents for one in nurse.told())
    assert nurse.allows(asked).decode() == ENTRY.text


def upload_of(teams_office: TeamsOffice, who: Person) -> dict[str, object]:
    """A place for a file, as Teams opens one when somebody allows it."""
    from tests.standins.teams import files

    _, told = files.opened(teams_office.standin, ENTRY.name, len(ENTRY.text.encode()), who.id)
    return told


def test_an_entry_that_is_kept_no_longer_says_so(teams_office: TeamsOffice, nurse: Person, asked: Seen) -> None:
    teams_office.office.now += timedelta(days=31)
    answer = nurse._consents(asked, asked.consents[0], "accept", upload_of(teams_office, nurse))
    teams_office.shown(answer)
    assert "is kept no longer" in rendered(nurse.told()[-1])


@pytest.mark.parametrize("context", [None, "no", {}, {"convenor": {"kept": "made up"}}, {"convenor": 5}])
def test_a_question_that_nobody_asked_is_answered_in_words(
    teams_office: TeamsOffice, nurse: Person, context: object
) -> None:
    value = {
        "type": "fileUpload",
        "action": "accept",
        "context": context,
        "uploadInfo": {"uploadUrl": "https://x.example"},
    }
    teams_office.shown(nurse.invokes("fileConsent/invoke", value))
    assert "is kept no longer" in rendered(nurse.told()[-1])
