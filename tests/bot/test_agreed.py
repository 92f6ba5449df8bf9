"""`convenor check`, `calendar` and `clock`: what was agreed, from a definition alone or as it runs here."""

import json
import re
from pathlib import Path

import pytest

from tests.bot.conftest import OURSHIRE, Shell
from tests.storage.arrangements.small import small

SERIOUS = ("buckinghamshire", "serious-incident")


# check


def test_a_shipped_definition_has_no_mistakes_and_says_what_stands_open(shell: Shell) -> None:
    said = shell("check", "gloucestershire", "--format", "json")
    found = json.loads(said.out)
    assert (said.code, said.err) == (0, "")
    assert set(found) == {"errors", "open", "warnings"}
    assert found["errors"] == []
    assert all(set(one) == {"place", "sentence", "want"} for one in found["open"])


def test_what_stands_open_is_shown_by_theme_and_each_thing_only_when_asked(shell: Shell) -> None:
    found = json.loads(shell("check", "gloucestershire", "--format", "json").out)
    said = shell("check", "gloucestershire")
    assert len(said.out.splitlines()) < 60
    numbers = [int(number) for number in re.findall(r"^  \S.*\((\d+)\)$", said.out, re.MULTILINE)]
    assert sum(numbers) == len(found["open"]) > 50
    assert "In: executive, mg, qiip, education, early-years-forum, cem, districts, policies and 4 more" in said.out
    whole = shell("check", "gloucestershire", "--all").out
    assert all(f"  {one['place']}\n      {one['sentence']}" in whole for one in found["open"])


def test_few_things_that_stand_open_are_shown_one_by_one(shell: Shell) -> None:
    Path("ours.toml").write_text(small('chair = "manager"\n', ""))
    said = shell("check", "ours.toml").out
    assert "groups.officers.chair" in said and "by theme" not in said


def test_without_a_name_all_shipped_definitions_are_checked(shell: Shell) -> None:
    places = [one["place"] for one in json.loads(shell("check", "--format", "json").out)["open"]]
    assert {place.partition(":")[0] for place in places} >= {"buckinghamshire", "gloucestershire", "somerset"}


def test_all_mistakes_of_a_file_are_said_at_once_with_exit_code_2(shell: Shell) -> None:
    text = OURSHIRE.read_text().replace('chair = "designated-nurse"', 'chair = "nobody-here"', 1)
    Path("ours.toml").write_text(text.replace('nature = "executive"', 'nature = "council"', 1))
    said = shell("check", "ours.toml")
    assert said.code == 2
    assert "Mistakes (2):" in said.out


def test_a_name_that_is_nearly_right_is_asked_about(shell: Shell) -> None:
    said = shell("check", "glocestershire")
    assert said.code == 2
    assert 'Did you mean "gloucestershire"?' in said.out


# calendar


def test_the_calendar_as_json_is_a_list_of_exactly_the_agreed_keys(shell: Shell) -> None:
    said = shell("calendar", str(OURSHIRE), "--from", "2027-01-01", "--to", "2027-03-31", "--format", "json")
    rows = json.loads(said.out)
    assert said.code == 0
    days, words = ("papers_due", "minutes_due"), ("source", "working", "chosen", "open")
    assert {tuple(row) for row in rows} == {("group", "date", "starts_at", "ends_at", "status", *days, *words)}
    assert [(row["group"], row["date"]) for row in rows if row["date"]] == [
        ("policies", "2027-01-14"),
        ("practice", "2027-02-16"),
        ("policies", "2027-03-11"),
        ("executive", "2027-03-16"),
    ]


def test_the_calendar_makes_no_database(shell: Shell) -> None:
    shell("calendar", "gloucestershire", "--from", "2027-01-01", "--to", "2027-01-31")
    assert list(Path().iterdir()) == []


def test_the_calendar_as_a_file_for_calendars_begins_as_one(shell: Shell) -> None:
    said = shell("calendar", str(OURSHIRE), "--from", "2027-01-01", "--to", "2027-01-31", "--format", "ics")
    assert said.out.startswith("BEGIN:VCALENDAR")
    assert said.out.count("BEGIN:VEVENT") == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--from", "soon", "--to", "2027-01-31"), "Write it like 2027-01-14."),
        (("--from", "2027-02-01", "--to", "2027-01-31"), "lies before the first"),
        (("--from", "2060-01-01", "--to", "2060-01-31"), "The calendar of working days runs from"),
    ],
)
def test_days_that_cannot_be_are_a_sentence_with_exit_code_2(shell: Shell, words: tuple[str, ...], says: str) -> None:
    said = shell("calendar", "gloucestershire", *words)
    assert (said.code, said.out) == (2, "")
    assert says in said.err


