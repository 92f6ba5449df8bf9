"""Steps whose answers on offer depend on the arrangements, or on what they are about: made anew each time."""

from collections.abc import Callable, Mapping

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
from .steps import Step
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
