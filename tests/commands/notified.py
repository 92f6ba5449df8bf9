"""An office for tests of notifying: a partnership with kinds, facts and a first stage, and a form filled in well."""

from collections.abc import Mapping

from commands.conversation import Conversation
from commands.speakers import Speaker
from storage.arrangements.partnership import Arrangements
from storage.records import incidents
from storage.records.incidents import Case
from storage.records.message import Message
from tests.builders import an_arrangement
from tests.offices import Office, an_office

EVERYTHING = frozenset({"heartbeat", "mail", "text", "pages"})

NOW = "2027-01-13 11:00"
"""A Wednesday, by day."""

FILLED: Mapping[str, str] = {
    "ticked": "understood",
    "kind": "serious-harm",
    "aware": "12 Jan 2027",
    "aware_hour": "16:00",
    "area": "own",
    "agencies": "police,health",
    "children": "2",
    "ring_who": "Designated Doctor on call",
    "ring_number": "01234 567890",
}


def a_partnership(**pathway: object) -> Arrangements:
    """Three partners, a duty desk and a doctor; an incident has two kinds, and a form that is due in 24 hours."""
    posts = ["business-manager", "council-lead", "police-lead", "health-lead", "health-deputy", "doctor"]
    given: dict[str, object] = {
        "id": "serious-incident",
        "name": "Serious child safeguarding incident",
        "handler": "business-manager",
        "told": ["council-lead", "police-lead", "health-lead"],
        "kinds": [
            {"id": "child-has-died", "name": "A child has died and abuse is suspected"},
            {"id": "serious-harm", "name": "A child has been seriously harmed and abuse is suspected"},
        ],
        "facts": [
            {"id": "aware", "name": "a professional becomes aware"},
            {"id": "authority-aware", "name": "the council becomes aware", "assumed": "aware"},
            {"id": "received", "name": "the form is received"},
        ],
        "stages": [
            {
                "id": "referral", "name": "Form", "owner": "referrer", "due": {"from": "aware", "hours": 24},
                "produces": "received",
            },
            {
                "id": "panel", "name": "Panel told", "owner": "council-lead",
                "due": {"from": "received", "days": 2, "unit": "working"},
            },
        ],
    }  # fmt: skip
    return an_arrangement(
        posts=[{"id": post, "title": post.replace("-", " ").capitalize()} for post in posts]
        + [{"id": "desk", "title": "Duty desk", "desk": True}],
        agencies=[{"id": id_, "name": id_.capitalize()} for id_ in ("council", "police", "health")],
        partners=[{"id": id_, "agency": id_, "lead": f"{id_}-lead"} for id_ in ("council", "police", "health")],
        pathways=[given | pathway],
        front_door={"name": "Front door", "telephone": "01234 500500"},
    )


def an_open_office(opened: str = NOW, **pathway: object) -> Office:
    """An office with every way open."""
    return an_office(definition=a_partnership(**pathway), opened=opened, ways=EVERYTHING)


def talk(office: Office) -> Conversation:
    """The conversation at the notebook's door."""
    return Conversation(office.runner, local_doors=("notebook",))


def voice(office: Office, post: str) -> Speaker:
    """Whoever is in a post, at the notebook."""
    return Speaker("notebook", office.partnership, office.person(post))


def sends(office: Office, who: str, action: str = "incident.notify", /, **changed: str) -> Message:
    """The answer to a form that was filled in well but for what is changed; an empty text leaves a blank empty."""
    form = {name: value for name, value in {**FILLED, **changed}.items() if value}
    return talk(office).press(voice(office, who), action, form, None, office.now)


def case_of(office: Office, reference: str = "TEST-1") -> Case:
    """A case as it is stored."""
    with office.reading() as scope:
        found = incidents.find(scope, reference)
        assert found is not None
        scope.session.expunge(found)
    return found


def wrong(answer: Message) -> dict[str, str]:
    """What is wrong with a form that came back, by blank."""
    assert answer.sheet is not None, answer
    return {blank.name: blank.problem for blank in answer.sheet.blanks if blank.problem}
