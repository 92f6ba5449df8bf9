"""Steps whose answers on offer depend on the arrangements, or on what they are about: made anew each time.

Some doors have to know before anybody presses a button whether it opens a form; `opens` says it without looking
anything up, so a made step also states here what it needs before it shows none.
"""

from collections.abc import Callable, Mapping

from storage.arrangements.decisions import WITH_A_REASON

from . import (
    attendance_forms,
    attended_forms,
    covering_forms,
    date_polls_forms,
    decisions_forms,
    drills,
    list_forms,
    notifying_forms,
    raising_forms,
    return_round_forms,
    returning_after_forms,
    returning_forms,
    setting_up_forms,
    stage_forms,
)
from .steps import AGAIN, SHOWN, STEPS, SURE, Step, is_wanting
from .work import Work

Made = Callable[[Work, Mapping[str, str]], Step | None]
"""Gives the step of an action, from what its form carries; None where nothing is asked."""

MADE: Mapping[str, Made] = {
    setting_up_forms.ANSWER: lambda _work, raw: setting_up_forms.step(setting_up_forms.ANSWER, raw),
    drills.STEP.action: lambda _work, _raw: drills.STEP,
    notifying_forms.NOTIFY: notifying_forms.made,
    notifying_forms.NOTIFY_FOR: notifying_forms.made_for,
    **date_polls_forms.MADE,
    **stage_forms.MADE,
    **list_forms.MADE,
    **raising_forms.MADE,
    **decisions_forms.MADE,
    **returning_forms.MADE,
    **returning_after_forms.MADE,
    **return_round_forms.MADE,
    **attendance_forms.MADE,
    **attended_forms.MADE,
    **covering_forms.MADE,
}
"""The maker of an action's step, by the action's name."""


# Whether a press opens a form, without looking anything up

Opens = Callable[[Mapping[str, str]], bool]
"""Whether something that is needed is not in a press's form yet."""


def opens(action: str, form: Mapping[str, str]) -> bool:
    """Whether a press of a button that does this, with this form, is answered by a form that is to be filled in.

    What depends on more than the button itself is answered as it usually is: where a form was promised words may come.
    """
    if form.get(SURE):
        return False
    if form.get(AGAIN):
        return action in STEPS or action in MADE
    if action in MADE:
        return WANTING[action](form)
    return action in STEPS and is_wanting(STEPS[action], form)


def _without(*names: str) -> Opens:
    """A form is shown while any of these is not said yet; where none is named, never."""
    return lambda form: any(name not in form for name in names)


def _of_setting_up(form: Mapping[str, str]) -> bool:
    step = setting_up_forms.step(setting_up_forms.ANSWER, form)
    return step is not None and is_wanting(step, form)


def _of_a_decision(form: Mapping[str, str]) -> bool:
    """Agreeing and abstaining ask nothing; a reservation and a disagreement ask why."""
    return not form.get("value") or (form["value"] in WITH_A_REASON and "because" not in form)


def _of_ratifying(form: Mapping[str, str]) -> bool:
    """What was ratified or undone asks nothing; any other result asks why."""
    return not form.get("result") or (form["result"] not in ("ratified", "undone") and "because" not in form)


def _for_them(form: Mapping[str, str]) -> bool:
    """Filling in for somebody shows their form; sending in for them shows what it leads to."""
    return form.get("what", "save") == "save" and SHOWN not in form


_TOLD = ("ticked", "aware", "aware_hour", "area", "children")

WANTING: Mapping[str, Opens] = {
    "setup.answer": _of_setting_up,
    "drill.plan": _without("day", "starts"),
    "incident.notify": _without(*_TOLD, "ring_who", "ring_number"),
    "incident.notify-for": _without(*_TOLD, "came_by", "received", "received_hour", "notifier_name"),
    "date.open": _without("group", SHOWN),
    "date.answer": lambda form: not form.get("every") and SHOWN not in form,
    "date.confirm": _without("slot"),
    "date.close": _without(),
    "incident.done": _without("reference", "stage", "day"),
    "incident.decide": _without("reference", "stage", "decision", "day"),
    "incident.not-needed": _without("reference", "stage", "because"),
    "incident.tick": _without("reference", "stage", "ticked"),
    "incident.view": _without("reference", "stage", "view"),
    "incident.reopen": _without("reference", "stage"),
    "incident.fact": _without("reference", "fact", "day"),
    "incident.flag": _without("reference", "flag"),
    "incident.list-add": _without("reference", "who"),
    "incident.list-end": _without("reference", "who"),
    "incident.hold": _without("reference", "because"),
    "people.telephone": _without("person", "number"),
    "raised.add": _without("to", "text"),
    "raised.close": _without("which", "outcome"),
    "raised.send-on": _without("which"),
    "raised.tell-now": _without("number"),
    "raised.comment": _without("carried", "text"),
    "decision.open": _without("group", "proposal"),
    "decision.answer": _of_a_decision,
    "decision.close": _without(),
    "decision.withdraw": _without("because"),
    "decision.send-on": _without(),
    "decision.ratify": _of_ratifying,
    "return.save": _without(SHOWN),
    "return.send": _without(),
    "return.nothing": _without(),
    "return.colleague": _without("name", "email"),
    "return.sign-off": _without(),
    "return.reopen": _without("because"),
    "return.moderate": _without("question", "rating", "because"),
    "return.for-them": _for_them,
    "return.other-way": _without("how", "day"),
    "return.open": _without("report", "due"),
    "return.close": _without("round"),
    "return.cancel": _without("round", "because"),
    "return.remind": _without("round"),
    "return.extend": _without("round", "who", "due", "because"),
    "return.not-us": _without("because"),
    "return.answer-not-us": lambda form: form.get("answer") != "grant" and "because" not in form,
    "return.contact": _without("agency", "role", "email"),
    "return.contact-ends": _without("agency", "role"),
    "return.enrol": _without("name", "duty"),
    "return.owes": _without("report", "who", "owes"),
    "return.consent": _without("report", "who", "other", "other_report"),
    "attendance.answer": _without("group", "post", "value"),
    "attendance.told": _without("group", "post", "value"),
    "attendance.defer": _without("group", "because"),
    "quorum.confirm": _without("group", "what", "counts", "for_good"),
    "attended.record": _without(SHOWN),
    "attended.left": _without("seat"),
    "attended.came": _without("seat"),
    "attended.guest": _without("name"),
    "attended.sheet": _without(SHOWN),
    "skills.need": _without(SHOWN),
    "agreement.signed": _without("group", "person"),
    "agreement.withdraw": _without("group", "person"),
    "people.cover": _without("post", "person", "until"),
    "people.uncover": _without("post"),
    "people.away": _without(),
}
"""For the action of each made step, whether its form is wanting something: what its maker asks for, said once more
without the facts. tests/commands/test_opening_forms.py holds the two together."""
