"""Every action there is, by name: what the runner can do, and what the permission matrix is made from."""

from . import adopting, delivering, handlers, incidents, meetings, planning, registers, rehearsing
from .action import Action

ACTIONS: dict[str, Action] = {
    action.name: action
    for action in (
        *meetings.ACTIONS,
        planning.PLAN_YEAR,
        *registers.ACTIONS,
        *incidents.ACTIONS,
        *adopting.ACTIONS,
        rehearsing.STAFF,
        *delivering.ACTIONS,
        *handlers.ACTIONS,
    )
}
