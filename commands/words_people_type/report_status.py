"""`report …`, `audit …` and `return …`: what has come in."""

from collections.abc import Sequence

from commands import return_forms, round_analysis, round_looking, round_status
from commands.naming import plain
from commands.refusals import Refused
from commands.round_looking import Look
from commands.saying import Meaning, Typed, Word
from commands.work import Work
from storage.records.returns import Round

from .report_heads import of_head, under_each

NOT_SEEN = "There is no round open to you of which you may see how it stands. The business manager sees all of them."


def _status(work: Work, typed: Typed) -> Meaning:
    words, _ = _paged(typed)
    found = _meant(work, typed, words)
    return round_status.status(found[0]) if len(found) == 1 else round_status.listed(found)


def _analyse(work: Work, typed: Typed) -> Meaning:
    words, page = _paged(typed)
    found = _meant(work, typed, words)
    if len(found) > 1:
        return round_status.listed(found)
    round_ = found[0].round
    return round_analysis.analysed(found[0], page, f"{typed.word.name} {round_.report} {round_.place}")


def _list(work: Work, typed: Typed) -> Meaning:
    """The rounds that are open, and of those that are closed the last of each return."""
    mine = _of_head(work, typed)
    closed = {each.report: each for each in mine if each.state == "closed"}
    chosen = [each for each in mine if each.state == "open"] + list(closed.values())
    return round_status.listed([Look(work, each) for each in chosen])


def _paged(typed: Typed) -> tuple[Sequence[str], int]:
    """The words without "page 2" at their end, and the page."""
    words = typed.words
    if len(words) > 1 and words[-2].casefold() == "page" and words[-1].isdigit():
        return words[:-2], int(words[-1])
    return words, 1


def _of_head(work: Work, typed: Typed) -> list[Round]:
    """The rounds that the first word may mean and the actor may see; of returns that are no more, under any."""
    known = {each.id for each in work.arrangements.returns}
    meant = {each.id for each in of_head(work, typed)}
    found = [each for each in round_looking.seen(work) if each.report in meant or each.report not in known]
    if not found:
        raise Refused(NOT_SEEN)
    return found


def _meant(work: Work, typed: Typed, words: Sequence[str]) -> list[Look]:
    """The rounds that somebody means: by return, by return and place, or by name; without a word all that are open.

    Of a return with several rounds the one that is open is meant, else the latest. Raises Refused with what there is.
    """
    mine = _of_head(work, typed)
    said = plain(" ".join(words))
    if not said:
        found = [each for each in mine if each.state == "open"] or mine[-1:]
        return [Look(work, each) for each in found]
    exact = [each for each in mine if said in _names(each)]
    of_return = [each for each in mine if said in _names_of_return(work, each)]
    running = [each for each in of_return if each.state == "open"]
    found = exact[-1:] or running or of_return[-1:]
    if not found:
        offered = "; ".join(f"{each.report} {each.place}" for each in mine[-6:])
        raise Refused(f'There is no round called "{" ".join(words)}" that you may see. There are: {offered}.')
    return [Look(work, each) for each in found]


def _names(each: Round) -> set[str]:
    return {plain(name) for name in (each.name, each.place, f"{each.report} {each.place}", each.record)}


def _names_of_return(work: Work, each: Round) -> set[str]:
    report = return_forms.find(work.arrangements, each.report)
    return {plain(name) for name in (each.report, report.name if report else "", each.group) if name}


WORDS: tuple[Word, ...] = (
    *under_each(
        "status",
        "how a round of the {what} stands: who has answered, who has not, and since when",
        _status,
        "[WHICH]",
    ),
    *under_each(
        "analyse",
        "what came in of the {what}: how many and in time, ratings by standard, change since the last round",
        _analyse,
        "[WHICH]",
    ),
    *under_each("list", "the rounds of the {what} that are open, and the last one of each", _list),
)
