"""`convenor rehearse`: the year in advance, as rows, as text and as a page to print."""

import json
import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from dateutil.relativedelta import relativedelta

from bot import printing, settings, wiring
from commands import definitions
from commands.permissions import Actor
from scheduler.rehearsal import Rehearsal
from scheduler.rehearsal import rehearse as rehearsed
from storage.arrangements.calendars import england
from storage.arrangements.years import plan
from storage.records.people import person_id
from tests.bot.conftest import OURSHIRE, Shell

pytestmark = pytest.mark.slow

FROM = ("--from", "2027-01-04", "--months")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    definition = definitions.load(str(OURSHIRE))
    first, last = date(2027, 1, 1), date(2027, 3, 31)
    return printing.page(definition, rehearsed(definition, first, 3), first, last)


def test_as_json_it_has_exactly_the_agreed_keys(shell: Shell) -> None:
    said = shell("rehearse", str(OURSHIRE), *FROM, "2", "--format", "json")
    found = json.loads(said.out)
    assert (said.code, said.err) == (0, "")
    assert list(found) == ["meetings", "messages", "chosen", "open"]
    assert {tuple(m) for m in found["messages"]} == {
        ("key", "at", "day", "post", "kind", "title", "text", "why", "source")
    }
    assert [m["date"] for m in found["meetings"]] == ["2027-01-14", "2027-02-16"]
    assert any("hour" in one["sentence"] for one in found["chosen"])
    assert all(set(one) == {"place", "sentence", "want"} for one in found["open"])


def test_as_text_it_says_to_whom_what_and_why(shell: Shell) -> None:
    said = shell("rehearse", str(OURSHIRE), *FROM, "1")
    assert "Why: " in said.out
    assert "Chosen, not agreed" in said.out
    assert "Standing open" in said.out
    assert said.out.rstrip().endswith("Nobody answered in this rehearsal.")


def test_it_makes_no_database(shell: Shell) -> None:
    shell("rehearse", str(OURSHIRE), "--months", "1")
    assert list(Path().iterdir()) == []


@pytest.mark.usefixtures("installed")
def test_where_it_runs_confirmed_meetings_come_along_and_nothing_is_written(shell: Shell) -> None:
    installation = wiring.open(settings.read())
    manager = Actor("ourshire", person_id("business.manager@ours.example"), confirmed=True)
    form = {"group": "policies", "day": "2027-01-20"}
    outcome = installation.runner.perform(manager, "meeting.extra", form, None, datetime(2027, 1, 4, 9, tzinfo=UTC))
    installation.close()
    assert not outcome.refused
    before = Path("convenor.db").read_bytes()
    found = json.loads(shell("rehearse", "ourshire", "--months", "1", "--format", "json").out)
    assert ("policies", "2027-01-20", "confirmed") in {(m["group"], m["date"], m["status"]) for m in found["meetings"]}
    assert Path("convenor.db").read_bytes() == before


def test_how_long_is_bounded(shell: Shell) -> None:
    assert shell("rehearse", "gloucestershire", "--months", "400").code == 2


# The page


class Seen(HTMLParser):
    """What a page holds: tags with their attributes, in order, and the texts of some."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_the_page_needs_nothing_outside_itself(page: str) -> None:
    seen = Seen(page)
    assert "http" not in page
    assert "@import" not in page
    assert not [tag for tag, attributes in seen.tags if tag in ("script", "link", "img") or "src" in attributes]
    assert all((a["href"] or "").startswith("#") for a in seen.all("a"))


def test_the_page_says_its_language_and_title_and_its_links_lead_somewhere(page: str) -> None:
    seen = Seen(page)
    ids = {attributes["id"] for _, attributes in seen.tags if "id" in attributes}
    assert seen.all("html")[0]["lang"] == "en-GB"
    assert "<title>Ourshire Safeguarding Children Partnership" in page
    assert {(a["href"] or "")[1:] for a in seen.all("a")} <= ids


def test_every_table_of_the_page_has_a_caption_and_headings(page: str) -> None:
    seen = Seen(page)
    assert len(seen.all("table")) == len(seen.all("caption")) > 3
    assert all("scope" in heading for heading in seen.all("th"))


def test_headings_of_the_page_go_down_one_step_at_a_time(page: str) -> None:
    levels = [int(tag[1]) for tag, _ in Seen(page).tags if tag in ("h1", "h2", "h3")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_each_month_is_there_with_its_meetings_marked_and_said_in_words(page: str) -> None:
    assert [f"<h3>{month} 2027</h3>" in page for month in ("January", "February", "March")] == [True] * 3
    marked = [cell for cell in Seen(page).all("td") if "meets" in (cell.get("class") or "").split()]
    assert len(marked) == 4
    assert page.count('<span class="hidden"> meeting</span>') == 4
    assert "<b>Fri 26</b><span>Good Friday</span>" in page


def test_what_people_wrote_cannot_become_part_of_the_page() -> None:
    text = OURSHIRE.read_text().replace("Ourshire Safeguarding Children Partnership", "Ours <script>x</script>")
    definition = definitions.read_definition(text)
    assert "<script>" not in printing.page(definition, Rehearsal((), (), ()), date(2027, 1, 1), date(2027, 1, 31))


def small_months(first: date, last: date) -> tuple[list[str], str]:
    """The months with a calendar of their own, and what the page says of the rest of the time."""
    definition = definitions.load(str(OURSHIRE))
    meetings = plan(definition.arrangements, england(2026, 2028), first, first + relativedelta(months=2)).meetings
    page = printing.page(definition, Rehearsal(meetings, (), ()), first, last)
    rest = re.search(r"<p class=\"key\"><b>([^<]*)</b>([^<]*)</p>", page)
    return re.findall(r'<section class="month" aria-label="([^"]*)"', page), "".join(rest.groups()) if rest else ""


def test_two_months_from_the_middle_of_one_are_two_months_and_the_days_that_remain() -> None:
    months, rest = small_months(date(2027, 1, 18), date(2027, 3, 17))
    assert months == ["January 2027", "February 2027"]
    assert rest == (
        "March 2027, to the last day of this rehearsal: Thu 11 Policies Group, 09:30; Tue 16 Executive, 14:00."
    )


def test_two_months_from_the_first_of_one_are_two_months_and_nothing_remains() -> None:
    assert small_months(date(2027, 1, 1), date(2027, 2, 28)) == (["January 2027", "February 2027"], "")
