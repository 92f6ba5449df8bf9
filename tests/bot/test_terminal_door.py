"""The terminal door: what was sent stands in a file, once, also after a power cut."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.terminal.door import InFile, InMemory, Lines, TerminalDoor
from scheduler.doors import Gone, Parcel, Sent
from storage.records.message import Message

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)


@pytest.fixture(params=["file", "memory"])
def lines(request: pytest.FixtureRequest, tmp_path: Path) -> Lines:
    return InFile(tmp_path / "terminal.jsonl") if request.param == "file" else InMemory()


def parcel(key: str = "ours:note", text: str = "Papers are due.", person: str = "nurse") -> Parcel:
    return Parcel(key, "ours", person, "nurse@ours.example", Message(title="To do", text=text), "post")


def sent(door: TerminalDoor, one: Parcel) -> str:
    result = door.send(one, NOW)
    assert isinstance(result, Sent)
    return result.reference


def texts(door: TerminalDoor, person: str = "nurse") -> list[str]:
    return [line.words.text for line in door.shown_to(person) if line.words]


def test_what_was_sent_to_somebody_is_shown_to_them_and_to_nobody_else(lines: Lines) -> None:
    door = TerminalDoor(lines)
    sent(door, parcel())
    assert texts(door) == ["Papers are due."]
    assert texts(door, "chair") == []


def test_a_message_is_found_by_its_key(lines: Lines) -> None:
    door = TerminalDoor(lines)
    reference = sent(door, parcel())
    assert door.find(parcel(), NOW) == reference
    assert door.find(parcel(key="ours:other"), NOW) is None


def test_newer_words_stand_in_the_place_of_the_old_ones(lines: Lines) -> None:
    door = TerminalDoor(lines)
    reference = sent(door, parcel())
    sent(door, parcel(key="ours:second", text="Second."))
    assert door.edit(parcel(text="Papers are out."), reference, NOW) == Sent(reference)
    assert texts(door) == ["Papers are out.", "Second."]
    assert [line.revision for line in door.shown_to("nurse")] == [2, 1]


def test_what_was_taken_back_is_gone_and_cannot_be_changed(lines: Lines) -> None:
    door = TerminalDoor(lines)
    reference = sent(door, parcel())
    door.delete(parcel(), reference)
    assert texts(door) == []
    assert door.find(parcel(), NOW) is None
    assert isinstance(door.edit(parcel(), reference, NOW), Gone)


def test_of_two_with_one_key_only_the_one_that_is_named_is_taken_back(lines: Lines) -> None:
    door = TerminalDoor(lines)
    first, second = sent(door, parcel()), sent(door, parcel())
    door.delete(parcel(), second)
    assert door.find(parcel(), NOW) == first
    assert len(texts(door)) == 1


def test_the_file_is_only_added_to_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "terminal.jsonl"
    door = TerminalDoor(InFile(path))
    reference = sent(door, parcel())
    before = path.read_bytes()
    door.delete(parcel(), reference)
    assert path.read_bytes().startswith(before)
    assert len(path.read_bytes().splitlines()) == 2
    assert path.stat().st_mode & 0o077 == 0


def test_a_line_that_a_power_cut_tore_loses_no_other(tmp_path: Path) -> None:
    path = tmp_path / "terminal.jsonl"
    door = TerminalDoor(InFile(path))
    sent(door, parcel(text="Before."))
    with path.open("ab") as file:
        file.write(b'{"reference": "torn", "ke')
    sent(door, parcel(key="ours:after", text="After."))
    assert texts(TerminalDoor(InFile(path))) == ["Before.", "After."]
