"""Who is told of a round: those who owe it when it is opened, moved or ended; the business manager of whom nobody asks.

One message goes to one person, whoever they answer for: in chat with buttons, by mail with a personal link.
"""

from collections.abc import Callable, Iterable, Sequence

from storage.arrangements.returns import Return
from storage.records import outbox, returns
from storage.records.message import Message
from storage.records.returns import Owed, Round

from . import respondents, return_forms, return_links
from .chasing_letters import ASKED, buttons_for, goes_at, in_turn, lane, with_chat
from .return_words import some
from .words import rendered
from .work import Work

MOVED, OPENS = "report-moved", "round-opens"
"""The messages: it is due on another day, or no longer; what the business manager has to see to in a round."""

MOST_NAMED = 40
"""So many names stand in the business manager's message; of the rest the number."""


def tell_all(work: Work, round_: Round, owing: Sequence[Owed], report: Return) -> set[str]:
    """Asks everybody who owes in a round that has just been opened; gives the keys of those whom nobody answers for."""
    theirs, nobody = _by_person(work, owing)
    chat = with_chat(work, theirs)
    pairs = [(owed, person) for person, found in theirs.items() if person not in chat for owed in found]
    links = return_links.links_for(work, round_, pairs) if "pages" in work.ways else {}
    for person, found in theirs.items():
        link = links.get((found[0].record, person), "")
        _ask(work, round_, person, found, report, chat=person in chat, link=link, many=len(theirs))
    return nobody


def _by_person(work: Work, owing: Iterable[Owed]) -> tuple[dict[str, list[Owed]], set[str]]:
    """Those who owe by the person whom their post reaches today; and those with nobody in it."""
    every = list(owing)
    reached = respondents.reached_by(work, every)
    theirs: dict[str, list[Owed]] = {}
    for each in every:
        if each.who in reached:
            theirs.setdefault(reached[each.who], []).append(each)
    return theirs, {each.who for each in every if each.who not in reached}


def _ask(
    work: Work,
    round_: Round,
    person: str,
    owing: Sequence[Owed],
    report: Return | None,
    *,
    chat: bool,
    link: str,
    many: int,
) -> None:
    message = _asking(work, round_, owing, report, chat=chat, link=link)
    work.send(
        person,
        ASKED,
        message,
        post=owing[0].post,
        key=f"{ASKED}:{round_.record}:{round_.generation}:{owing[0].who}:{person}",
        record=owing[0].record if len(owing) == 1 else round_.record,
        why="it has been opened, and this person answers for it",
        source=report.source if report is not None else "",
        lane=lane(many),
        not_before=in_turn(goes_at(work), person, many),
    )


def _asking(
    work: Work, round_: Round, owing: Sequence[Owed], report: Return | None, *, chat: bool, link: str
) -> Message:
    """The words that ask one person for all that they owe in a round."""
    data: dict[str, object] = {
        "partnership": work.arrangements.short,
        "name": round_.name,
        "due": returns.due_day(round_, owing[0]),
        "names": [each.name for each in owing],
        "joint": report.joint_with if report is not None and round_.joint else "",
        "about": round_.form.get("about", ""),
        "link": bool(link),
        "chat": chat,
        "manager": work.arrangements.title(work.arrangements.secretariat.business_manager),
    }
    return Message(
        title=rendered(ASKED, "title", data),
        text=rendered(ASKED, "text", data),
        buttons=buttons_for(round_, owing) if chat else (),
        link=link,
    )


def again(work: Work, record: str, post: str, person: str, *, nobody: bool) -> Message | None:
    """What asks for a round (or for what one owes in it), worded for somebody who is in a post only now.

    It names all that reaches them and is out; None where nothing is. With `nobody` in the post it is for the business
    manager: it names what the post owes, and has neither a link nor a form.
    """
    found = _still_out(work, record, person, post if nobody else "")
    if found is None:
        return None
    round_, owing = found
    report = return_forms.find(work.arrangements, round_.report)
    if nobody:
        asked = _asking(work, round_, owing, report, chat=True, link="")
        return asked.model_copy(update={"buttons": ()})
    chat, link = _way(work, round_, owing, person)
    return _asking(work, round_, owing, report, chat=chat, link=link)


