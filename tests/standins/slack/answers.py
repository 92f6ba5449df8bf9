"""What an app's answer to a modal does: errors beside inputs, another content, one more on top, or away with it."""

from typing import TYPE_CHECKING, Any

from .errors import Json, Refused
from .inputs import fields
from .methods_views import make, put
from .things import View

if TYPE_CHECKING:
    from .outcomes import Answer
    from .workspaces import Workspace


def take_away(workspace: "Workspace", view: View, everything: bool) -> None:
    """Closes a modal, and all that lie on it; or the whole stack."""
    stack = workspace.stacks.get(view.user, [])
    begin = 0 if everything or view.id not in stack else stack.index(view.id)
    for one in stack[begin:]:
        gone = workspace.views.pop(one)
        workspace.standin.note(workspace.id, "closed", gone, [view.user])
    del stack[begin:]


def to_submission(workspace: "Workspace", view: View, answer: "Answer") -> None:
    """Does what the app answered to a submission. What Slack can't take is shown as trouble, and the modal stays."""
    said: Any = answer.body
    try:
        if not said:
            take_away(workspace, view, everything=False)
        elif not isinstance(said, dict):
            raise Refused("invalid_response_action", messages=["the answer is not an object"])
        else:
            _act(workspace, view, answer, said)
    except Refused as refused:
        workspace.standin.problems.append(f"the answer to a submission: {refused.error} {refused.messages}")
        answer.failed, answer.reason = True, "invalid_response_action"


def _act(workspace: "Workspace", view: View, answer: "Answer", said: Json) -> None:
    match said.get("response_action"):
        case "errors":
            _show_errors(view, said.get("errors"))
            answer.errors = dict(view.errors)
        case "update":
            put(workspace, view, said.get("view") or {})
        case "push":
            make(workspace, view.user, said.get("view") or {}, view)
        case "clear":
            take_away(workspace, view, everything=True)
        case other:
            raise Refused("invalid_response_action", messages=[f"response_action: {other}"])


def _show_errors(view: View, errors: Any) -> None:
    """Errors stand beside inputs: each key is the block_id of one that is there."""
    inputs = {block["block_id"] for block, _element in fields(view) if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise Refused("invalid_response_action", messages=["errors must be an object with something in it"])
    strangers = sorted(set(errors) - inputs)
    if strangers:
        raise Refused("invalid_response_action", messages=[f"no input has the block_id {one}" for one in strangers])
    if not all(isinstance(said, str) and said for said in errors.values()):
        raise Refused("invalid_response_action", messages=["every error must be a text"])
    view.errors = dict(errors)
