"""Rounds of returns: opened by rule or by hand, moved with the meeting they are for, closed."""

from datetime import date

from storage.arrangements.returns import Return
from storage.records import returns
from storage.records.returns import Owed, Round

from .respondents import Respondent, who_owes
from .return_forms import form_of
from .work import Work


def open_round(
    work: Work,
    report: Return,
    *,
    place: str,
    name: str,
    due: date,
    group: str = "",
    meeting: str = "",
    joint: bool = False,
    only: list[Respondent] | None = None,
) -> Round:
    """Opens a round and enters everybody who owes it (or `only` those); one that is there already stays as it is.

    `place` is unique among the rounds of the return and holds no colon.
    """
    found = returns.find(work.scope, report.id, place)
    if found is not None:
        return found
    new = Round(
        partnership=work.scope.partnership,
        report=report.id,
        place=place,
        name=name,
        due=due,
        group=group,
        meeting=meeting,
        form=form_of(work.arrangements, report).model_dump(mode="json"),
        version=work.terms.version,
        joint=joint,
        opened_by=work.actor.id,
        opened_at=work.now,
    )
    work.scope.session.add(new)
    for each in who_owes(work, report) if only is None else only:
        work.scope.session.add(
            Owed(
                partnership=new.partnership,
                report=new.report,
                place=new.place,
                who=each.who,
                name=each.name,
                post=each.post,
            )
        )
    work.scope.session.flush()
    return new
