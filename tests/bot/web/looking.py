"""Every page of ours in a real browser, one after the other, as people come to it; at each a name, so that it is seen.

`make look` runs this file as a program: axe looks at every page, on a telephone and at a desk, with scripts and
without; and the pictures of docs/web.md are taken anew in docs/pictures/. It ends with what is wrong, if anything is.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from commands import return_forms, return_rounds
from storage.arrangements.forms import Given
from storage.records import returns
from storage.records.scope import Scope
from tests import rounds_given
from tests.bot.web import polls
from tests.bot.web.chromium import MISSING, PROGRAM, Tab, a_tab
from tests.bot.web.reports import CHAIR, MANAGER, an_office_of_reports, page_of
from tests.commands import business
from tests.offices import ALL_WAYS, Office, an_office
from tests.returns_given import Given as Owed
from tests.returns_given import an_owed_report
from tests.scenarios.web import Letter, Site, a_site

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "pictures"

PHONE, DESK = 390, 1000
"""Widths in pixels."""

PICTURES = {
    ("a list of sections", PHONE): "web-sections.webp",
    ("a section in which something is wrong", PHONE): "web-section.webp",
    ("a section with last time's answers", DESK): "web-last-time.webp",
    ("answers to be checked", DESK): "web-check.webp",
    ("sent in", PHONE): "web-sent.webp",
    ("an alert", PHONE): "web-alert.webp",
    ("a decision", PHONE): "web-decision.webp",
}
"""The pictures of docs/web.md and docs/polls.md, taken with scripts, by the page's name and the width."""

LEAD = "director-childrens-services"


