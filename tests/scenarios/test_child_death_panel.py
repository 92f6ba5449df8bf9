"""Gloucestershire's Child Death Overview Panel: who has signed, which skills come, and a chair who defers."""

from collections.abc import Callable

from tests.scenarios.language import Scenario, Voice

Opens = Callable[..., Scenario]

CHAIR = "Consultant in Public Health, Chair of the Child Death Overview Panel"
ADMINISTRATOR, NURSE = "Child Death Review CDOP Administrator", "Designated Nurse, CDOP"
PAEDIATRICIAN, LAY = "Designated Consultant Paediatrician", "Lay representative, CDOP"
INSTEAD = "Instead: Deputy Paediatrician"
SIGNED = (CHAIR, ADMINISTRATOR, NURSE, LAY)


def opened(scenario: Opens, at: str = "2026-12-21 09:00") -> Scenario:
    office = scenario("gloucestershire", at=at)
    administrator = office.as_(ADMINISTRATOR)
    for who in SIGNED:
        administrator.says(f"agreement signed cdop {who}").sees("has signed the confidentiality agreement")
    enters_the_deputy(office)
    return office


def enters_the_deputy(office: Scenario) -> None:
    office.starts(
        "people.enter",
        name="Deputy Paediatrician",
        email="deputy.paediatrician@nhs.example",
        post="cdop-paediatrician",
        capacity="deputy",
    )


def records(voice: Voice, **seats: str) -> Voice:
    """Presses the sheet of the day and fills in some seats, by their posts."""
    voice.says("meeting here cdop").presses("Record who is here")
    return voice.fills(**{f"seat.{post.replace('_', '-')}": how for post, how in seats.items()})


def test_the_chair_defers_because_the_only_paediatrician_who_could_come_has_not_signed(scenario: Opens) -> None:
    office = opened(scenario, at="2026-12-29 09:00")
    chair = office.as_(CHAIR)
    chair.says("meeting confirm cdop").sees("Confirmed")
    chair.says("meeting skills cdop").presses("Tick the skills needed").fills(skills="Paediatrics, Nursing")
    chair.sees("Needed at this meeting: nursing and paediatrics.", "What is looked at stays outside.")
    office.as_(NURSE).says("meeting attend cdop yes").sees("Thursday 14 January 2027")
    doctor = office.as_(PAEDIATRICIAN)
    doctor.says("meeting attend cdop deputy deputy.paediatrician@nhs.example")
    chair.says("poll quorum cdop").sees(
        "whoever chairs decides",
        "Skills not there yet: paediatrics.",
        "Deputy Paediatrician comes as deputy, has not signed what is signed before taking part",
        "Skills needed at this meeting: nursing, paediatrics.",
    )
    administrator = office.as_(ADMINISTRATOR)
    administrator.says("agreement list cdop").sees("- Deputy Paediatrician (deputy of the Designated Consultant")
    chair.says("poll quorum cdop").presses("Defer it").fills(because="skills")
    chair.sees("Nothing has changed yet.").presses("Defer it").sees("Deferred, with no day yet", "missing: paediatrics")
    administrator.says("meeting show cdop n37").sees("cancelled", "missing: paediatrics")


def test_on_the_day_nobody_is_let_in_who_has_not_signed_and_the_sheet_is_kept(scenario: Opens) -> None:
    office = opened(scenario, at="2027-01-14 09:35")
    administrator, chair = office.as_(ADMINISTRATOR), office.as_(CHAIR)
    chair.says("meeting skills cdop 2027-01-14 paediatrics").sees("Needed at this meeting: paediatrics.")
    records(administrator, cdop_chair="present", cdop_lay="online", cdop_paediatrician=INSTEAD)
    administrator.sees("Deputy Paediatrician, for the Designated Consultant Paediatrician, has not signed")
    administrator.leaves().says("meeting here cdop").sees("Nothing is recorded yet of who is here.")
    here = {"cdop_chair": "present", "cdop_lay": "online", "cdop_administrator": "present"}
    records(administrator, cdop_paediatrician="apologies", **here)
    administrator.sees("Here: 3, 1 online.", "Skills that are needed and not here: paediatrics.")
    administrator.says("agreement signed cdop deputy.paediatrician@nhs.example").sees("and may take part")
    administrator.says(f"meeting came cdop {PAEDIATRICIAN} deputy")
    administrator.sees("Deputy Paediatrician for the Designated Consultant Paediatrician came at 09:35")
    administrator.says("meeting here cdop").presses("Attendance sheet").fills(seats="cdop-chair,cdop-lay")
    administrator.sees("Has not signed the attendance sheet")
    office.time_passes_to("2027-01-14 11:00")
    chair.receives("Child Death Overview Panel: all whom this meeting needs are here now", times=1)
    administrator.says(f"meeting left cdop {PAEDIATRICIAN} at 10:40").sees(
        "Not all are here any more whom this meeting needs.", "Skills that are needed and not here: paediatrics."
    )
    administrator.says("meeting draft cdop").sees(
        "Lay representative, CDOP (online)", "From 10:40, when Deputy Paediatrician", "What was discussed stays outside"
    )
    chair.says("meeting attendance cdop").sees("1 meeting, of which 1 with a record of who was there.")


def test_where_the_papers_are_is_kept_from_those_who_have_not_signed_or_have_no_part(scenario: Opens) -> None:
    office = opened(scenario)
    refused = office.as_(PAEDIATRICIAN).says("agreement papers cdop")
    refused.sees("to those who have signed the confidentiality agreement").does_not_see("eCDOP")
    elsewhere = office.as_("Youth Offending Service representative, QiiP").says("agreement papers cdop")
    elsewhere.sees("to those who take part in the Child Death Overview Panel").does_not_see("eCDOP")
    office.as_(PAEDIATRICIAN).says("agreement list cdop").sees("not on record").does_not_see("Has signed")
