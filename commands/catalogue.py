"""Every action there is, by name: what the runner can do, and what the permission matrix is made from."""

from . import (
    adopting,
    answering,
    auditing,
    covering,
    delivering,
    handlers,
    homes,
    identities,
    incidents,
    links,
    meetings,
    pausing,
    people,
    people_import,
    planning,
    registers,
    rehearsing,
    setting_up,
    stages,
    undelivered,
    undoing,
    weeks_ahead,
    workspaces,
)
from .action import Action

ACTIONS: dict[str, Action] = {
    action.name: action
    for action in (
        *meetings.ACTIONS,
        planning.PLAN_YEAR,
        *registers.ACTIONS,
        *incidents.ACTIONS,
        *answering.ACTIONS,
        *stages.ACTIONS,
        *adopting.ACTIONS,
        *setting_up.ACTIONS,
        rehearsing.STAFF,
        weeks_ahead.ASK,
        *delivering.ACTIONS,
        *handlers.ACTIONS,
        *people.ACTIONS,
        *covering.ACTIONS,
        people_import.IMPORT,
        *identities.ACTIONS,
        *links.ACTIONS,
        *homes.ACTIONS,
        *undelivered.ACTIONS,
        *pausing.ACTIONS,
        auditing.REPORT,
        *workspaces.ACTIONS,
    )
}
ACTIONS["undo"] = undoing.undo_with(ACTIONS)
