"""`convenor returns pack`: the pack for a meeting as a Word file; an existing file is left alone."""

from pathlib import Path

import docx
import pytest

from tests.bot.conftest import Shell

pytestmark = pytest.mark.usefixtures("installed")


def test_the_pack_of_the_next_meeting_is_written_as_word(shell: Shell) -> None:
    said = shell("returns", "pack", "ourshire", "executive", "--out", "executive.docx")
    assert (said.code, said.out) == (0, "Written to executive.docx. It holds what was sent in, in clear.\n")
    words = [each.text for each in docx.Document("executive.docx").paragraphs]
    assert words[0].startswith("Executive: pack for Tuesday")
    assert "No report is owed for this meeting." in words


def test_a_file_that_is_there_is_left_alone(shell: Shell) -> None:
    Path("executive.docx").write_text("mine")
    said = shell("returns", "pack", "ourshire", "executive", "--out", "executive.docx")
    assert said.code != 0 and "executive.docx is there already" in said.err
    assert Path("executive.docx").read_text() == "mine"


@pytest.mark.parametrize(
    ("words", "told"), [(("nobody",), "no group called"), (("executive", "1 May 2031"), "no meeting")]
)
def test_a_group_or_a_meeting_that_is_not_there_is_said(shell: Shell, words: tuple[str, ...], told: str) -> None:
    said = shell("returns", "pack", "ourshire", *words)
    assert said.code != 0 and told in said.err
    assert not list(Path().glob("*.docx"))
