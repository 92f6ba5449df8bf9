"""Pathways as values: their stages and tasks in order, and which of them a case needs as it stands."""

from typing import Any

import pytest
from pydantic import ValidationError

from storage.arrangements.calendars import england
from storage.arrangements.clocks import NO_TIME, UnknownPathway, clock, tasks, whole
from storage.arrangements.ladders import CHOSEN
from storage.arrangements.partnership import Arrangements
from storage.arrangements.pathways import FLAGS, NOT_CALLED_FOR, Pathway
from tests.storage.arrangements.small import arrangements, pack, with_pathway
from tests.storage.arrangements.test_clocks import at, day

CALENDAR = england(2026, 2029)


def stage(id_: str, **more: Any) -> dict[str, Any]:
    due = {"from": "aware", "days": 5, "unit": "working"}
    return {"id": id_, "name": f"The {id_}", "owner": "manager", "due": due, **more}


def task(id_: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "name": f"The {id_}", "owner": "director", "source": "N §9", **more}


def county(*, stages: list[dict[str, Any]], **more: Any) -> Arrangements:
    facts = [{"id": "aware", "name": "somebody becomes aware"}]
    return with_pathway({"id": "p", "name": "P", "facts": facts, "stages": stages, **more})


REVIEW = county(
    stages=[
        stage("review"),
        stage("decision", decides=["a review", "no review"]),
        stage("copy", after="publishing", unless=["not-published"]),
    ],
    kinds=[
        {"id": "harm", "name": "Harm"},
        {"id": "notified", "name": "Notified only", "not_needed": {"review": "nothing is suspected"}},
    ],
    tasks=[
        task("wales", when=["nhs-wales"]),
        task("terms", after="decision", if_decided=["a review"]),
        task("publishing", after="decision", decides=["published", "not"], raises={"not": "not-published"}),
        task("rationale", when=["not-published"], due_with="copy", told=["national-panel"]),
        task("settled", when=["disagreement", "criminal"], after="review"),
    ],
)
PATHWAY = REVIEW.pathways[0]


def test_a_task_stands_behind_what_it_comes_after_and_the_others_at_the_end() -> None:
    assert [each.id for each in PATHWAY.todos] == [
        "review",
        "settled",
        "decision",
        "terms",
        "publishing",
        "copy",
        "wales",
        "rationale",
    ]


def test_a_stage_or_task_is_found_by_its_id() -> None:
    assert (PATHWAY.todo("copy").name, PATHWAY.todo("wales").owner) == ("The copy", "director")
    with pytest.raises(KeyError):
        PATHWAY.todo("unheard-of")


@pytest.mark.parametrize(
    ("kind", "ticked", "decided", "not_needed"),
    [
        ("", [], {}, {"wales", "rationale", "settled"}),
        ("harm", [], {}, {"wales", "rationale", "settled"}),
        ("notified", [], {}, {"wales", "rationale", "settled", "review"}),
        ("harm", ["nhs-wales"], {}, {"rationale", "settled"}),
        # One of several facts is enough.
        ("harm", ["criminal"], {}, {"wales", "rationale"}),
        ("harm", ["disagreement", "nhs-wales"], {}, {"rationale"}),
        # What waits for a decision may be needed yet; afterwards it is known.
        ("harm", [], {"decision": "a review"}, {"wales", "rationale", "settled"}),
        ("harm", [], {"decision": "no review"}, {"wales", "rationale", "settled", "terms"}),
        # A decision ticks a fact, as a person does.
        ("harm", [], {"publishing": "published"}, {"wales", "rationale", "settled"}),
        ("harm", [], {"publishing": "not"}, {"wales", "settled", "copy"}),
        ("harm", ["not-published"], {}, {"wales", "settled", "copy"}),
    ],
)
def test_what_a_case_does_not_need_follows_from_its_kind_its_facts_and_its_decisions(
    kind: str, ticked: list[str], decided: dict[str, str], not_needed: set[str]
) -> None:
    assert set(PATHWAY.not_needed(kind, ticked, decided)) == not_needed


def test_each_reason_is_the_end_of_a_sentence() -> None:
    because = PATHWAY.not_needed("notified", ["not-published"], {"decision": "no review"})
    assert because == {
        "review": "nothing is suspected",
        "wales": NOT_CALLED_FOR,
        "terms": "this was decided: no review",
        "copy": NOT_CALLED_FOR,
        "settled": NOT_CALLED_FOR,
    }