@pytest.mark.usefixtures("installed")
def test_where_it_runs_the_calendar_is_the_one_that_runs(shell: Shell) -> None:
    words = ("--from", "2027-01-01", "--to", "2027-01-31")
    assert "Thu 14 Jan 2027" in shell("calendar", "ourshire", *words).out
    Path("ourshire.toml").write_text(OURSHIRE.read_text().replace('"2nd thursday"', '"3rd thursday"'))
    assert "Thu 14 Jan 2027" in shell("calendar", "ourshire", *words).out
    of_file = shell("calendar", "ourshire.toml", *words)
    assert "Thu 21 Jan 2027" in of_file.out
    assert "This file is not what runs here" in of_file.err


# clock


def test_the_worked_example_of_the_contract_comes_out(shell: Shell) -> None:
    said = shell("clock", *SERIOUS, "--aware", "2019-09-05T16:00", "--received", "2019-09-06T10:00", "--format", "json")
    due = {row["stage"]: row["due"] for row in json.loads(said.out)}
    assert due == {
        "referral": "2019-09-06T16:00:00+01:00",
        "alert": "2019-09-06",
        "panel": "2019-09-09",
        "rapid-review": "2019-09-19",
        "submission": "2019-09-23",
        "decision": "2019-09-25",
        "feedback": "2019-09-26",
        "report": "2020-03-25",
        "advance-copy": None,
    }


def test_the_clock_as_json_has_exactly_the_agreed_keys(shell: Shell) -> None:
    rows = json.loads(shell("clock", *SERIOUS, "--aware", "2019-09-05", "--format", "json").out)
    assert {tuple(row) for row in rows} == {
        ("stage", "due", "earliest", "latest", "provisional", "owner", "told", "working", "source", "edition")
    }


def test_a_time_without_offset_is_local_and_one_with_offset_is_not(shell: Shell) -> None:
    def referral(time: str) -> str:
        return str(json.loads(shell("clock", *SERIOUS, "--aware", time, "--format", "json").out)[0]["due"])

    assert referral("2019-09-05T16:00") == referral("2019-09-05T15:00+00:00") == "2019-09-06T16:00:00+01:00"


def test_the_clock_for_people_has_each_stage_with_its_working(shell: Shell) -> None:
    said = shell("clock", "gloucestershire", "resolution-referral", "--meeting", "2027-01-13")
    assert said.code == 0
    assert "Counts from" in said.out


def test_the_clock_for_people_begins_with_all_deadlines_in_local_words(shell: Shell) -> None:
    lines = shell("clock", *SERIOUS, "--aware", "2019-09-05T16:00", "--received", "2019-09-06T10:00").out.splitlines()
    end = lines.index("How each comes about:")
    assert lines[0] == "Due:"
    assert lines[1] == "  Referral form to the support team: Friday 6 September 2019 at 16:00"
    assert (end, lines[end - 2]) == (
        11,
        "  Copy of the final report to the national Panel ahead of publication: no date yet",
    )


def test_facts_that_cannot_be_in_this_order_are_remarked_and_counted_all_the_same(shell: Shell) -> None:
    facts = ("--aware", "2019-09-05T16:00", "--received", "2019-09-06T10:00", "--decided", "2019-09-05T12:00")
    first, second, *rest = shell("clock", *SERIOUS, *facts).out.splitlines()
    assert first.startswith("Look at these facts again: it was decided before anybody became aware (")
    assert second == (
        "Look at these facts again: it was decided before the form was received "
        "(Thursday 5 September 2019 at 12:00, and Friday 6 September 2019 at 10:00)."
    )
    assert rest[1] == "Due:"


def test_a_decision_on_the_day_of_receipt_is_no_contradiction(shell: Shell) -> None:
    facts = ("--aware", "2019-09-05T16:00", "--received", "2019-09-06T10:00", "--decided", "2019-09-06")
    assert shell("clock", *SERIOUS, *facts).out.startswith("Due:\n")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("gloucestershire", "serious-incident", "--decided", "2027-01-04"), 'does not use "decided"'),
        (("gloucestershire", "serious-accident"), 'There is no pathway "serious-accident"'),
        (("gloucestershire", "serious-incident", "--aware", "noon"), "Write it like 2027-01-14T16:00"),
        (("nowhere.toml", "serious-incident"), "no file that can be read"),
    ],
)
def test_what_a_clock_cannot_use_is_a_sentence_with_exit_code_2(
    shell: Shell, words: tuple[str, ...], says: str
) -> None:
    said = shell("clock", *words)
    assert (said.code, said.out) == (2, "")
    assert says in said.err
