"""One-off dates of the arrangements: their reminders."""

from storage.arrangements import reminders
from storage.records import duties

from .work import Work


def owe_milestones(work: Work) -> None:
    """Reminders of the milestones that lie ahead and are not done; one that was said is said again for a later day."""
    for milestone in work.arrangements.milestones:
        if milestone.id in work.milestones_done:
            continue
        record, ask = f"milestone:{milestone.id}", reminders.for_milestone(work.terms.setting, milestone)
        latest = duties.latest(work.scope, record, ask.kind)
        is_open = latest is not None and latest.state == "open"
        if milestone.date < work.today and not is_open:
            continue
        generation = latest.generation if latest else 1
        if latest is not None and not is_open and latest.due_at < ask.due and ask.due > work.now:
            generation += 1
        work.owe_also(record, generation, [ask])