def test_the_kinds_reason_comes_before_any_other() -> None:
    both = county(
        stages=[stage("review", when=["criminal"])],
        kinds=[{"id": "k", "name": "K", "not_needed": {"review": "nothing is suspected"}}],
    )
    assert both.pathways[0].not_needed("k", [], {}) == {"review": "nothing is suspected"}


def test_a_decision_raises_only_the_fact_that_stands_beside_its_word() -> None:
    assert PATHWAY.flags([], {"publishing": "not"}) == {"not-published"}
    assert PATHWAY.flags(["criminal"], {"publishing": "published", "decision": "no review"}) == {"criminal"}
    assert PATHWAY.flags([], {"of-another-version": "not"}) == set()


def test_every_fact_that_is_ticked_has_words() -> None:
    assert all(words and words[0].islower() and not words.endswith(".") for words in FLAGS.values())


# Tasks


def test_tasks_have_an_owner_and_recipients_and_no_time() -> None:
    found = {each.stage: each for each in tasks(REVIEW, "p", pack())}
    assert list(found) == ["wales", "terms", "publishing", "rationale", "settled"]
    wales = found["wales"]
    assert (wales.due, wales.earliest, wales.latest, wales.reminder_day) == (None,) * 4
    assert (wales.owner, wales.source, wales.working) == ("director", "N §9", (NO_TIME,))
    assert not wales.provisional and not wales.late_at_birth and wales.edition is None
    assert found["rationale"].told == ("national-panel",)


def test_a_task_may_have_the_day_of_a_stage() -> None:
    stages = clock(REVIEW, "p", {"aware": day("Mon 4 Jan 2027")}, CALENDAR, pack())
    found = {each.stage: each for each in tasks(REVIEW, "p", pack(), stages)}
    rationale = found["rationale"]
    assert (rationale.due, rationale.reminder_day) == (day("Mon 11 Jan 2027"), day("Mon 11 Jan 2027"))
    assert rationale.working[0] == 'It has the same day as "The copy".'
    assert found["wales"].due is None


def test_tasks_are_not_among_the_stages_of_the_clock() -> None:
    stages = clock(REVIEW, "p", {"aware": at("Mon 4 Jan 2027 09:00")}, CALENDAR, pack())
    assert [each.stage for each in stages] == ["review", "decision", "copy"]


def test_tasks_of_an_unknown_pathway_name_the_known_ones() -> None:
    with pytest.raises(UnknownPathway, match="Known: p"):
        tasks(REVIEW, "q", pack())


# The rule pack


def test_a_silent_pathway_has_the_packs_stages_facts_and_kinds_and_keeps_its_own_people() -> None:
    silent = with_pathway({"id": "serious-incident", "name": "S", "pack": True, "told": ["director"]}).pathways[0]
    lent = pack().model_copy(update={"kinds": PATHWAY.kinds})
    found = whole(silent, lent)
    assert (found.stages, found.facts, found.kinds) == (lent.stages, lent.facts, lent.kinds)
    assert (found.told, found.handler) == (("director",), "manager")


def test_a_pathway_that_names_its_own_kinds_keeps_them_beside_the_packs_stages() -> None:
    own = [{"id": "own", "name": "Our own kind"}]
    silent = with_pathway({"id": "serious-incident", "name": "S", "pack": True, "kinds": own}).pathways[0]
    assert [kind.id for kind in whole(silent, pack().model_copy(update={"kinds": PATHWAY.kinds})).kinds] == ["own"]


def test_a_pathway_with_stages_of_its_own_takes_nothing_from_the_pack() -> None:
    assert whole(PATHWAY, pack()) is PATHWAY


# What is left out


def test_what_the_arrangements_do_not_say_is_left_unset_and_no_words_are_allowed() -> None:
    bare = Pathway(id="p", name="P", handler="manager")
    assert (bare.keep_years, bare.overdue_told, bare.dial_in, bare.words) == (None, (), "", False)
    assert (bare.told_next, arrangements().pathways[0].told_next == CHOSEN) == (CHOSEN, False)


@pytest.mark.parametrize("wrong", [{"speed": "whenever"}, {"keep_years": 0}, {"tasks": [task("t", due={"hours": 1})]}])
def test_what_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Pathway.model_validate({"id": "p", "name": "P", "handler": "manager", **wrong})