@dataclass
class Look:
    """A browser of one width that looks at pages. `wrong` has a line for each fault; `pages` were looked at."""

    tab: Tab
    width: int
    scripts: bool
    folder: Path | None = None
    wrong: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)

    def at(self, name: str) -> None:
        """Looks at the page as it stands."""
        self.pages.append(name)
        where = f"{name} ({self.width} wide, {'with' if self.scripts else 'without'} scripts)"
        self.wrong += [f"{where}: {fault}" for fault in self._faults()]
        if self.tab.evaluates("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            self.wrong.append(f"{where}: it is wider than the window")
        picture = PICTURES.get((name, self.width), "")
        if self.folder is not None and self.scripts and picture:
            self.tab.picture(self.folder / picture, self.width)

    def _faults(self) -> list[str]:
        """What axe finds. It is a script itself; those of the page have not run, and do not now."""
        self.tab.asks("Emulation.setScriptExecutionDisabled", value=False)
        found = self.tab.faults()
        self.tab.asks("Emulation.setScriptExecutionDisabled", value=not self.scripts)
        return found

    def goes(self, url: str, name: str) -> None:
        """Opens a page and looks at it."""
        self.tab.goes_to(url)
        self.at(name)

    def presses(self, selector: str, name: str) -> None:
        """Presses something and looks at the page that follows."""
        self.tab.presses(selector)
        self.at(name)


@contextmanager
def a_look(width: int, *, scripts: bool, folder: Path | None = None) -> Iterator[Look]:
    """A browser of that width, in which scripts run or do not."""
    with a_tab() as tab:
        is_phone = width < 600
        tab.asks("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=is_phone)
        if not scripts:
            tab.asks("Emulation.setScriptExecutionDisabled", value=True)
        yield Look(tab, width, scripts, folder)


# Reports


def button(do: str) -> str:
    """The button of a section that does that and can be seen."""
    return f"button.govuk-button[name=_do][value='{do}']"


def fill(tab: Tab, name: str, value: str) -> None:
    """Fills in a field by its name."""
    tab.fills(f"[name='{name}']", value)


def reports(look: Look, office: Office, site: Site) -> None:
    """Every page of a report: two windows at one section, mistakes, rows, all the ways in which it comes in."""
    tab, given = look.tab, an_owed_report(office)
    url = page_of(site, given)
    look.goes(url, "a list of sections, nothing begun")
    _standard(look, office, given, url)
    _progress(look, url)
    look.goes(url, "a list of sections")
    look.goes(f"{url}/not-us", "not for us")
    look.presses("form button", "not for us, without a reason")
    look.goes(f"{url}/nothing", "nothing by exception")
    look.goes(f"{url}/check", "answers to be checked")
    look.presses("form button", "answers to be checked, not ticked")
    tab.evaluates("document.querySelectorAll('input[name=_tick]').forEach(each => each.click())")
    look.presses("form button", "just sent in")
    look.goes(url, "sent in")
    look.goes(f"{url}/take-back", "to be taken back")
    _next_time(look, office, site, given)
    with office.runner.store.writing() as session:
        round_ = returns.find(Scope(session, office.partnership), given.report, given.place)
        assert round_ is not None
        round_.state, round_.closed_at = "closed", office.now
        session.add(round_)
    look.goes(url, "a round that is closed")


def _standard(look: Look, office: Office, given: Owed, url: str) -> None:
    tab = look.tab
    look.goes(f"{url}/section/standard", "a section")
    office.done(CHAIR, "return.save", **given.about, section="standard", rating="not-met", how="As the other one says")
    tab.ticks("[name=rating][value=met]")
    fill(tab, "how", "We looked at ten files in November.")
    fill(tab, "proof.1.what", "File audit")
    fill(tab, "proof.1.where", "QA 2026/14")
    look.presses(button("on"), "a section that was saved elsewhere")
    look.presses(button("on"), "the next section")


def _progress(look: Look, url: str) -> None:
    tab = look.tab
    tab.ticks("[name=blocked][value=yes]")
    fill(tab, "what-blocks", "A post is empty, the Designated Doctor's")
    fill(tab, "day", "the day before")
    fill(tab, "todo.1.what", "Ask the Integrated Care Board for cover")
    fill(tab, "todo.1.owner", "somebody")
    look.presses(button("on"), "a section in which something is wrong")
    fill(tab, "day", "14 December 2026")
    fill(tab, "todo.1.owner", "Business Manager")
    look.presses(button("row:todo"), "a section with one more row")
    tab.goes_to(f"{url}/check")
    look.at("answers in which nothing is wanting")


def _next_time(look: Look, office: Office, site: Site, before: Owed) -> None:
    """The next round, whose page has last time's answers."""
    with office.runner.store.writing() as session:
        work = office.runner.work(Scope(session, office.partnership), office.actor(MANAGER), office.now)
        entry = return_forms.find(work.arrangements, before.report)
        assert entry is not None
        day = work.today.replace(year=work.today.year + 1)
        return_rounds.open_round(work, entry, place="sog.next", name="Exception report, next year", due=day)
    url = page_of(site, Owed(before.report, "sog.next", before.who))
    look.goes(f"{url}/check", "answers of which some are wanting")
    look.tab.goes_to(f"{url}/section/standard")
    look.tab.evaluates("document.querySelectorAll('details[data-last] summary').forEach(each => each.click())")
    look.at("a section with last time's answers")


# Polls


def polls_of_a_group(look: Look, office: Office, site: Site) -> None:
    """Every page of a poll: nothing answered, something wrong, a name asked back, answered, over, two seats."""
    tab, nurse = look.tab, polls.NURSE
    coming, date, decision = polls.who_comes(office), polls.a_date(office), polls.a_decision(office)
    url = polls.page_of(site, coming)
    look.goes(url, "who comes")
    look.presses("form button", "who comes, without an answer")
    tab.ticks(f"[name='{nurse}.value'][value=deputy]")
    fill(tab, f"{nurse}.who", "nobody-we-know")
    look.presses("form button", "who comes, with a deputy whom nobody knows")
    fill(tab, f"{nurse}.who", "")
    look.presses("form button", "an answer to who comes")
    look.goes(url, "who comes, answered")
    url = polls.page_of(site, date)
    look.goes(url, "a date")
    tab.ticks(f"[name='{nurse}.s1'][value=yes]")
    look.presses("form button", "a date, of which a slot has no answer")
    for slot in ("s2", "s3"):
        tab.ticks(f"[name='{nurse}.{slot}'][value='if need be']")
    look.presses("form button", "an answer to a date")
    url = polls.page_of(site, decision)
    look.goes(url, "a decision")
    tab.ticks(f"[name='{nurse}.value'][value=disagree]")
    look.presses("form button", "a decision without its reason")
    fill(tab, f"{nurse}.because", "We wait for Alex Example to answer")
    look.presses("form button", "a decision, with a name asked back")
    tab.evaluates("document.querySelectorAll('input[name=_tick]').forEach(each => each.click())")
    look.presses("form button", "an answer to a decision")
    polls.covers_the_police(office)
    look.goes(polls.page_of(site, coming), "who comes, two seats")
    office.done(polls.CHAIR, "decision.close", group="executive", number=1)
    look.goes(url, "a decision that is over")


# Incidents


def incidents(look: Look, office: Office, site: Site) -> None:
    """Every page of an incident: an alert answered, the record read, an incident notified."""
    tab, letter = look.tab, site.letter(LEAD)
    look.goes(letter.url, "an alert before its code")
    look.presses("form button", "an alert without its code")
    tab.fills("#code", letter.code)
    look.presses("form button", "an alert")
    look.presses("form button", "an alert of which nothing was chosen")
    tab.ticks("input[value='incident.answer:have']")
    look.presses("form button", "an answer to be checked")
    look.presses("form button", "an answer given")
    office.done("chief-nurse", "incident.record-link", reference="TEST-1")
    letter = site.mailed("record-link")
    look.goes(letter.url, "a process record before its code")
    tab.fills("#code", letter.code)
    look.presses("form button", "a process record")
    look.goes(f"{site.url}/l/nonsense", "a link that leads nowhere")
    look.presses("form button", "a link asked anew")
    look.goes(f"{site.url}/notify/{office.partnership}", "a notification")
    look.presses("form button", "a notification in which something is missing")


# What the secretariat sees


def a_round_of_audits(look: Look, office: Office, site: Site) -> None:
    """The page of a round: how everybody stands, and how far each standard is met."""
    record = rounds_given.a_round(office)
    rounds_given.sends(office, record, "agency.nhs", {"line-rating": "partly"})
    rounds_given.begins(office, record, "agency.fire")
    rounds_given.stands(office, record, "agency.schools", not_us="asked")
    office.done(MANAGER, "return.page", round="round:section-11:2027")
    letter = site.mailed("round-link")
    _with_its_code(look, letter, "a round")
    look.goes(f"{letter.url}/overdue", "a round, who is overdue")


def a_pack(look: Look, office: Office, site: Site) -> None:
    """The page of the pack for a meeting."""
    filled = {
        "achieved": Given(value="The threshold guide is out"),
        "raised": business.rows({"what": "No data from the hospital", "ask": "Write to them"}),
        "actions": business.rows(business.action("Write the protocol")),
    }
    business.sends(office, business.opens(office), filled)
    office.done(MANAGER, "pack.send", group="practice", place=business.place_of(office, "practice", business.FIRST))
    _with_its_code(look, site.mailed("pack-link"), "a pack")


def _with_its_code(look: Look, letter: Letter, name: str) -> None:
    look.goes(letter.url, f"{name} before its code")
    look.tab.fills("#code", letter.code)
    look.presses("form button", name)


@contextmanager
def an_office_with_an_incident() -> Iterator[Office]:
    """An office in which TEST-1 has just been notified."""
    with an_office(ways=ALL_WAYS) as office:
        office.done(MANAGER, "incident.start", pathway="serious-incident", facts={"aware": office.now})
        office.deliver()
        yield office


WAYS = tuple((width, scripts) for width in (PHONE, DESK) for scripts in (True, False))
"""How every page is looked at."""


def look_at_all(width: int, *, scripts: bool, folder: Path | None = None) -> Look:
    """Looks at every page in one way; gives what was seen."""
    with a_look(width, scripts=scripts, folder=folder) as look:
        with an_office_of_reports() as office, a_site(office) as site:
            reports(look, office, site)
        with an_office_with_an_incident() as office, a_site(office) as site:
            incidents(look, office, site)
        with rounds_given.an_office_with_an_audit() as office, a_site(office) as site:
            a_round_of_audits(look, office, site)
        with business.an_office_with_reports(opened="2027-02-08 06:00") as office, a_site(office) as site:
            a_pack(look, office, site)
        with polls.an_office_of_polls() as office, a_site(office) as site:
            polls_of_a_group(look, office, site)
        return look


def main() -> int:
    """Looks at all in every way; 0 where nothing is wrong."""
    if PROGRAM is None:
        sys.stdout.write(f"{MISSING}\n")
        return 1
    wrong = []
    for width, scripts in WAYS:
        look = look_at_all(width, scripts=scripts, folder=FOLDER)
        wrong += look.wrong
        how = "with" if scripts else "without"
        sys.stdout.write(f"{len(look.pages)} pages, {width} wide, {how} scripts: {len(look.wrong)} faults\n")
    sys.stdout.writelines(f"{each}\n" for each in wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
