"""`convenor keys`, `init`, `plan` and `apply`: from nothing to a partnership that runs."""

import csv
from pathlib import Path

import pytest

from bot import clock, settings, wiring
from bot.terminal.adopting import fresh_keys, people_template
from commands import definitions, naming
from commands.permissions import Actor
from storage.records import people
from storage.records.scope import Scope
from tests.bot.conftest import OURSHIRE, Shell


def change_the_slot() -> None:
    Path("ourshire.toml").write_text(OURSHIRE.read_text().replace('"2nd thursday"', '"3rd thursday"'))


def test_keys_are_lines_for_the_file_of_settings_and_fresh_each_time(shell: Shell) -> None:
    said = shell("keys")
    Path(".env").write_text(said.out)
    assert settings.read().missing_keys == ()
    assert shell("keys").out != said.out


# init


def test_init_makes_a_folder_that_works(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shell("init", "gloucestershire", "ours").code == 0
    monkeypatch.chdir("ours")
    assert settings.read().missing_keys == ()
    assert settings.read().definitions == ("gloucestershire.toml",)
    assert Path(".env").stat().st_mode & 0o077 == 0
    assert shell("check", "gloucestershire.toml").code == 0
    assert "convenor apply gloucestershire.toml" in Path("NEXT-STEPS.txt").read_text()


def test_the_people_file_of_init_has_a_row_for_each_post_that_somebody_can_hold(shell: Shell) -> None:
    shell("init", "buckinghamshire", "ours")
    with Path("ours/people.csv").open() as file:
        rows = list(csv.DictReader(file))
    posts = [row["post"] for row in rows]
    assert list(rows[0]) == ["name", "email", "agency", "post", "from", "until", "covers", "telephone"]
    by_id = definitions.load("buckinghamshire").arrangements.posts_by_id
    assert by_id["business-manager"].title in posts
    assert by_id["independent-chair"].title not in posts, "the document itself calls that post vacant"


@pytest.mark.parametrize("name", definitions.shipped())
def test_each_word_for_a_post_in_the_people_file_means_that_post(name: str) -> None:
    arrangements = definitions.load(name).arrangements
    rows = list(csv.DictReader(people_template(arrangements).splitlines()))
    meant = [naming.post(arrangements, row["post"]).id for row in rows]
    assert meant == [post.id for post in arrangements.posts if not post.vacant]


def test_init_writes_over_nothing(shell: Shell) -> None:
    shell("init", "gloucestershire", "ours")
    before = Path("ours/.env").read_text()
    said = shell("init", "gloucestershire", "ours")
    assert said.code == 2
    assert "nothing is written over" in said.err
    assert Path("ours/.env").read_text() == before


def test_init_of_an_unknown_partnership_makes_no_folder(shell: Shell) -> None:
    assert shell("init", "glocestershire", "ours").code == 2
    assert not Path("ours").exists()


# plan and apply


def test_apply_without_keys_refuses_and_says_how_to_make_them(shell: Shell) -> None:
    said = shell("apply", str(OURSHIRE))
    assert said.code == 1
    assert "Make fresh ones with `convenor keys`" in said.err
    assert list(Path().iterdir()) == []


def test_plan_shows_a_first_year_and_makes_no_database(shell: Shell) -> None:
    said = shell("plan", str(OURSHIRE))
    assert said.code == 0
    assert "Policies Group (n37) is planned for: Thursday 14 January 2027" in said.out.splitlines()
    assert list(Path().iterdir()) == []


def test_apply_puts_it_in_force_and_a_second_time_does_nothing(shell: Shell) -> None:
    Path(".env").write_text(fresh_keys())
    assert "version 1 is in force" in shell("apply", str(OURSHIRE)).out
    again = shell("apply", str(OURSHIRE))
    assert (again.code, again.out) == (0, "This is what runs already; nothing is to be done.\n")


@pytest.mark.usefixtures("installed")
def test_plan_shows_what_a_changed_file_would_move_and_changes_nothing(shell: Shell) -> None:
    change_the_slot()
    before = Path("convenor.db").read_bytes()
    said = shell("plan", "ourshire.toml")
    assert "Policies Group (n37): Thursday 14 January 2027 becomes Thursday 21 January 2027" in said.out.splitlines()
    assert Path("convenor.db").read_bytes() == before


@pytest.mark.usefixtures("installed")
def test_apply_of_a_changed_file_does_what_plan_said(shell: Shell) -> None:
    change_the_slot()
    planned = shell("plan", "ourshire.toml").out.splitlines()[:-1]
    applied = shell("apply", "ourshire.toml").out.splitlines()
    assert applied[0].endswith("version 2 is in force")
    assert applied[1:-1] == planned


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_a_file_with_mistakes_is_refused_with_all_of_them(shell: Shell, command: str) -> None:
    Path(".env").write_text(fresh_keys())
    text = OURSHIRE.read_text().replace('chair = "designated-nurse"', 'chair = "nobody-here"', 1)
    Path("ours.toml").write_text(text.replace('nature = "executive"', 'nature = "council"', 1))
    said = shell(command, "ours.toml")
    assert (said.code, len(said.err.splitlines())) == (2, 2)


# Answers given in chat, beside the file


def answer(about: str, form: str, **values: object) -> None:
    """Answers a question as the business manager does in chat."""
    bot = wiring.open(settings.read())
    try:
        with bot.store.reading() as session:
            person = people.in_post(Scope(session, "ourshire"), "business-manager", clock.now().date())
        actor = Actor("ourshire", person)
        given = {"question": about, "form": form, "by": "Executive of 4 January", **values}
        outcome = bot.runner.perform(actor, "setup.answer", given, None, clock.now())
        assert outcome.answer is not None, outcome.refusals
    finally:
        bot.close()


def start() -> list[str]:
    """What is said about the files when the bot starts. Raises NotReady where they keep it from starting."""
    bot = wiring.open(settings.read())
    try:
        return list(wiring.check_definitions(bot.store, wiring.configured(settings.read())))
    finally:
        bot.close()


def an_answer() -> None:
    answer("groups.policies.quorum", "quorum", rule="number", number=3)


@pytest.mark.usefixtures("installed")
def test_a_file_that_only_lacks_answers_given_in_chat_lets_the_bot_start_and_is_told(shell: Shell) -> None:
    assert start() == []
    an_answer()
    [said] = start()
    assert "Answers given in chat are newer than the file of ourshire; what runs is version 2" in said
    assert "`convenor export ourshire --to FILE`" in said
    assert "Answers given in chat are newer" in shell("doctor").out


@pytest.mark.usefixtures("installed")
def test_a_file_that_really_differs_is_refused_though_answers_were_given() -> None:
    an_answer()
    change_the_slot()
    with pytest.raises(wiring.NotReady, match="is not what runs"):
        start()


@pytest.mark.usefixtures("installed")
def test_a_file_that_is_older_than_another_file_is_refused(shell: Shell) -> None:
    old = Path("ourshire.toml").read_text()
    change_the_slot()
    assert shell("apply", "ourshire.toml").code == 0
    an_answer()
    assert len(start()) == 1
    Path("ourshire.toml").write_text(old)
    with pytest.raises(wiring.NotReady, match="is not what runs"):
        start()


@pytest.mark.usefixtures("installed")
def test_export_writes_what_runs_into_the_file_and_then_nothing_is_said(shell: Shell) -> None:
    Path("ourshire.toml").chmod(0o640)
    an_answer()
    assert "quorum = {kind = " in shell("export", "ourshire").out
    assert "version 2 of ourshire" in shell("export", "ourshire", "--to", "ourshire.toml").out
    assert start() == []
    assert Path("ourshire.toml").stat().st_mode & 0o777 == 0o640
    assert shell("check", "ourshire.toml").code == 0
    assert "already" in shell("export", "ourshire", "--to", "ourshire.toml").out
    assert shell("apply", "ourshire.toml").out == "This is what runs already; nothing is to be done.\n"


@pytest.mark.usefixtures("installed")
def test_export_writes_over_nothing_but_an_earlier_version(shell: Shell) -> None:
    an_answer()
    change_the_slot()
    before = Path("ourshire.toml").read_text()
    said = shell("export", "ourshire", "--to", "ourshire.toml")
    assert (said.code, "nothing is written over" in said.err) == (2, True)
    assert Path("ourshire.toml").read_text() == before
    assert shell("export", "ourshire", "--to", "nowhere/ourshire.toml").code == 2
    assert shell("export", "ourshire", "--to", "fresh.toml").code == 0
    assert sorted(path.name for path in Path().glob(".*.toml*")) == []


def test_export_without_a_database_says_how_one_comes_about(shell: Shell) -> None:
    said = shell("export", "ourshire")
    assert (said.code, "`convenor apply FILE` makes it" in said.err) == (1, True)
    assert list(Path().iterdir()) == []


@pytest.mark.usefixtures("installed")
def test_a_file_that_lacks_answers_is_applied_only_when_that_is_meant(shell: Shell) -> None:
    an_answer()
    change_the_slot()
    planned = shell("plan", "ourshire.toml")
    assert "lacks 1 answer given in chat" in planned.err
    assert "quorum of the Policies" in planned.err
    assert "Thursday 21 January 2027" in planned.out
    refused = shell("apply", "ourshire.toml")
    assert (refused.code, refused.out) == (2, "")
    assert "quorum of the Policies" in refused.err
    assert "version 3 is in force" in shell("apply", "ourshire.toml", "--anyway").out
    assert start() == []


@pytest.mark.usefixtures("installed")
def test_changes_made_in_the_file_that_holds_the_answers_are_applied_without_more_ado(shell: Shell) -> None:
    an_answer()
    shell("export", "ourshire", "--to", "ourshire.toml")
    text = Path("ourshire.toml").read_text()
    Path("ourshire.toml").write_text(text.replace('"2nd thursday"', '"3rd thursday"'))
    assert shell("plan", "ourshire.toml").err == ""
    assert "version 3 is in force" in shell("apply", "ourshire.toml").out
