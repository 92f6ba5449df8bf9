"""The drill's story: invented cases from the first telling to the deleting, through every way in and out.

Whatever takes words is given some that it must refuse, and neither keep nor say again: every word that people type and
every action of the incidents' families is taken from the lists from which the bot itself is made, so that a new one is
tried the day it is there.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta

from commands import permissions
from commands.conversation import LEAVE
from commands.made_steps import MADE
from commands.saying import Word
from commands.steps import AGAIN, SURE
from commands.words_people_type import WORDS
from storage.arrangements.pathways import FLAGS
from storage.records import incidents, proposals, tellings

from . import story_on_pages, story_on_polls, story_on_reports
from .canaries import IN_FORM, PERSON, RECORDED, REFERENCE, RUNG, SHOWN, TICKED
from .drilled import (
    COUNCIL,
    COUNCIL_DEPUTY,
    DECIDER,
    DOCTOR,
    HANDLER,
    HEALTH,
    ID,
    PATHWAY,
    POLICE,
    SCRUTINEER,
    TEACHER,
)
from .stage import NotPlayed, Stage

FAMILIES = ("incident", "notification", "drill", "proposal", "link")
"""How the actions begin that are about cases: all of them are played."""

OF_CASES = ("incident", "notify", "drill", "proposal")
"""How the words begin that are about cases: behind each of them something is typed that must not be kept."""

SOON = timedelta(minutes=5)

FAMILY = "the family of {} at 12 Mill Lane"
"""What somebody may write although it must not be written: it is no role, no number, no name and no choice."""


def play(stage: Stage, at_its_fullest: Callable[[Stage], None]) -> None:
    """Plays all of it. `at_its_fullest`: called before old things are forgotten.

    Raises NotPlayed where a step does not go as it must.
    """
    administrator = permissions.administrator(ID)
    _numbers(stage)
    stage.performs(administrator, "incident.switch-on")
    story_on_reports.named(stage)
    stage.planted("opened", stage)
    first = _told_in_chat(stage)
    stage.planted("notified", stage)
    _answered(stage, first)
    stage.planted("told", stage)
    stage.mail.closed.add(stage.address(COUNCIL))
    second = story_on_pages.notified(stage)
    third = _told_for_somebody(stage)
    _matched(stage, first, second, third)
    story_on_pages.looked(stage, second)
    _rung(stage, first)
    _rung(stage, second)
    _junk_behind_words(stage, first)
    _junk_in_forms(stage, first)
    _looked_at_by_others(stage, first)
    stage.planted("looked at", stage)
    _clock_kept(stage, first)
    story_on_pages.recorded(stage, first)
    story_on_pages.ended(stage)
    _list_changed(stage, first)
    _drilled(stage)
    stage.planted("kept", stage)
    story_on_reports.played(stage)
    stage.planted("reported", stage)
    story_on_polls.played(stage)
    _ended(stage, first, second)
    at_its_fullest(stage)
    _emptied(stage, first)
    stage.planted("ended", stage)
    stage.performs(administrator, "incident.switch-off")


def actions_of_cases(names: Iterable[str]) -> set[str]:
    """Those actions that are about cases, by how their names begin."""
    return {name for name in names if name.partition(".")[0] in FAMILIES}


def words_of_cases() -> list[Word]:
    """Those words that are about cases."""
    return [word for word in WORDS if word.path[0] in OF_CASES]


def _numbers(stage: Stage) -> None:
    for number, post in enumerate((HANDLER, COUNCIL, COUNCIL_DEPUTY, POLICE, HEALTH)):
        given = {"person": stage.address(post), "number": f"07700 9000{number:02}"}
        stage.performs(permissions.administrator(ID), "people.telephone", **given)


# Told


def facts(stage: Stage, who: str, kind: str = "serious-harm") -> dict[str, str]:
    """A form filled in with canaries, as `who` tells it; people became aware an hour ago."""
    canaries = stage.canaries
    day, hour = stage.local(stage.now - timedelta(hours=1))
    return {
        "ticked": "understood",
        "kind": kind,
        "aware": day,
        "aware_hour": hour,
        "area": "own",
        "agencies": "nhs,schools",
        "children": "2",
        "flags": "looked-after,criminal",
        "authority_reference": canaries.word(f"the council's case reference, {who}", SHOWN, "LD-7-{}"),
        "ring_who": canaries.word(f"who can be rung, {who}", RUNG, "Registrar {}"),
        "ring_number": canaries.number(f"the number to ring, {who}", RUNG),
    }


def newest(stage: Stage, known: tuple[str, ...] = ()) -> str:
    """The reference of the case that was opened last; a canary from now on."""
    with stage.looking() as work:
        found = [case.reference for case in incidents.every(work.scope) if case.reference not in known]
    if not found:
        raise NotPlayed("no case was opened")
    reference = found[-1]
    stage.canaries.exactly(f"the reference of the case {len(known) + 1}", reference, REFERENCE)
    return reference


def _told_in_chat(stage: Stage) -> str:
    """A doctor who is on no list notifies in chat, after typing what must not be typed."""
    junk = stage.canaries.word("words in the first line", form=FAMILY)
    stage.types(DOCTOR, f"incident notify {junk}")
    stage.types(DOCTOR, f"notify {stage.canaries.word('words in the second line', form='{} has bruises')}")
    stage.types(DOCTOR, stage.canaries.word("a line about a child in danger", form="the boy {} is being hurt at home"))
    stage.types(DOCTOR, stage.canaries.word("a wall of text", form=f"notify {'so much is known ' * 300}{{}}"))
    stage.presses(DOCTOR, "incident.notify", {AGAIN: "yes"})
    form = facts(stage, "told in chat")
    stage.canaries.exactly("what was ticked of a case", FLAGS["criminal"], TICKED)
    for name in form:
        stage.presses(DOCTOR, "incident.notify", form | {name: _wrong(stage, name)})
    stage.presses(
        DOCTOR,
        "incident.notify",
        form | {"ring_who": stage.canaries.word("a wall in a field", FORM_ONLY, f"{'x ' * 2000}{{}}")},
    )
    stage.does(DOCTOR, "incident.notify", **form)
    return newest(stage)


FORM_ONLY = IN_FORM
"""What was typed into a form that refused it: it stands in that form, for whoever typed it."""


def _wrong(stage: Stage, field: str) -> str:
    return stage.canaries.word(f"words in the field {field}", FORM_ONLY, FAMILY)


def _answered(stage: Stage, case: str) -> None:
    """One answers, one passes to the deputy, one is silent until the handler is asked to ring."""
    stage.to(timedelta(minutes=1))
    stage.does(POLICE, "incident.answer", reference=case, post=POLICE, answer="have", within="30")
    stage.does(COUNCIL, "incident.answer", reference=case, post=COUNCIL, answer="pass")
    stage.to(SOON)
    stage.does(POLICE, "incident.rang", reference=case, post=POLICE)
    stage.does(POLICE, "incident.knows-child", reference=case, post=POLICE)
    stage.does(COUNCIL_DEPUTY, "incident.answer", reference=case, post=COUNCIL, answer="known")
    stage.to(timedelta(hours=1, minutes=30))
    stage.does(HANDLER, "incident.said", reference=case, post=HEALTH, said="has-it")
    stage.to(timedelta(hours=1))


def _told_for_somebody(stage: Stage) -> str:
    """The handler enters by night what somebody told by telephone, silently; people are woken after all."""
    stage.to(stage.now.replace(hour=23, minute=30))
    form = facts(stage, "told by telephone")
    day, hour = stage.local(stage.now - timedelta(minutes=20))
    form |= {
        "came_by": "telephone",
        "received": day,
        "received_hour": hour,
        "notifier_name": stage.canaries.word("who told of it by telephone", PERSON, "Dr {}"),
        "notifier_email": stage.canaries.word("the address of who told of it", PERSON, "{}@clinic.example").lower(),
        "notifier_telephone": stage.canaries.number("the number of who told of it", PERSON, "07700 900"),
        "speed": "morning",
    }
    with stage.looking() as work:
        known = tuple(each.reference for each in incidents.every(work.scope))
    for name in ("notifier_name", "notifier_telephone", "came_by", "because", "received"):
        stage.presses(HANDLER, "incident.notify-for", form | {name: _wrong(stage, f"{name} for somebody")})
    stage.does(HANDLER, "incident.notify-for", **form)
    third = newest(stage, known)
    stage.to(SOON)
    stage.does(HANDLER, "incident.wake", reference=third)
    stage.to(SOON)
    return third


def _rung(stage: Stage, case: str) -> None:
    """Whoever has not answered was rung, so that nobody is asked to ring them every hour of the drill."""
    with stage.looking() as work:
        silent = [each.post for each in tellings.of_case(work.scope, case) if each.state == "told"]
    for post in silent:
        stage.does(HANDLER, "incident.said", reference=case, post=post, said="knows")


def _matched(stage: Stage, first: str, second: str, third: str) -> None:
    stage.does(HANDLER, "incident.not-same", newer=second, older=first)
    stage.does(HANDLER, "incident.merge", newer=third, older=first)
    stage.to(SOON)


# What must be refused


def _junk_behind_words(stage: Stage, case: str) -> None:
    """Behind every word about cases something is typed, by the handler and by somebody on no list."""
    for word in words_of_cases():
        written = " ".join(word.path)
        stage.words_typed.add(word.path)
        for between in ("", f"{case} "):
            name = f"words behind {written}{' REF' if between else ''}"
            junk = stage.canaries.word(name, form=FAMILY)
            stage.types(HANDLER, f"{written} {between}{junk}")
            stage.types(TEACHER, f"{written} {between}{junk}")
        stage.types(HANDLER, f"{written} {case}".strip())
    options = stage.canaries.word("an option behind incident show")
    stage.types(HANDLER, f"incident show {case} --because {options}")


def _junk_in_forms(stage: Stage, case: str) -> None:
    """Every form about cases is sent in with words in each of its fields."""
    for action in sorted(actions_of_cases(stage.runner.actions)):
        fields = [name for name in stage.runner.actions[action].form.model_fields if name != "reference"]
        for name in fields:
            form = {"reference": case, "stage": "panel"} if action in MADE else {"reference": case}
            known = {each: form[each] for each in form if each in stage.runner.actions[action].form.model_fields}
            typed = stage.canaries.word(f"words in {name} of {action}", FORM_ONLY, FAMILY)
            stage.presses(HANDLER, action, known | {name: typed})
    evidence = stage.canaries.word("words as evidence", FORM_ONLY, "she told {} on Sunday")
    stage.presses(HANDLER, "incident.done", {"reference": case, "stage": "panel", "day": "today", "evidence": evidence})
    stage.presses(HANDLER, LEAVE, {"words": stage.canaries.word("words on a button that leaves")})


def _looked_at_by_others(stage: Stage, case: str) -> None:
    """Somebody on no list, and somebody unconfirmed, look everywhere and press everything with the reference.

    They type the reference themselves, so that an answer which said it again would be found.
    """
    for post, sure in ((TEACHER, True), (COUNCIL, False)):
        for word in words_of_cases():
            stage.types(post, f"{' '.join(word.path)} {case}", sure=sure)
        for line in ("me", "note", "digest", "people list", "action list", "help incident", "incident list", "undo"):
            stage.types(post, line, sure=sure)
        for action in sorted(actions_of_cases(stage.runner.actions)):
            stage.presses(post, action, {"reference": case, "post": COUNCIL, "answer": "known"}, sure=sure)
    for line in ("me", "note", "digest", "incident list", "drill list", "proposal list", f"incident people {case}"):
        stage.types(HANDLER, line)
    stage.to(timedelta(hours=26))


# The clock is kept


def _clock_kept(stage: Stage, case: str) -> None:
    canaries = stage.canaries
    about = {"reference": case}
    day, hour = stage.local(stage.now)
    stage.does(HANDLER, "incident.show", **about)
    stage.does(HANDLER, "incident.look", **about)
    stage.does(HANDLER, "incident.tick", **about, stage="call", ticked="held")
    evidence = canaries.word("the reference of some evidence", RECORDED, "M-7-{}")
    done = {"stage": "call", "day": day, "hour": hour, "evidence": evidence, "because": "out-of-hours"}
    stage.does(HANDLER, "incident.done", **about, **done)
    stage.does(HANDLER, "incident.reopen", **about, stage="call")
    stage.does(HANDLER, "incident.done", **about, **done)
    stage.does(HANDLER, "incident.not-needed", **about, stage="panel", because="other-area")
    back = stage.local(stage.now - timedelta(days=2, hours=3))
    moved = {"fact": "aware", "day": back[0], "hour": back[1]}
    stage.presses(HANDLER, "incident.fact", about | moved)
    stage.does(HANDLER, "incident.fact", **about, **moved, **{SURE: "yes"})
    stage.presses(HANDLER, "incident.flag", about | {"flag": "domestic-homicide"})
    stage.does(HANDLER, "incident.flag", **about, flag="domestic-homicide", **{SURE: "yes"})
    view = {"stage": "decision", "view": "a review is required", "because": "criteria-met"}
    stage.does(POLICE, "incident.view", **about, **view)
    stage.does(HEALTH, "incident.view", **about, **view | {"view": "no review is required", "dissents": "yes"})
    stage.does(
        DECIDER, "incident.decide", **about, stage="decision", decision="no review is required", day=day, evidence=""
    )
    stage.to(timedelta(hours=1))


def _list_changed(stage: Stage, case: str) -> None:
    """Who may know is changed by two people, agreed to once, refused once, and withdrawn once."""
    change = {"reference": case, "who": f"post:{SCRUTINEER}"}
    stage.does(HANDLER, "incident.list-add", **change)
    stage.does(HANDLER, "proposal.withdraw", proposal=_waiting(stage))
    stage.to(SOON)
    stage.does(HANDLER, "incident.list-add", **change)
    stage.does(POLICE, "proposal.agree", proposal=_waiting(stage))
    stage.to(SOON)
    stage.types(SCRUTINEER, f"incident show {case}")
    stage.does(HANDLER, "incident.list-end", **change)
    stage.does(POLICE, "proposal.refuse", proposal=_waiting(stage))
    stage.to(SOON)


def _waiting(stage: Stage) -> str:
    with stage.looking() as work:
        return str(proposals.open_ones(work.scope)[-1].id)


def _drilled(stage: Stage) -> None:
    """An alert drill is planned and cancelled; another one is planned and held."""
    day, _ = stage.local(stage.now + timedelta(days=2))
    stage.does(HANDLER, "drill.plan", day=day, starts="11:00")
    stage.does(HANDLER, "drill.cancel", part=f"{PATHWAY}:{day}T11:00")
    stage.does(HANDLER, "drill.plan", day=day, starts="14:00")
    stage.to(timedelta(days=2, hours=1))


# The end


def _ended(stage: Stage, *cases: str) -> None:
    """Everything that is open is done, so that the cases close; and one more is opened by its facts alone."""
    for case in cases:
        _rung(stage, case)
        with stage.looking() as work:
            rows = [row.stage for row in incidents.stages(work.scope, case) if row.state == "open"]
        for each in rows:
            stage.presses(HANDLER, "incident.not-needed", {"reference": case, "stage": each, "because": "elsewhere"})
        with stage.looking() as work:
            found = incidents.find(work.scope, case)
            if found is None or found.closed_at is None:
                left = [row.stage for row in incidents.stages(work.scope, case) if row.state == "open"]
                raise NotPlayed(f"a case would not close: {left}")
    stage.to(SOON)


def _emptied(stage: Stage, case: str) -> None:
    """More than a year later what was told of it is deleted, by two people."""
    about = {"reference": case}
    stage.does(HANDLER, "incident.hold", **about, because="inquiry")
    stage.does(HANDLER, "incident.release-hold", **about)
    stage.performs(
        permissions.Actor(ID, stage.person(HANDLER), confirmed=True),
        "incident.start",
        pathway=PATHWAY,
        facts={"aware": stage.now - timedelta(hours=1)},
        kind="death",
    )
    with stage.looking() as work:
        last = incidents.open_cases(work.scope)[-1].reference
    stage.canaries.exactly("the reference of the last case", last, REFERENCE)
    stage.to(timedelta(hours=2))
    _rung(stage, last)
    stage.now += timedelta(days=400)
    stage.to(SOON)
    stage.does(HANDLER, "incident.empty", **about)
    stage.does(POLICE, "proposal.agree", proposal=_waiting(stage))
    stage.types(HANDLER, f"incident show {case}")
    stage.to(SOON)
