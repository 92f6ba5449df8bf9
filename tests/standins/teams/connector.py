"""The connector's REST routes, by Microsoft's reference of the Bot Connector API."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from . import checks
from .errors import Json, Refused
from .limits import too_big
from .things import CHANNEL, PERSONAL, Conversation, Post, User, moment

if TYPE_CHECKING:
    from .server import StandIn
    from .tenants import Tenant

LEAST_PAGE, PAGE, MOST_PAGE = 50, 200, 500
"""Members on a page of a roster: at least, where the bot says nothing, at most."""
_PLACE = r"/v3/conversations/(?P<conversation>[^/]+)"


@dataclass(frozen=True)
class Request:
    """One request of the bot, taken apart."""

    route: str
    path: Json
    query: Json
    body: Json

    @property
    def targeted(self) -> bool:
        return self.query.get("isTargetedActivity") == "true"


@dataclass(frozen=True)
class Reply:
    """What goes back."""

    status: int
    body: Json


_PATHS: list[tuple[str, str, re.Pattern[str]]] = [
    ("POST", "create", re.compile(r"/v3/conversations/?")),
    ("POST", "send", re.compile(_PLACE + r"/activities/?")),
    ("POST", "send", re.compile(_PLACE + r"/activities/(?P<activity>[^/]+)")),
    ("PUT", "update", re.compile(_PLACE + r"/activities/(?P<activity>[^/]+)")),
    ("DELETE", "delete", re.compile(_PLACE + r"/activities/(?P<activity>[^/]+)")),
    ("GET", "members", re.compile(_PLACE + r"/members/?")),
    ("GET", "members", re.compile(_PLACE + r"/pagedmembers", re.IGNORECASE)),
    ("GET", "member", re.compile(_PLACE + r"/members/(?P<member>[^/]+)")),
]


def read(method: str, url: str, body: bytes) -> Request:
    """Which route it is. Refused 404 where there is none, 400 where the body is no JSON object."""
    parts = urlsplit(url)
    for wanted, route, pattern in _PATHS:
        if method == wanted and (found := pattern.fullmatch(unquote(parts.path))):
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            targeted = route == "send" and query.get("isTargetedActivity") == "true"
            return Request("targeted" if targeted else route, found.groupdict(), query, _object(body))
    raise Refused(404, "ServiceError")


def _object(body: bytes) -> Json:
    try:
        found = json.loads(body) if body else {}
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Refused(400, "BadSyntax")
    return found


def perform(standin: "StandIn", request: Request) -> Reply:
    """Does what the bot asks for, or raises Refused."""
    doing: dict[str, Callable[[StandIn, Request], Reply]] = {
        "create": _create,
        "send": _send,
        "targeted": _send,
        "update": _update,
        "delete": _delete,
        "members": _members,
        "member": _member,
    }
    with standin.lock:
        return doing[request.route](standin, request)


# Messages


def _create(standin: "StandIn", request: Request) -> Reply:
    asked = request.body
    wanted = asked.get("tenantId") or ((asked.get("channelData") or {}).get("tenant") or {}).get("id")
    tenant = standin.tenants.get(str(wanted))
    members = asked.get("members") or []
    if tenant is None or len(members) != 1 or asked.get("isGroup"):
        raise Refused(400, "BadArgument")
    standin.windows.take("create", tenant.id, tenant.id)
    user = tenant.member(str(members[0].get("id")))
    if user is None:
        raise Refused(400, "BadArgument")
    conversation = tenant.personal(user.aad)
    if not user.installed:
        raise Refused(403, "ForbiddenOperationException")
    tenant.check_app_in(conversation)
    answer = {"id": conversation.id}
    if asked.get("activity"):
        answer["activityId"] = _post(standin, conversation, asked["activity"]).id
    return Reply(201, answer)


def _send(standin: "StandIn", request: Request) -> Reply:
    conversation, thread = _place(standin, request)
    only_for = _addressed(standin, conversation, request) if request.targeted else ""
    return Reply(201, {"id": _post(standin, conversation, request.body, thread, only_for).id})


def _update(standin: "StandIn", request: Request) -> Reply:
    conversation, _thread = _place(standin, request)
    post = _own(standin, conversation, request)
    _check(standin, request.body)
    post.activity = {**request.body, "id": post.id}
    post.edited += 1
    post.shown.clear()
    post.changed_no = standin.count()
    return Reply(200, {"id": post.id})


def _delete(standin: "StandIn", request: Request) -> Reply:
    conversation, _thread = _place(standin, request)
    post = _own(standin, conversation, request)
    post.deleted = True
    post.changed_no = standin.count()
    return Reply(200, {})


def _place(standin: "StandIn", request: Request) -> tuple[Conversation, str]:
    """The conversation, and the thread in it, where the bot may write now."""
    id_, _, thread = str(request.path["conversation"]).partition(";messageid=")
    conversation = standin.conversations.get(id_)
    if conversation is None or conversation.deleted:
        raise Refused(404, "ConversationNotFound")
    if request.route != "delete":
        standin.windows.take("send", id_, conversation.tenant)
    standin.tenants[conversation.tenant].check_app_in(conversation)
    if thread and all(post.id != thread for post in conversation.posts):
        raise Refused(404, "ConversationNotFound")
    return conversation, thread


def _own(standin: "StandIn", conversation: Conversation, request: Request) -> Post:
    """The bot's message that is to be changed. A targeted one is found by its own route only."""
    for post in conversation.posts:
        if post.id == request.path["activity"] and not post.deleted and bool(post.only_for) == request.targeted:
            if post.author:
                raise Refused(403, "NotEnoughPermissions")
            if post.expired(standin.clock()):
                break
            return post
    raise Refused(404, "ActivityNotFoundInConversation")


