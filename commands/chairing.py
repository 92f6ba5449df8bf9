"""The terms of chairs: a reminder one cycle of the group before each ends."""

from datetime import date

from dateutil.relativedelta import relativedelta

from storage.arrangements import reminders
from storage.arrangements.groups import Group
from storage.arrangements.reminders import Ask
from storage.records import duties, people
from storage.records.duties import Duty

from .work import Work


def owe_terms(work: Work) -> None:
    """A reminder one cycle before each chair's term ends, from the dated holders of the chairs' posts.

    Called again whenever who is in a post changes: what was owed for a term that has changed is superseded.
    """
    chaired = [group for group in work.arrangements.groups if group.chair is not None]
    held = people.holdings(work.scope, work.today, posts={group.chair or "" for group in chaired})
    asks: dict[str, list[Ask]] = {group.chair or "": [] for group in chaired}
    for group in chaired:
        for holding in held:
            if holding.post == group.chair and holding.capacity == "holder" and holding.until is not None:
                asks[holding.post] += _term_ask(work, group, holding.until)
    known = duties.of_kind(work.scope, "chair-term")
    for post, wanted in asks.items():
        record = f"post:{post}"
        _owe_term(work, record, [duty for duty in known if duty.record == record], wanted)


def _term_ask(work: Work, group: Group, until: date) -> list[Ask]:
    months = reminders.cycle_months(group, work.today)
    if months is None:
        return []
    setting = work.terms.setting
    return [
        Ask(
            "chair-term",
            f"{group.id}:{until.isoformat()}",
            setting.morning(setting.open_days.on_or_before(until - relativedelta(months=months))),
            setting.business_manager,
            "chosen: one cycle of the group before the term ends",
            group.chairing.source if group.chairing else group.source,
        )
    ]


def _owe_term(work: Work, record: str, known: list[Duty], asks: list[Ask]) -> None:
    """Owes this of a chair's post; what people were told has a new generation only when it is something else."""
    generation = max((duty.generation for duty in known), default=0)
    stands = {d.part for d in known if d.generation == generation and not d.reason.startswith("superseded")}
    if stands != {ask.part for ask in asks}:
        work.owe(record, generation + 1, asks)
    elif asks:
        work.owe(record, generation, asks)
