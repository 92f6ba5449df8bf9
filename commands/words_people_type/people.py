"""`people …`: who is in which post, terms, and handing over."""

from commands import chairing, handover, handover_sending, identities, naming, own, people, people_import
from commands.dates import parse_day
from commands.reading import may
from commands.refusals import Refused
from commands.runner import sentence_of_who_may
from commands.saying import Do, Meaning, Typed, Word, keyed
from commands.work import Work
from storage.records.message import Button, Message

_ENTER = {"as": "post", "from": "since", "until": "until", "to": "until"}
_LEAVE = {"on": "until", "until": "until"}


def _list(work: Work, typed: Typed) -> Meaning:
    if typed.words:
        return _of_group(work, typed.rest)
    return people.listed(work)


def _of_group(work: Work, word: str) -> Message:
    """Who sits in a group, chair first."""
    entry = naming.group(work.arrangements, word)
    posts = dict.fromkeys(post for post in (entry.chair, entry.vice_chair, *(s.post for s in entry.seats)) if post)
    lines = [f"{work.arrangements.title(post)}: {people.whois(work, post).text}" for post in posts]
    return Message(title=entry.name, text="\n".join(lines) or "Our arrangements name no seats of this group.")


def _whois(work: Work, typed: Typed) -> Meaning:
    if not typed.words:
        raise Refused("Say whom: people whois Designated Nurse, or an e-mail address.")
    found = people.whois(work, typed.rest)
    doors = identities.where_known(work, typed.rest) if may(work, identities.END, None) else []
    return found.model_copy(update={"text": "\n".join([found.text, *doors])})


def _terms(work: Work, typed: Typed) -> Meaning:
    """[GROUP]"""
    return chairing.listed(work, typed.rest)


def _handover(work: Work, typed: Typed) -> Meaning:
    """POST"""
    if not typed.words:
        raise Refused("Say of which post: people handover Designated Nurse.")
    post = naming.post(work.arrangements, typed.rest)
    form = handover_sending.Handover(post=post.id)
    if not may(work, handover_sending.HANDOVER, None) and not own.is_own(work, handover_sending.HANDOVER, form):
        raise Refused(sentence_of_who_may(handover_sending.HANDOVER.allowed, "post"))
    send = Button(
        label="Send it to who leaves and who follows", does=handover_sending.HANDOVER.name, form={"post": post.id}
    )
    return handover.shown(work, post).model_copy(update={"buttons": (send,)})


def _enter(work: Work, typed: Typed) -> Meaning:
    """EMAIL NAME as [acting] POST [from DAY] [until DAY]"""
    words, raw = keyed(typed, _ENTER)
    address = next((word for word in words if "@" in word), "")
    name = " ".join(word for word in words if word != address)
    if raw.get("post", "").casefold().startswith("acting "):
        raw |= {"post": raw["post"][len("acting ") :], "acting": "yes"}
    return Do(typed.word.action, raw | _filled("email", address.strip("<>()")) | _filled("name", name))


def _leave(work: Work, typed: Typed) -> Meaning:
    """POST [on DAY]"""
    post, raw = keyed(typed, _LEAVE)
    if "until" not in raw and len(post) > 1 and _is_day(work, post[-1]):
        post, raw = post[:-1], {"until": post[-1]}
    return Do(typed.word.action, raw | _filled("post", " ".join(post)))


def _is_day(work: Work, word: str) -> bool:
    try:
        parse_day(word, work.today)
    except Refused:
        return False
    return True


def _filled(name: str, text: str) -> dict[str, str]:
    return {name: text} if text else {}


def _import(_work: Work, _typed: Typed) -> Meaning:
    return Message(
        title="Enter several people",
        text=(
            "Paste rows from Excel or from the people file into a form: one for each person and post. It shows every "
            "mistake, then what would change, before anything does. Do it as often as you like: only what is new is "
            "changed, and people who are not in it are left alone.\n"
            "The columns are: name, email, agency, post, from, until, covers, telephone. Without a heading they are: "
            "name, email, post, from, until. Days have their year, like 2027-01-14 or 14/01/2027; the day in until is "
            "the last one.\n"
            "Up to 3,000 characters fit into the form, some 40 people: give more in several goes. A whole file is read "
            "in by the administrator, at the machine: convenor people import FILE.csv\n"
            "One person is entered with: people enter EMAIL NAME as POST"
        ),
        buttons=(people_import.to_paste(),),
    )


WORDS = (
    Word(("people", "list"), "who is in which post; with a group, who sits there", _list, "[GROUP]"),
    Word(("people", "whois"), "who is in a post, or which posts somebody has", _whois, "POST or PERSON"),
    Word(
        ("people", "terms"),
        "who holds a chair or another office that changes, from when to when, and who follows",
        _terms,
        "[GROUP]",
    ),
    Word(
        ("people", "handover"),
        "all that is owed, open, promised and covered in a post, to hand over",
        _handover,
        "POST",
        handover_sending.HANDOVER.name,
    ),
    Word(
        ("people", "enter"),
        "enters somebody in a post",
        _enter,
        "EMAIL NAME as [acting] POST [from DAY] [until DAY]",
        people.ENTER.name,
        options=tuple(_ENTER),
    ),
    Word(("people", "leave"), "records the last day of somebody in a post", _leave, "POST [on DAY]", people.LEAVE.name),
    Word(
        ("people", "import"),
        "enters several people from rows that are pasted into a form",
        _import,
        action=people_import.IMPORT.name,
        allowed=people.KEEPS,
    ),
)
