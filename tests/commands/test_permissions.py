"""Every action and every role: allowed or refused exactly as the data on the actions say."""

from collections.abc import Iterator

import pytest

from commands import own, permissions_matrix, rehearsing
from commands.action import Action
from commands.catalogue import ACTIONS
from commands.permissions import PEOPLE, TIME_ONLY, Actor, Role, Where, roles
from commands.runner import sentence_of_who_may
from tests.commands.examples import ELSEWHERE, EXAMPLES, GROUP, an_office_with_everybody, prepared
from tests.offices import Office

SURE = "You can do this once you have confirmed who you are."

IN_A_GROUP = {
    Role.CHAIR: "chair",
    Role.VICE_CHAIR: "vice",
    Role.MEMBER: "member",
    Role.ADVISER: "adviser",
    Role.OBSERVER: "observer",
    Role.DEPUTY: "deputy@ours.example",
    Role.PA: "pa@ours.example",
}
EVERYWHERE = {
    Role.BUSINESS_MANAGER: "business-manager",
    Role.PARTNER_LEAD: "lead",
    Role.PARTNER_DEPUTY: "lead-deputy",
    Role.DUTY_DESK: "desk",
    Role.SCRUTINEER: "scrutineer",
    Role.ADMINISTRATOR: "administrator",
    Role.TIME: "time",
}
EVERYBODY = [
    *((role, f"{GROUP}-{who}", True) for role, who in IN_A_GROUP.items()),
    *((role, f"{ELSEWHERE}-{who}", False) for role, who in IN_A_GROUP.items()),
    *((role, who, True) for role, who in EVERYWHERE.items()),
]
"""Each role alone, who has it, and whether they have it in the group that the examples are about."""


NOWHERE = {"reference": "TEST-404", "newer": "TEST-404", "proposal": "0" * 24}
"""What is not there, for each field that names something with a list."""

BY_HANDLERS = {"incident.notify-for"}
"""What whoever handles a pathway may do, whatever their role: tests of notifying try it."""

OF_CHAIRS = {"return.reopen", *(name for name, action in ACTIONS.items() if action.own == "minutes")}
"""What is a chair's own, who has a role by that, or a secretary's, who has none here: tests of their own try it."""

LISTED = sorted(
    name
    for name, action in ACTIONS.items()
    if action.allowed.keys() >= PEOPLE.keys()
    and action.needs_confirmed
    and NOWHERE.keys() & action.form.model_fields.keys()
)
"""The actions for which no role decides, but the list of the case, or who may agree to a proposal."""


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office_with_everybody() as office:
        yield office


def may(action: Action, role: Role, inside: bool) -> bool:
    reach = action.allowed.get(role)
    return reach is Where.EVERYWHERE or (reach is Where.OWN_GROUP and inside)


def answer(office: Office, who: str | Actor, action: str, form: dict[str, object]) -> str:
    """What comes of trying: "done", or the sentences of the refusal."""
    outcome = office.runner.preview(office.actor(who), action, form, office.now)
    return "\n".join(str(refusal) for refusal in outcome.refusals) if outcome.refused else "done"


def test_every_action_has_an_example_and_every_role_somebody() -> None:
    assert EXAMPLES.keys() == ACTIONS.keys()
    assert IN_A_GROUP.keys() | EVERYWHERE.keys() == set(Role)


def test_everybody_in_the_table_has_that_role_and_no_other(office: Office) -> None:
    for role, who, inside in EVERYBODY:
        actor = office.actor(who)
        with office.reading() as scope:
            anywhere, here = roles(scope, office.definition.arrangements, actor, office.today, GROUP)
        assert (anywhere, here) == ({role}, {role} if inside else set()), who


def nowhere(form: dict[str, object]) -> dict[str, object]:
    """The same form about something that is not there."""
    return form | {name: value for name, value in NOWHERE.items() if name in form}


@pytest.mark.parametrize("name", sorted(EXAMPLES.keys() - {"undo", *LISTED, *BY_HANDLERS}))
def test_each_role_is_allowed_or_refused_as_the_data_say(office: Office, name: str) -> None:
    action = ACTIONS[name]
    form = dict(prepared(office, name))
    refusal = sentence_of_who_may(action.allowed, action.own)
    expected = {who: "done" if may(action, role, inside) else refusal for role, who, inside in EVERYBODY}
    assert {who: answer(office, who, name, form) for _, who, _ in EVERYBODY} == expected


