"""The region's Executive of nine reaches, loses and regains its number, through chat, mail links, cover and a leaver.

66% of nine is six. Whether deputies count the documents do not say: both readings stand until somebody by name has
confirmed one.
"""

from collections.abc import Callable

import pytest

from commands.definitions import Definition, load
from tests.offices import a_definition
from tests.scenarios.language import Scenario
from tests.scenarios.letters import Letters
from tests.scenarios.web import Browser

Opens = Callable[..., Scenario]

CHAIR = "bristol-representative"
IN_CHAT = (
    "south-gloucestershire-representative",
    "bath-and-north-east-somerset-representative",
    "somerset-representative",
    "north-somerset-representative",
    CHAIR,
)
SOUTH = "Representative of South Gloucestershire Local Authority"
MAIL_ONLY, POLICE, LEAVES = "somerset-ccg-representative", "police-representative", "north-somerset-representative"
MAILS, DEPUTY, FOLLOWS = "ccg.lead@nhs.example", "deputy@police.example", "new.in.post@council.example"
DAY = "2027-06-15"


def with_a_chair() -> Definition:
    """The region, once it has said who chairs."""
    found = load("avon-and-somerset").arrangements
    groups = tuple(
        each.model_copy(update={"chair": CHAIR}) if each.id == "executive" else each for each in found.groups
    )
    return a_definition(found.model_copy(update={"groups": groups, "pathways": ()}))


def letters(office: Scenario) -> Letters:
    assert isinstance(office.driver, Letters)
    return office.driver


@pytest.mark.slow
@pytest.mark.ids("POLL-ASSSP-QUORUM", "AMB-ASSSP-66")
def test_an_executive_of_nine_reaches_loses_and_regains_its_number(scenario: Opens) -> None:
    office = scenario(with_a_chair(), at="2027-05-10 09:00", letters=True)
    chair = office.as_(CHAIR)
    office.starts("people.leave", post=MAIL_ONLY)
    office.starts("people.enter", post=MAIL_ONLY, name="Lead by mail", email=MAILS, since="2027-05-11")
    office.starts("meeting.extra", group="executive", day=DAY, starts="10:00")
    office.time_passes_to("2027-05-25 12:00")
    chair.receives("0 of 9 come", "6 of 9 representatives are needed, 0 come: 6 more have to come.")

    for number, who in enumerate(IN_CHAT, start=1):
        office.as_(who).says("meeting attend executive").presses("Yes").sees("Answered: ASSSP Executive")
        office.time_passes_to(f"2027-05-25 12:{number:02}")
        chair.receives(f"{number} of 9 come", f"{6 - number} more")
    answers_on_the_page(office, MAILS, "yes")
    office.time_passes_to("2027-05-25 13:00")
    chair.receives("6 of 9 come", "as it stands the meeting is quorate")

    office.as_(IN_CHAT[0]).says("meeting attend executive").presses("No")
    office.time_passes_to("2027-05-25 13:10")
    chair.receives("5 of 9 come", "1 more has to come", f"{SOUTH}: does not come")

    a_deputy_is_said_to_come(office)
    a_reading_is_confirmed(office)
    one_leaves_and_is_followed(office)


def a_deputy_is_said_to_come(office: Scenario) -> None:
    """Both readings stand, and the word quorate does not."""
    office.starts("people.enter", post=POLICE, name="Deputy for the police", email=DEPUTY, capacity="deputy")
    office.as_(POLICE).says("meeting attend executive").presses("My deputy comes")
    office.time_passes_to("2027-05-25 13:20")
    chair = office.as_(CHAIR)
    chair.receives("5 of 9 come without deputies, 6 with", "our arrangements do not say")
    chair.receives_nothing("without deputies", "quorate")


def a_reading_is_confirmed(office: Scenario) -> None:
    """By name, for this meeting: from then on it is one number."""
    chair = office.as_(CHAIR)
    chair.says("poll quorum executive").presses("Confirm whether deputies count")
    chair.fills(counts="They count", for_good="For this meeting", because="Agreed by the Executive of 3 March")
    office.time_passes_to("2027-05-25 13:30")
    chair.receives("6 of 9 come", "quorate", "Representative of Bristol Local Authority")


def one_leaves_and_is_followed(office: Scenario) -> None:
    """What the leaver had said counts no more; whoever follows is asked by mail and answers there. Cover counts."""
    office.starts("people.leave", post=LEAVES, until="2027-05-28")
    office.time_passes_to("2027-05-29 10:00")
    chair = office.as_(CHAIR)
    chair.receives("5 of 8 without vacant posts, 6 needed; 5 of 9 with vacant posts", "Either way it is not enough.")
    chair.receives("Representative of North Somerset Local Authority: nobody is in this post")
    office.starts("people.enter", post=LEAVES, name="Newly in post", email=FOLLOWS, since="2027-05-31")
    office.time_passes_to("2027-06-01 12:00")
    answers_on_the_page(office, FOLLOWS, "yes", post=LEAVES)
    office.time_passes_to("2027-06-01 13:00")
    chair.receives("6 of 9 come", "as it stands the meeting is quorate")
    office.starts("people.cover", post=IN_CHAT[0], person="business-manager", since=DAY, until=DAY)
    office.time_passes_to("2027-06-01 14:00")
    chair.receives("7 of 9 come")


def answers_on_the_page(office: Scenario, address: str, value: str, post: str = MAIL_ONLY) -> None:
    """Whoever has a letter alone follows its link and answers."""
    page = Browser().follows(letters(office).link_to(address, "do you come?"))
    page.sends(**{f"{post}.value": value})