def _addressed(standin: "StandIn", conversation: Conversation, request: Request) -> str:
    """Who alone is to see it: somebody of that group or channel."""
    wanted = (request.body.get("recipient") or {}).get("id")
    for user in standin.tenants[conversation.tenant].people_of(conversation):
        if wanted == user.member and conversation.kind != PERSONAL:
            return user.aad
    raise Refused(400, "BadArgument")


def _post(standin: "StandIn", conversation: Conversation, activity: Json, thread: str = "", only_for: str = "") -> Post:
    _check(standin, activity)
    id_ = standin.new_id()
    post = Post(id_, moment(standin.clock()), conversation.id, "", {**activity, "id": id_}, only_for=only_for)
    post.thread = thread or (id_ if conversation.kind == CHANNEL else "")
    post.posted_no = post.changed_no = standin.count()
    if activity.get("type") != "typing":
        conversation.posts.append(post)
        standin.posted.append(post)
    return post


def _check(standin: "StandIn", activity: Json) -> None:
    """Refuses what Teams would not take, and says in `problems` what was wrong."""
    if too_big(activity):
        standin.problems.append("a message over 80 KB")
        raise Refused(413, "MessageSizeTooBig")
    wrong = checks.activity_wrong(activity)
    if wrong:
        standin.problems.extend(wrong)
        raise Refused(400, "BadSyntax")


# Rosters


def _roster(standin: "StandIn", request: Request) -> "tuple[Tenant, Conversation]":
    id_ = str(request.path["conversation"]).partition(";messageid=")[0]
    conversation = standin.conversations.get(id_)
    if conversation is None or conversation.deleted:
        raise Refused(404, "ConversationNotFound")
    tenant = standin.tenants[conversation.tenant]
    standin.windows.take("roster", id_, tenant.id)
    tenant.check_app_in(conversation)
    return tenant, conversation


def _member(standin: "StandIn", request: Request) -> Reply:
    tenant, conversation = _roster(standin, request)
    for user in tenant.people_of(conversation):
        if request.path["member"] in (user.aad, user.member):
            return Reply(200, account(user))
    raise Refused(404, "MemberNotFoundInConversation")


def _members(standin: "StandIn", request: Request) -> Any:
    tenant, conversation = _roster(standin, request)
    everybody = [account(user) for user in tenant.people_of(conversation)]
    asked = int(request.query.get("pageSize") or PAGE)
    first = int(request.query.get("continuationToken") or 0)
    end = first + min(max(asked, LEAST_PAGE), MOST_PAGE, standin.most_per_page)
    page: Json = {"members": everybody[first:end]}
    if end < len(everybody):
        page["continuationToken"] = str(end)
    return Reply(200, page)


def account(user: User) -> Json:
    """Somebody, as the roster names them: no mail address where there is none."""
    given, _, surname = user.name.rpartition(" ")
    shape = {
        "id": user.member,
        "name": user.name,
        "objectId": user.aad,
        "aadObjectId": user.aad,
        "givenName": given,
        "surname": surname,
        "userPrincipalName": user.upn,
        "tenantId": user.home,
        "userRole": "guest" if user.guest else "user",
    }
    return shape | ({"email": user.email} if user.email else {})
