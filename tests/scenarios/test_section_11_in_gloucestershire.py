"""Gloucestershire's Section 11 audit, of the nine agencies that its arrangements ship, to the end of the ladder.

One answers in chat, others on our page, for one the secretariat fills it in, one is visited, one is let off, one has
more time, and two are not heard of. The days are those of `report_days`; the figures are worked out again on their own.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from commands.definitions import Definition, load
from tests import returns_again
from tests.offices import a_definition
from tests.scenarios.conftest import Opens
from tests.scenarios.language import Scenario, Voice
from tests.scenarios.letters import Letters
from tests.scenarios.report_days import AUDIT
from tests.scenarios.web import Browser, Shown

MANAGER, NURSE, PARTNER = "business-manager", "designated-nurse", "assistant-chief-constable"
AGREED = {"by": "Executive of 3 March"}

STANDARDS = {
    "accountability": "A clear line of accountability",
    "senior-lead": "A senior board level lead",
    "listening": "A culture of listening to children",
    "whistleblowing": "Clear whistleblowing procedures",
    "escalation": "Clear escalation policies",
    "information": "Sharing information",
    "designated": "A designated practitioner",
    "recruitment": "Safe recruitment and safe working",
    "supervision": "Supervision, support and training",
    "culture": "Safety, equality and protection",
}
LABELS = {"not-met": "Not met", "partly-met": "Partly met", "mostly-met": "Mostly met", "met": "Met"}

COUNCIL, NHS, POLICE, TRANSPORT, PROBATION, PRISONS, CENTRES, COLLEGES, YOUTH = (
    f"s11-{name}"
    for name in (
        "local-authority",
        "nhs-and-independent",
        "police",
        "british-transport-police",
        "probation",
        "prisons-and-yois",
        "secure-training-centres",
        "secure-colleges",
        "youth-offending-teams",
    )
)
LETTER = "The link below is yours alone"


@dataclass
class Story:
    """The scenario, with what an onlooker notes: one row for each agency, as `returns_again` reads it."""

    office: Scenario
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    def as_(self, who: str) -> Voice:
        return self.office.as_(who)

    @property
    def letters(self) -> Letters:
        driver = self.office.driver
        assert isinstance(driver, Letters)
        return driver

    def notes(self, agency: str, state: str, first: str = "", **ratings: str) -> None:
        """Notes how an agency stands, and the ratings that it gave, all the same but those that are named."""
        row = self.rows[agency]
        row["state"] = state
        row["first"] = row["first"] or (date.fromisoformat(first) if first else None)
        row["ratings"] = ratings

    def page_of(self, agency: str, *texts: str) -> Shown:
        """The page behind the newest letter to whoever answers for an agency."""
        return Browser().follows(self.letters.link_to(lead(agency), *texts))


def lead(agency: str) -> str:
    return f"lead@{agency}.example"


def each_rated(rating: str, **other: str) -> dict[str, str]:
    return dict.fromkeys(STANDARDS, rating) | other


def as_it_was_agreed_since() -> Definition:
    """The county where it is said which partner the training centres look to; incidents are another story."""
    found = load("gloucestershire").arrangements
    agencies = tuple(
        each.model_copy(update={"partner": "police"}) if each.id == CENTRES else each for each in found.agencies
    )
    return a_definition(found.model_copy(update={"agencies": agencies, "pathways": ()}))


@pytest.mark.slow
@pytest.mark.ids("CYC-GLOS-S11", "RET-GLOS-S11", "RET-GLOS-SSU-AUDITS")
@pytest.mark.long
def test_nine_agencies_owe_a_section_11_audit_to_the_end_of_the_ladder(long_scenario: Opens) -> None:
    story = Story(long_scenario(as_it_was_agreed_since(), at="2027-03-15 09:00", letters=True))
    who_answers_is_entered(story)
    everybody_is_asked(story)
    one_answers_in_chat(story)
    one_answers_on_our_page(story)
    two_say_that_it_is_not_for_them(story)
    one_has_more_time(story)
    those_who_are_out_are_reminded(story)
    the_secretariat_fills_it_in_for_one_and_visits_another(story)
    the_rest_is_chased_to_the_end(story)
    a_rating_is_looked_at_again(story)
    the_figures_are_those_of_an_onlooker(story)


def who_answers_is_entered(story: Story) -> None:
    manager = story.as_(MANAGER)
    manager.says("setup about returns.section-11.month").presses("Answer").fills(months="April", **AGREED)
    manager.presses("Confirm").sees("Entered")
    manager.says(f"return contact {NHS} {NURSE}@gloucestershire.invalid").sees("Recorded")
    for agency in (COUNCIL, POLICE, TRANSPORT, PROBATION, PRISONS, CENTRES, YOUTH):
        manager.says(f"return contact {agency} {lead(agency)} Lead for audits").sees("Recorded")
    manager.says(f"return contact {CENTRES} second@{CENTRES}.example Second for audits as substitute").sees("Recorded")
    manager.says(f"return contact {CENTRES} head@{CENTRES}.example Head of centres as senior").sees("Recorded")


def everybody_is_asked(story: Story) -> None:
    office = story.office.time_passes_to(AUDIT.at("opened", "12:00"))
    asked = "Section 11 audit 2027: please answer by Fri 30 Apr 2027"
    office.as_(NURSE).receives(asked, times=1)
    for agency in (COUNCIL, POLICE, TRANSPORT, PROBATION, PRISONS, CENTRES, YOUTH):
        assert len(story.letters.words_to(lead(agency), asked, LETTER)) == 1, agency
    office.as_(MANAGER).receives("Section 11 audit 2027", "Secure Colleges", "9", times=1)
    for agency in (COUNCIL, NHS, POLICE, TRANSPORT, PROBATION, PRISONS, CENTRES, COLLEGES, YOUTH):
        story.rows[agency] = {
            "who": agency, "state": "nothing", "due": None, "first": None, "signed": False, "ratings": {},
            "moderated": {},
        }  # fmt: skip


def one_answers_in_chat(story: Story) -> None:
    story.office.time_passes_to("2027-03-22 09:00")
    ratings = each_rated("mostly-met", escalation="met")
    form = story.as_(NURSE).says("audit").sees("ring 999").presses("Fill it in")
    form.fills(**{"completed-by": "Designated Nurse"})
    for standard, rating in ratings.items():
        form.fills(**{f"{standard}-rating": LABELS[rating], f"{standard}-how": "From our own look at ten files"})
    form.fills(difference="Children are seen alone").sees("look it through", "Mostly met")
    form.presses("Send it in").sees("is sent in")
    story.notes(NHS, "answered", "2027-03-22", **ratings)


def fills_the_pages(page: Shown, ratings: dict[str, str]) -> Shown:
    """From the list of sections to the page on which it is sent in; each page leads to the next."""
    page = page.leads("Who answers").sends(**{"completed-by": "Lead for audits"})
    for standard, rating in ratings.items():
        page = page.sends(**{f"{standard}-rating": rating, f"{standard}-how": "Seen in our own audit"})
    return page.sends(difference="Children say that they are heard")


def sends_in(story: Story, agency: str, ratings: dict[str, str], day: str, *texts: str) -> None:
    page = fills_the_pages(story.page_of(agency, *texts), ratings)
    assert page.title == "Check your answers", page.text
    assert "is sent in" in page.sends(_tick=["read"]).title
    story.notes(agency, "answered", day, **ratings)


def one_answers_on_our_page(story: Story) -> None:
    story.office.time_passes_to("2027-04-01 10:00")
    sends_in(story, COUNCIL, each_rated("met", listening="partly-met"), "2027-04-01")


def two_say_that_it_is_not_for_them(story: Story) -> None:
    """Until that is granted it counts as owed; to one it is granted, to the other not."""
    manager = story.as_(MANAGER)
    for agency in (TRANSPORT, PRISONS):
        page = story.page_of(agency).leads("This is not for us")
        assert "not for you" in page.sends(because="Another region answers for us").title
    story.office.time_passes_to("2027-04-01 12:00")
    manager.receives("not", "Another region answers for us", times=2)
    manager.says("audit status").sees("2 of 9 (22%) answered")
    story.office.time_passes_to(AUDIT.at("10 before", "12:00"))
    for agency in (TRANSPORT, PRISONS):
        assert story.letters.words_to(lead(agency), "you have said that it is not for you, and this is being looked at")
    about = {"report": "section-11", "place": "2027"}
    story.office.starts("return.answer-not-us", **about, who=f"agency.{TRANSPORT}", because="", answer="grant")
    why = "The prison in the county is yours"
    story.office.starts("return.answer-not-us", **about, who=f"agency.{PRISONS}", because=why, answer="refuse")
    story.notes(TRANSPORT, "not-us")
    assert story.letters.letter_to(lead(PRISONS), why)
    assert story.letters.letter_to(lead(TRANSPORT), "not for you")


def one_has_more_time(story: Story) -> None:
    manager = story.as_(MANAGER)
    manager.says(f"audit extend {POLICE} until 14 May because the lead is new").sees(AUDIT.words("extended"))
    story.office.time_passes_to("2027-04-16 13:00")
    assert story.letters.letter_to(lead(POLICE), "Friday 14 May 2027", "the lead is new")
    story.rows[POLICE]["due"] = AUDIT.day("extended")


def those_who_are_out_are_reminded(story: Story) -> None:
    before = "Reminder: Section 11 audit 2027"
    for day, hour, of_the_rest, of_the_police, of_those_let_off in (
        ("3 before", "12:00", 2, 1, 1),
        ("10 before extended", "12:00", 2, 2, 1),
        ("due", "12:00", 3, 2, 1),
    ):
        story.office.time_passes_to(AUDIT.at(day, hour))
        for agency in (PROBATION, PRISONS, CENTRES, YOUTH):
            assert len(story.letters.words_to(lead(agency), before, LETTER)) == of_the_rest, (agency, day)
        assert len(story.letters.words_to(lead(POLICE), before)) == of_the_police, day
        assert len(story.letters.words_to(lead(TRANSPORT), before)) == of_those_let_off, day
        for agency in (NHS, COUNCIL):
            assert not story.letters.words_to(lead(agency), before), agency


def the_secretariat_fills_it_in_for_one_and_visits_another(story: Story) -> None:
    story.office.time_passes_to("2027-05-05 10:00")
    manager, ratings = story.as_(MANAGER), each_rated("partly-met", culture="not-met")
    form = manager.says(f"audit fill-for {PROBATION}").presses("Fill it in for them")
    form.fills(**{"completed-by": "By telephone"})
    for standard, rating in ratings.items():
        form.fills(**{f"{standard}-rating": LABELS[rating], f"{standard}-how": "Said on the telephone"})
    form.fills(difference="Said on the telephone").presses("Send it in for them").sees("is sent in")
    story.notes(PROBATION, "answered", "2027-05-05", **ratings)
    manager.says("audit show probation").sees("filled in for them by the secretariat")
    visited = manager.says(f"audit visit {PRISONS}").presses("Record a visit or a workshop")
    visited.fills(how="A visit", day="2027-04-29", evidence="V 7", outcome="The ten were gone through on the wing")
    story.notes(PRISONS, "other-way", "2027-04-29")
    story.office.time_passes_to(AUDIT.at("3 after", "12:00"))
    late = "Not in yet: Section 11 audit 2027"
    for agency, letters in ((PROBATION, 0), (PRISONS, 0), (POLICE, 0), (TRANSPORT, 0), (CENTRES, 1), (YOUTH, 1)):
        assert len(story.letters.words_to(lead(agency), late)) == letters, agency
    sends_in(story, YOUTH, each_rated("met"), AUDIT.typed("3 after"), late)


def the_rest_is_chased_to_the_end(story: Story) -> None:
    late, second, head = "Not in yet: Section 11 audit 2027", f"second@{CENTRES}.example", f"head@{CENTRES}.example"
    manager, partner = story.as_(MANAGER), story.as_(PARTNER)
    told = ("Not in yet: Section 11 audit 2027", "from Directors of Secure Training Centres")
    for day, to_the_lead, to_the_second, to_the_head, to_the_partner in (
        ("5 after", 2, 1, 0, 0),
        ("3 before extended", 2, 1, 0, 0),
        ("10 after", 2, 1, 1, 0),
        ("15 after", 2, 1, 1, 1),
    ):
        story.office.time_passes_to(AUDIT.at(day, "12:00"))
        assert len(story.letters.words_to(lead(CENTRES), late)) == to_the_lead, day
        assert len(story.letters.words_to(second, late, LETTER)) == to_the_second, day
        assert len(story.letters.words_to(head, "Secure Training Centres")) == to_the_head, day
        partner.receives(*told, times=to_the_partner)
        if day == "3 before extended":
            assert len(story.letters.words_to(lead(POLICE), "Reminder: Section 11 audit 2027")) == 3
            sends_in(story, POLICE, each_rated("mostly-met", listening="not-met"), "2027-05-11", "Reminder")
    manager.receives_nothing("There are no more reminders")
    story.office.time_passes_to(AUDIT.at("no more", "12:00"))
    manager.receives("There are no more reminders", "Secure Training Centres", "Secure Colleges", times=1)


def a_rating_is_looked_at_again(story: Story) -> None:
    manager = story.as_(MANAGER)
    form = manager.says(f"audit moderate {YOUTH}").presses("Look at the ratings again")
    form.fills(question="Safe recruitment and safe working").sees("Their own rating: Met. It stays as they gave it")
    form.fills(rating="Partly met", because="Two references were not taken").sees("Partly met")
    story.rows[YOUTH]["moderated"] = {"recruitment": "partly-met"}
    story.office.time_passes_to("2027-05-25 13:00")
    told = story.page_of(YOUTH, "ratings looked at again")
    assert "Two references were not taken" in told.text
    assert not story.letters.words_to(lead(YOUTH), "Two references were not taken")


def the_figures_are_those_of_an_onlooker(story: Story) -> None:
    rows = list(story.rows.values())
    again = returns_again.figures(rows, AUDIT.day("due"), AUDIT.day("no more"), signature=False)
    shown = story.as_(MANAGER).says("audit status")
    shown.sees(f"{again['answered']} of {again['owing']} ({again['percent answered']}%) answered")
    shown.sees(f"In time: {again['in time']} of {again['owing']} ({again['percent in time']}%)")
    shown.sees(f"{again['overdue']} overdue")
    shown = story.as_(MANAGER).says("audit analyse")
    for number, (standard, title) in enumerate(STANDARDS.items(), 1):
        own = in_words(returns_again.tally(rows, standard, moderated=False))
        held = in_words(returns_again.tally(rows, standard, moderated=True))
        looked = f"; with the secretariat's look: {held}" if held != own else ""
        shown.sees(f"{number}. {title}: {own}{looked}")


def in_words(tally: dict[str, int]) -> str:
    return ", ".join(f"{tally[rating]} {label.lower()}" for rating, label in LABELS.items() if rating in tally)