def test_undo_is_open_to_every_role_for_ones_own_step_and_to_nobody_elses(office: Office) -> None:
    office.done("business-manager", "meeting.confirm", **EXAMPLES["meeting.confirm"].form(office))
    own_step = {who: answer(office, who, "undo", {}) for _, who, _ in EVERYBODY}
    nothing, no_person = "There is nothing of yours to take back.", sentence_of_who_may({}, "step")
    assert own_step.pop("business-manager") == "done"
    assert own_step.pop("administrator") == own_step.pop("time") == no_person
    assert set(own_step.values()) == {nothing}


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_who_is_in_no_post_or_unknown_may_do_nothing(office: Office, name: str) -> None:
    action = ACTIONS[name]
    form = dict(prepared(office, name))
    refused = sentence_of_who_may(action.allowed, action.own)
    stranger = Actor(office.partnership, "0" * 32, confirmed=True)
    assert answer(office, Actor(office.partnership), name, form) == refused
    left_alone = "There is nothing of yours to take back." if action.own == "step" else refused
    assert answer(office, stranger, name, form) == left_alone


@pytest.mark.parametrize("name", sorted(EXAMPLES.keys() - {"undo", *BY_HANDLERS}))
def test_a_post_without_a_role_may_do_only_what_is_its_own(office: Office, name: str) -> None:
    action = ACTIONS[name]
    form = dict(prepared(office, name))
    archivist = Actor(office.partnership, rehearsing.person_of(office.partnership, "archivist"), confirmed=True)
    found = answer(office, archivist, name, form)
    if name in LISTED:
        assert found == answer(office, archivist, name, nowhere(form)) != "done"
    elif action.own is None or name in OF_CHAIRS:
        assert found == sentence_of_who_may(action.allowed, action.own)
    else:
        assert found in ("done", "This needs the code that you were given. Ask the administrator for one.")


@pytest.mark.parametrize("name", sorted(name for name, action in ACTIONS.items() if action.needs_confirmed))
def test_what_needs_a_confirmed_identity_is_refused_to_a_proposed_one(office: Office, name: str) -> None:
    form = dict(prepared(office, name))
    unsure = office.actor("business-manager", confirmed=False)
    assert answer(office, unsure, name, form).startswith(SURE)


@pytest.mark.parametrize("name", LISTED)
def test_what_one_may_not_know_looks_like_what_is_not_there(office: Office, name: str) -> None:
    form = dict(prepared(office, name))
    others = [office.actor(who) for role, who, _ in EVERYBODY if role is not Role.BUSINESS_MANAGER]
    others += [Actor(office.partnership), office.actor("archivist"), office.actor("business-manager", confirmed=False)]
    for actor in others:
        assert answer(office, actor, name, form) == answer(office, actor, name, nowhere(form)) != "done"


@pytest.mark.parametrize("name", LISTED)
def test_whoever_is_on_the_list_is_told_more_than_that_nothing_is_there(office: Office, name: str) -> None:
    form = dict(prepared(office, name))
    assert answer(office, "business-manager", name, form) != answer(office, "business-manager", name, nowhere(form))


def test_every_case_needs_a_confirmed_identity_but_telling_of_one_does_not() -> None:
    unsure = {name for name, a in ACTIONS.items() if name.startswith("incident.") and not a.needs_confirmed}
    assert unsure == {"incident.notify", *(name for name in unsure if ACTIONS[name].allowed == TIME_ONLY)}


def test_a_reach_of_ones_own_group_stands_only_on_actions_about_a_group() -> None:
    for action in ACTIONS.values():
        if Where.OWN_GROUP in action.allowed.values():
            worked_out = isinstance(getattr(action.form, action.about or "", None), property)
            assert worked_out or action.about in action.form.model_fields, action.name


@pytest.mark.parametrize("action", ACTIONS.values(), ids=lambda action: action.name)
def test_a_refusal_says_who_may_or_that_people_do_not(action: Action) -> None:
    said = sentence_of_who_may(action.allowed, action.own)
    people = action.allowed.keys() - {Role.TIME, Role.ADMINISTRATOR}
    by_hand = Role.ADMINISTRATOR in action.allowed and Role.BUSINESS_MANAGER not in action.allowed
    if people or action.own or by_hand:
        asked = "the administrator" if by_hand else "the business manager"
        assert said.startswith("This can be done by ") and said.endswith(f"Ask {asked} if you need it done.")
        assert all(role.value in said for role in people)
        assert action.own is None or own.OWNERS[action.own] in said
    else:
        assert said == "This is not done by people here."


def test_the_page_of_permissions_is_up_to_date() -> None:
    assert permissions_matrix.PAGE.read_text("utf-8") == permissions_matrix.page(), "make it anew with: make docs"


def test_whoever_covers_a_post_has_its_roles_on_those_days_and_no_longer(office: Office) -> None:
    office.done("business-manager", "people.cover", post=f"{GROUP}-chair", person="archivist", until="2027-04-09")
    form = dict(prepared(office, "meeting.confirm"))
    covering = Actor(office.partnership, rehearsing.person_of(office.partnership, "archivist"), confirmed=True)
    assert answer(office, covering, "meeting.confirm", form) == "done"
    office.moves_to("2027-04-10 09:00")
    assert answer(office, covering, "meeting.confirm", form) == sentence_of_who_may(ACTIONS["meeting.confirm"].allowed)
