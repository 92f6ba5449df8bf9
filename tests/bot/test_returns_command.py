"""`convenor returns`: how a round stands, its workbook, and what was kept elsewhere before."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.bot.conftest import Shell
from tests.rounds_given import FORM

LOG = "Action,Owner,Due,Status\nAgree the threshold document,head-of-safeguarding,30/04/2027,Open\n"
pytestmark = pytest.mark.usefixtures("installed")


def test_an_action_log_is_shown_first_and_then_entered(shell: Shell) -> None:
    Path("log.csv").write_text(LOG)
    before = Path("convenor.db").read_bytes()
    said = shell("returns", "import-actions", "log.csv", "--dry-run")
    assert said.code == 0
    assert "Action 1: Agree the threshold document" in said.out
    assert said.out.endswith("Nothing has been changed. The same without --dry-run does it.\n")
    assert Path("convenor.db").read_bytes() == before
    assert shell("returns", "import-actions", "log.csv").out.startswith("The action log: 1 action entered")
    assert shell("returns", "import-actions", "log.csv").out.startswith("The action log: 0 actions entered, 1 there")


def test_mistakes_are_said_with_their_place_and_exit_code_2(shell: Shell) -> None:
    Path("log.csv").write_text(LOG + "Agree more,nobody-such,,\n")
    said = shell("returns", "import-actions", "log.csv")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("line 3, owner: ")
    assert said.err.endswith("Nothing has been changed.\n")


def test_an_audit_that_the_arrangements_do_not_have_is_a_mistake(shell: Shell) -> None:
    Path("audit.csv").write_text("Agency,Standard,Rating\nnhs,1,Met\n")
    said = shell("returns", "import-audit", "audit.csv", "--place", "2026", "--due", "2026-03-31")
    assert said.code == 2
    assert "report: Say which audit this was. There are: our arrangements have none." in said.err


@pytest.mark.parametrize("word", ["status", "excel"])
def test_a_round_that_is_not_there_is_a_mistake_that_says_what_is(shell: Shell, word: str) -> None:
    said = shell("returns", word, "ourshire", "section-11")
    assert said.code == 2
    assert said.err == "There is no such round. There are: none yet.\n"


@pytest.fixture
def with_an_audit(installed: Path, shell: Shell) -> None:
    """Ourshire asks its agencies for an audit, and last year's answers have been imported."""
    file = installed / "ourshire.toml"
    file.write_text(file.read_text("utf-8") + FORM, "utf-8")
    assert shell("apply", "ourshire.toml").code == 0
    Path("audit.csv").write_text("Agency,Standard,Rating,Comment\nnhs,1,Met,=1+1\npolice,1,Not met,\n")
    said = shell("returns", "import-audit", "audit.csv", "--place", "2026", "--due", "2026-03-31")
    assert said.out.startswith("Section 11 audit 2026: 2 entered, 0 changed, 0 there already"), said.err


@pytest.mark.usefixtures("with_an_audit")
def test_a_round_is_shown_and_written_as_a_workbook(shell: Shell) -> None:
    said = shell("returns", "status", "ourshire", "section-11")
    assert said.out.startswith("Section 11 audit 2026: 2 of 2 (100%) answered\n")
    assert "- NHS Ourshire: from a file" in said.out
    said = shell("returns", "excel", "ourshire", "section-11", "2026")
    assert said.out == "Written to section-11-2026.xlsx. It holds what was sent in, in clear.\n"
    cells = [cell for sheet in load_workbook("section-11-2026.xlsx") for row in sheet.iter_rows() for cell in row]
    assert "=1+1" in [cell.value for cell in cells]
    assert "f" not in {cell.data_type for cell in cells}


@pytest.mark.usefixtures("with_an_audit")
def test_a_file_that_is_there_already_is_not_written_over(shell: Shell) -> None:
    Path("there.xlsx").write_bytes(b"something")
    said = shell("returns", "excel", "ourshire", "section-11", "--out", "there.xlsx")
    assert said.code == 2 and "is there already" in said.err
    assert Path("there.xlsx").read_bytes() == b"something"
    said = shell("returns", "status", "ourshire", "section-11", "2099")
    assert said.err == "There is no such round. There are: section-11 2026.\n"
