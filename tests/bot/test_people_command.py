"""`convenor people import`: the people file, from the command line."""

from pathlib import Path

import pytest

from tests.bot.conftest import PEOPLE, Shell

CHAIR = "Chair of Policies,chair.of.policies@ours.example,council,head-of-safeguarding,2027-01-04,,\n"


@pytest.mark.usefixtures("installed")
def test_the_same_file_again_changes_nothing(shell: Shell) -> None:
    said = shell("people", "import", "people.csv")
    assert said.code == 0
    assert said.out.startswith("The people file: 0 added, 0 changed, 2 left alone")


@pytest.mark.usefixtures("installed")
def test_a_dry_run_says_what_would_change_and_changes_nothing(shell: Shell) -> None:
    Path("people.csv").write_text(PEOPLE + CHAIR)
    before = Path("convenor.db").read_bytes()
    said = shell("people", "import", "people.csv", "--dry-run")
    assert said.code == 0
    assert "added: Chair of Policies as Head of Safeguarding" in said.out
    assert Path("convenor.db").read_bytes() == before


@pytest.mark.usefixtures("installed")
def test_who_is_imported_is_reached_at_the_terminal(shell: Shell) -> None:
    Path("people.csv").write_text(PEOPLE + CHAIR)
    assert shell("people", "import", "people.csv", "--in", "ourshire").code == 0
    assert "Everybody in post can be reached." in shell("doctor").out


@pytest.mark.usefixtures("installed")
def test_all_mistakes_are_said_beside_their_place_with_exit_code_2(shell: Shell) -> None:
    Path("people.csv").write_text(PEOPLE + "Somebody,nowhere,,head-of-safegarding,,,\n")
    said = shell("people", "import", "people.csv")
    assert (said.code, said.out) == (2, "")
    assert [line.partition(":")[0] for line in said.err.splitlines()[:-1]] == ["line 4, email", "line 4, post"]
    assert said.err.endswith("Nothing has been changed.\n")


@pytest.mark.usefixtures("installed")
def test_rows_that_name_nobody_are_passed_over(shell: Shell) -> None:
    Path("people.csv").write_text(PEOPLE + ",,council,head-of-safeguarding,,,\n")
    said = shell("people", "import", "people.csv")
    assert said.code == 0
    assert "Rows without anybody, passed over: 1." in said.out


@pytest.mark.usefixtures("installed")
def test_a_partnership_that_does_not_run_here_is_a_mistake(shell: Shell) -> None:
    said = shell("people", "import", "people.csv", "--in", "oursire")
    assert said.code == 2
    assert 'Did you mean "ourshire"?' in said.err
