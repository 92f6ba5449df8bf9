"""The workspaces of a chat platform that serve a partnership: put there by the administrator, ended by the platform."""

from pydantic import Field

from storage.records import installations, partnerships
from storage.records.installations import Installed
from storage.records.message import Message
from storage.records.partnerships import Workspace

from .action import Action, Form
from .permissions import Allowed, Role, Where
from .refusals import Refused
from .work import Work

ADMINISTERS: Allowed = {Role.ADMINISTRATOR: Where.EVERYWHERE}
ENDS: Allowed = ADMINISTERS | {Role.TIME: Where.EVERYWHERE}


class Which(Form):
    """A workspace or tenant at a door."""

    door: str = Field(min_length=1)
    tenant: str = Field(min_length=1)


class Serve(Which):
    """A workspace with who the bot is there; `sealed` holds its token, encrypted, and never goes into the ledger.

    Without `sealed` a workspace is meant in which the bot is already: it keeps its token.
    """

    name: str = ""
    app: str = ""
    bot_user: str = ""
    scopes: str = ""
    sealed: str = ""


def _serve(work: Work, form: Serve) -> Message:
    session = work.scope.session
    gone = "" if form.sealed else partnerships.why_gone(session, form.door, form.tenant)
    stored = _install(work, form) if form.sealed else installations.find(session, form.door, form.tenant)
    if stored is None:
        raise Refused("The bot is not in that workspace. It has to be installed there first.")
    session.merge(Workspace(door=form.door, tenant=form.tenant, partnership=work.scope.partnership, gone=gone))
    work.note("partnership", door=form.door, tenant=form.tenant)
    return Message(title="It serves this partnership", text=stored.name)


def _install(work: Work, form: Serve) -> Installed:
    new = Installed(
        door=form.door,
        tenant=form.tenant,
        name=form.name,
        app=form.app,
        bot_user=form.bot_user,
        scopes=form.scopes,
        sealed=form.sealed,
        since=work.now,
    )
    installations.put(work.scope.session, new)
    return new


def _end(work: Work, form: Which) -> Message:
    session = work.scope.session
    found = session.get(Workspace, (form.door, form.tenant, work.scope.partnership))
    if found is not None:
        session.delete(found)
        session.flush()
    if not installations.is_used(session, form.door, form.tenant):
        installations.remove(session, form.door, form.tenant)
    work.note("partnership", door=form.door, tenant=form.tenant)
    return Message(title="It no longer serves this partnership", text="Nothing is sent there any more.")


SERVE = Action("workspace.serve", Serve, _serve, ADMINISTERS, "have a workspace serve the partnership")
END = Action("workspace.end", Which, _end, ENDS, "end that a workspace serves the partnership")

ACTIONS = (SERVE, END)
