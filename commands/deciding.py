"""Decisions of a case: the word, and what each partner thinks of it, why, and whether they dissent.

Where the partners do not agree, that is a fact of the case, and what the arrangements say of it opens.
"""

from storage.records import incidents
from storage.records.incidents import View
from storage.records.message import Message

from .action import Action
from .case_facts import follows, raise_flag
from .case_status import bring_up_to_date
from .permissions import PEOPLE
from .refusals import Refusal, Refused
from .stage_forms import REASONS, partner_posts, reason, speaks_for
from .stage_rules import settle, ticked
from .stages import Done, Found, OfStage, end, find, keep_view, only_those_who_see_to_it, to_end
from .work import Work

DISAGREEMENT = "disagreement"


class Decide(Done):
    """A stage that ends with a decision: one of the words that the arrangements have for it."""

    decision: str


class TheirView(OfStage):
    """What a partner thinks: one of the decision's words, why (one of `REASONS`), and whether they dissent.

    `post`: the partner's post whose view it is; without it that of whoever records it.
    """

    post: str = ""
    view: str
    because: str = ""
    dissents: bool = False


def _decide(work: Work, form: Decide) -> Message:
    found = to_end(work, form)
    if not found.todo.decides:
        raise Refused(f"{found.name} is no decision. Record it with: incident done {form.reference} {form.stage}")
    word = _word(found, form.decision, "decision")
    work.changed("Decision", "", word)
    answer = end(work, found, form, f"{found.name}: decided", decided=word)
    return answer.model_copy(update={"text": "\n".join([*_views_said(work, found), answer.text])})


def _word(found: Found, given: str, field: str) -> str:
    if given not in found.todo.decides:
        raise Refused(Refusal("This is none of the decisions.", field, f"One of: {'; '.join(found.todo.decides)}."))
    return given


def _views_said(work: Work, found: Found) -> list[str]:
    views = {view.post: view for view in views_of(work, found)}
    said = [f"{work.arrangements.title(post)}: {view_words(view)}." for post, view in views.items()]
    missing = [work.arrangements.title(post) for post in partner_posts(work, found.case) if post not in views]
    return [*said, *([f"No view is recorded of: {', '.join(missing)}."] if missing else [])]


def views_of(work: Work, found: Found) -> list[View]:
    """What the partners think of a stage's decision."""
    return [view for view in incidents.views(work.scope, found.case.reference) if view.stage == found.row.stage]


def view_words(view: View) -> str:
    """What a partner thinks, in words: the word, why, and that they dissent."""
    because = f", because {view.because}" if view.because else ""
    return f"{view.view}{because}{'; they dissent' if view.dissents else ''}"


def _view(work: Work, form: TheirView) -> Message:
    found = find(work, form.reference, form.stage)
    if not found.todo.decides or found.row.state == "not needed":
        raise Refused(Refusal(f"{found.name} is no decision that partners have views of.", "stage"))
    post = _whose(work, found, form.post)
    view, because = _word(found, form.view, "view"), reason(REASONS, form.because, "because")
    keep_view(work, found, post, view, because, dissents=form.dissents)
    work.scope.session.flush()
    said = [f"{work.arrangements.title(post)}: {view}."]
    if _differ(views_of(work, found)):
        said += _disagree(work, found)
    bring_up_to_date(work, found.case)
    return Message(title=f"{found.case.reference}: the view is recorded", text="\n".join(said))


def _whose(work: Work, found: Found, post: str) -> str:
    """The partner's post whose view it is; the handler and the stage's owner record those of others, too."""
    own = speaks_for(work, found.case)
    if not post:
        if len(own) == 1:
            return own[0]
        raise Refused(Refusal("This is needed: whose view it is.", "post"))
    if post not in partner_posts(work, found.case):
        raise Refused(Refusal("This is no partner's post.", "post"))
    if post not in own:
        only_those_who_see_to_it(work, found)
    return post


def _differ(views: list[View]) -> bool:
    return len({view.view for view in views}) > 1 or any(view.dissents for view in views)


def _disagree(work: Work, found: Found) -> list[str]:
    """Records that the partners do not agree, so that what the arrangements say of it opens."""
    case = found.case
    if DISAGREEMENT not in ticked(work, case):
        raise_flag(work, case, DISAGREEMENT)
        case.generation += 1
        work.scope.session.add(case)
        work.scope.session.flush()
        settle(work, case)
    opened = follows(work, case, DISAGREEMENT)
    said = f"Now to be done: {'; '.join(opened)}." if opened else "Our arrangements do not say what happens then."
    return [f"The partners do not agree. {said}"]


ACTIONS = (
    Action("incident.decide", Decide, _decide, PEOPLE, "record a decision on an incident", None, True, "any post"),
    Action(
        "incident.view", TheirView, _view, PEOPLE, "record what a partner thinks of a decision", None, True, "any post"
    ),
)