def ask_for_the_rest(work: Work, record: str, person: str) -> None:
    """Asks somebody for what still reaches them in a round, where what had asked them for all of it was sent on."""
    found = _still_out(work, record, person)
    if found is None:
        return
    round_, owing = found
    chat, link = _way(work, round_, owing, person)
    report = return_forms.find(work.arrangements, round_.report)
    _ask(work, round_, person, owing, report, chat=chat, link=link, many=1)


def _still_out(work: Work, record: str, person: str, post: str = "") -> tuple[Round, list[Owed]] | None:
    """The round of a record with what is out in it and reaches somebody, or is asked of a post; None for nothing."""
    round_ = returns.of_record(work.scope, record)
    every = respondents.outstanding_of(work, [post]) if post else respondents.outstanding_for(work, person)
    owing = [owed for found, owed in every if round_ is not None and found.record == round_.record]
    return (round_, owing) if round_ is not None and owing else None


def _way(work: Work, round_: Round, owing: Sequence[Owed], person: str) -> tuple[bool, str]:
    """Whether somebody is reached in chat; and where not, their link to the first of what they owe, if there are pages.

    All that they owe has a link of theirs then, since the page of the first leads to the others.
    """
    chat = bool(with_chat(work, [person]))
    if chat or "pages" not in work.ways:
        return chat, ""
    links = return_links.links_for(work, round_, [(each, person) for each in owing])
    return chat, links[owing[0].record, person]


def tell_newcomer(work: Work, round_: Round, owed: Owed, person: str, report: Return | None) -> None:
    """Asks somebody who answers from now on for what is open and was asked of nobody, or of somebody before them."""
    chat, link = _way(work, round_, [owed], person)
    _ask(work, round_, person, [owed], report, chat=chat, link=link, many=1)


def tell_manager(work: Work, round_: Round, owing: Sequence[Owed], nobody: set[str], unsure: Sequence[str]) -> None:
    """Tells the business manager whom nobody answers for and of whom it is not sure that they owe it; else nothing."""
    names = [each.name for each in owing if each.who in nobody]
    if not (names or unsure):
        return
    _say_to_manager(
        work,
        round_.record,
        {
            "name": round_.name,
            "due": round_.due,
            "owing": len(owing),
            "asked": len(owing) - len(names),
            "nobody": names,
            "nobody_words": some(names, MOST_NAMED),
            "unsure": len(unsure),
            "unsure_words": some(unsure, MOST_NAMED),
        },
        key=f"{OPENS}:{round_.record}:{round_.generation}",
    )


def tell_nobody_owes(work: Work, record: str, name: str, data: dict[str, object]) -> None:
    """Tells the business manager that a round was not opened, since nobody owes it."""
    empty = {"owing": 0, "asked": 0, "nobody": [], "nobody_words": "", "unsure": 0, "unsure_words": ""}
    _say_to_manager(work, record, {"name": name} | empty | data, key=f"{OPENS}:{record}:nobody")


def _say_to_manager(work: Work, record: str, data: dict[str, object], *, key: str) -> None:
    work.say(
        OPENS,
        post=work.arrangements.secretariat.business_manager,
        key=key,
        record=record,
        data=data,
        why="a round is opened, and something in it has to be looked at",
        source="",
    )


def tell_moved(
    work: Work, round_: Round, owing: Sequence[Owed], because: str, *, still: Callable[[Owed], bool] = lambda _: True
) -> int:
    """Tells whoever had been asked that it is due on another day, or no longer asked for; gives how many people."""
    theirs, _ = _by_person(work, [each for each in owing if still(each)])
    gone = round_.state != "open"
    asked = outbox.keys_of(work.scope, f"{ASKED}:{round_.record}:") if gone else {}
    told = 0
    for person, found in theirs.items():
        if gone and outbox.take_back(work.scope, asked.get(person, []), because, work.now):
            continue  # what would have asked them has not gone out, so there is nothing to say
        told += 1
        data: dict[str, object] = {
            "gone": gone,
            "name": round_.name,
            "names": some([each.name for each in found]),
            "due": returns.due_day(round_, found[0]),
            "because": because,
        }
        message = Message(title=rendered(MOVED, "title", data), text=rendered(MOVED, "text", data))
        work.send(
            person,
            MOVED,
            message,
            post=found[0].post,
            key=f"{MOVED}:{round_.record}:{round_.generation}:{person}",
            record=round_.record,
            why=because,
            source="",
            lane=lane(len(theirs)),
            not_before=in_turn(goes_at(work), person, len(theirs)),
        )
    return told
