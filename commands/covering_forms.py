"""The forms of cover: what is asked of whoever arranges it for a post, ends it, or says that they are away."""

from collections.abc import Callable, Mapping

from . import away, covering
from .dates import WANT_DAY
from .steps import Asked, Step
from .work import Work

_SINCE = Asked("since", "From", "day", False, "Empty: today.")
_MORE = (
    Asked("group", "For one group only", "group", False, "Empty: for all that the post owes."),
    Asked("starts", "From which hour of each day", "hour", False, "Empty: all day."),
    Asked("ends", "To which hour", "hour", False, "00:00 is midnight at its end."),
)

_STEPS = (
    Step(
        covering.COVER.name,
        "Cover for a post",
        "Enter",
        (
            Asked("post", "Which post is covered", "post"),
            Asked("person", "Who covers it", "person", hint="An e-mail address, a name, or the post they hold."),
            _SINCE,
            Asked("until", "Until, that day included", "day", hint=WANT_DAY),
            *_MORE,
        ),
    ),
    Step(
        covering.UNCOVER.name,
        "End the cover of a post",
        "End it",
        (
            Asked("post", "Which post", "post"),
            Asked("group", "Only the cover for one group", "group", False, "Empty: all of its cover."),
        ),
    ),
    Step(
        away.AWAY.name,
        "You are away",
        "Enter",
        (
            _SINCE,
            Asked("until", "Until, that day included", "day", False, "Empty: that day alone."),
            Asked("person", "Who covers your posts", "person", False, "Empty: the one deputy that each has."),
            *_MORE,
        ),
    ),
)


def _always(step: Step) -> Callable[[Work, Mapping[str, str]], Step | None]:
    return lambda _work, _raw: step


MADE: Mapping[str, Callable[[Work, Mapping[str, str]], Step | None]] = {step.action: _always(step) for step in _STEPS}
"""The maker of an action's step, by the action's name."""
