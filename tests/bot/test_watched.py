"""What the doctor says where incidents can be notified: whether an alert would reach somebody, and who notices."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.bot.conftest import Shell

ON = (
    "INSERT INTO switched (partnership, pathway, on_at, on_by, off_by) "
    "VALUES ('ourshire', 'serious-incident', '2027-01-04 08:00:00.000000', 'administrator', '')"
)
NO_BEAT = "wrong  OSCP: No heartbeat address is set: nobody would notice if this bot stopped."
NO_MAIL = "wrong  OSCP: No mail is set up: there is no paper copy, and who has no chat account is not reached."


def change(sql: str) -> None:
    with closing(sqlite3.connect("convenor.db")) as connection, connection:
        connection.execute(sql)


def lines(shell: Shell) -> list[str]:
    return shell("doctor").out.splitlines()


def begins(said: list[str], words: str) -> str:
    """The one line that begins so."""
    [found] = [line for line in said if line.startswith(words)]
    return found


PEOPLE = """name,email,agency,post,from,until,covers,telephone
Director,director@ours.example,council,director-childrens-services,2027-01-01,,,01234 555111
Constable,constable@ours.example,police,assistant-chief-constable,2027-01-01,,,01234 555222
Chief Nurse,nurse@ours.example,nhs,chief-nurse,2027-01-01,,,01234 555333
"""


@pytest.mark.usefixtures("installed")
def test_while_nothing_is_on_the_doctor_says_nothing_of_it(shell: Shell) -> None:
    said = lines(shell)
    assert not [line for line in said if "notified" in line or "heartbeat" in line or "told of incidents" in line]


@pytest.mark.usefixtures("installed")
def test_no_heartbeat_and_no_mail_are_wrong_once_something_is_on(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    change(ON)
    said = lines(shell)
    assert "OK     OSCP: Can be notified here: Serious child safeguarding incident." in said
    assert begins(said, NO_BEAT) and begins(said, NO_MAIL)
    monkeypatch.setenv("CONVENOR_HEARTBEAT_URL", "https://watch.ours.example/ping")
    assert not [line for line in lines(shell) if line.startswith(NO_BEAT)]


@pytest.mark.usefixtures("installed")
def test_posts_that_are_told_and_have_nobody_and_posts_without_a_number_are_named(shell: Shell) -> None:
    change(ON)
    said = lines(shell)
    empty = begins(said, "wrong  OSCP: Told of incidents, but nobody is in the post: ")
    assert "Director of Children's Services; Assistant Chief Constable; Chief Nurse." in empty
    without = begins(said, "wrong  OSCP: No telephone number is known for the last step")
    assert "Business Manager" in without and "Chief Nurse" in without


@pytest.mark.usefixtures("installed")
def test_with_people_and_numbers_all_is_well(shell: Shell) -> None:
    change(ON)
    with closing(sqlite3.connect("convenor.db")) as connection, connection:
        for number, row in enumerate(PEOPLE.splitlines()[1:]):
            name, email, agency, post, since, _, _, telephone = row.split(",")
            values = (f"p{number}", name, email, "2027-01-01 00:00:00.000000", telephone)
            connection.execute("INSERT INTO person (id, name, email, created_at, telephone) VALUES (?,?,?,?,?)", values)
            connection.execute(
                "INSERT INTO holding (partnership, post, person, capacity, agency, since) VALUES (?,?,?,?,?,?)",
                ("ourshire", post, f"p{number}", "holder", agency, since),
            )
        connection.execute("UPDATE person SET telephone = '01234 555000' WHERE email LIKE 'business%'")
    said = lines(shell)
    assert "OK     OSCP: Every post that is told of incidents has somebody." in said
    assert "OK     OSCP: Whoever is told of incidents can be rung." in said


@pytest.mark.usefixtures("installed")
def test_a_front_door_whose_number_went_missing_is_wrong(shell: Shell) -> None:
    change(ON)
    change("UPDATE version SET text = replace(text, 'telephone = \"01234 500500\"', 'telephone = \"\"')")
    words = "wrong  OSCP: The front door's telephone number is not set, so no incident can be notified."
    assert begins(lines(shell), words)


@pytest.mark.usefixtures("installed")
def test_a_partner_for_whom_nobody_is_told_is_looked_at(shell: Shell) -> None:
    change(ON)
    told = 'told = ["director-childrens-services", "assistant-chief-constable", "chief-nurse"]'
    assert told in Path("ourshire.toml").read_text()
    change(f"UPDATE version SET text = replace(text, '{told}', 'told = [\"chief-nurse\"]')")
    words = "look   OSCP: Our arrangements do not say who is told of an incident at: Ourshire Council; Ourshire Police."
    assert begins(lines(shell), words)
