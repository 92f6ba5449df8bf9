"""It is not the way to get help for a child: what everybody is told who types as if it were, and under every help."""

import re
from collections.abc import Sequence

from storage.arrangements.partnership import Arrangements
from storage.records.message import Message

_CHILD = (
    r"child(?:ren)?|kids?|bab(?:y|ies)|toddlers?|infants?|newborns?|teenagers?|boys?|girls?|sons?|daughters?|nieces?|"
    r"nephews?|grandsons?|granddaughters?|grandchild(?:ren)?|pupils?|brothers?|sisters?|stepsons?|stepdaughters?"
)
_DANGER = (
    r"danger|hurt(?:ing)?|abus(?:e|ed|ing)|harm(?:ed|ing)?|hit(?:ting)?|beat(?:en|ing)?|bruis(?:e|es|ed|ing)|"
    r"unsafe|not safe|in trouble|bleeding|unconscious|not breathing|dying|dead|died|suicid(?:e|al)|kill(?:ed|ing)?|"
    r"assault(?:ed|ing)?|rap(?:e|ed)|neglect(?:ed|ing)?|missing|stabbed|starving|emergency|scared|afraid|"
    r"disclos(?:ed|ing)"
)
_CHILD_ANYWHERE = re.compile(rf"\b(?:{_CHILD})\b", re.IGNORECASE)
_DANGER_ANYWHERE = re.compile(rf"\b(?:{_DANGER})\b", re.IGNORECASE)
_SAID_OF_SOMEBODY = re.compile(
    rf"\b(?:{_CHILD})(?:'s)?\b[^.;]{{0,40}}?"
    rf"(?:\b(?:is|was|are|were|been|being|has|have|gets?|keeps?|might|could)\b|'s)[^.;]{{0,40}}?\b(?:{_DANGER})\b"
    rf"|\b(?:i am|i'm|someone is|somebody is|he is|she is|he's|she's|they are|they're)\b[^.;]{{0,40}}?"
    rf"\b(?:in danger|being (?:hurt|abused|hit|beaten)|hurting (?:me|a|the|my|our|his|her)|hitting (?:me|a|the|my))\b"
    rf"|\b(?:hurt(?:s|ing)?|hit(?:s|ting)?|beat(?:s|ing)?|abus(?:es|ed|ing)|rap(?:ed|ing)|kill(?:s|ed|ing)?)\s+"
    rf"(?:me|(?:my|our|his|her|their)\s+(?:[\w-]+\s+)?(?:{_CHILD}))\b"
    r"|\b(?:call|ring|dial|phone)\b[^.;]{0,20}\b(?:999|112|ambulance)\b",
    re.IGNORECASE,
)
_999 = re.compile(r"^\W*(?:999|112)\b|\b(?:999|112)\W*$")
_NO_ONE_CHILD = (
    r"(?:'s?)?\s+(?:services?|protection|safeguarding|death|exploitation|criminal|sexual|practice|looked|social|board|"
    r"partnership|trust|homes?|cent(?:re|er)s?|commissioner|panel|group|and young)\b"
)
_OF_ONE_CHILD = re.compile(
    rf"\b(?:my|our|his|her|their|this)\s+(?:[\w-]+\s+){{0,3}}?(?:{_CHILD})\b(?!{_NO_ONE_CHILD})"
    rf"|\b(?:an?|the|some|another)\s+(?:[\w-]+\s+){{0,2}}?(?:{_CHILD})(?:\s+[\w-]+){{0,2}}?\s+"
    r"(?:is|isn't|was|wasn't|has|hasn't|had|needs?|says|said|told|tells|keeps?|cannot|can't|won't|at risk|in care)\b",
    re.IGNORECASE,
)


def is_about_danger(text: str, *, known_word: bool) -> bool:
    """Whether somebody seems to be telling us of a child in danger.

    With a `known_word` in front it must be said of somebody ("the child is being hurt"), so that an action such as
    "review the child abuse policy" can be entered; the same holds of what is filled into a form. Otherwise the two
    ideas in one line are enough, or a line that speaks of one child ("my baby ...").
    """
    if _SAID_OF_SOMEBODY.search(text):
        return True
    if known_word:
        return False
    if _999.search(text) or _OF_ONE_CHILD.search(text):
        return True
    return bool(_CHILD_ANYWHERE.search(text) and _DANGER_ANYWHERE.search(text))


def speaks_of_a_child(text: str) -> bool:
    """Whether a child is spoken of at all: then where to ring comes before everything else in an answer."""
    return _CHILD_ANYWHERE.search(text) is not None


def front_door_words(served: Sequence[Arrangements]) -> str:
    """Where help for a child is to be had, as one or more sentences: each front door that has a number."""
    doors = [door for door in (arrangements.front_door for arrangements in served) if door.telephone]
    if not doors:
        names = {arrangements.front_door.name for arrangements in served} - {""}
        front = f": the {names.pop()}" if len(names) == 1 else ""
        return f"Otherwise ring your local council's children's services{front}."
    return " ".join(
        f"Otherwise ring {door.name or 'the front door'} on {door.telephone}"
        + (f" (out of hours {door.out_of_hours})." if door.out_of_hours else ".")
        for door in doors
    )


def not_the_way(served: Sequence[Arrangements]) -> str:
    """The sentence under every help and every word that is not known."""
    return (
        "This is not the way to get help for a child. If a child is in danger now, ring 999. "
        f"{front_door_words(served)}"
    )


def ring_999(served: Sequence[Arrangements]) -> Message:
    """The answer to somebody who seems to be telling us of a child in danger."""
    return Message(
        title="If a child is in danger, ring 999 now",
        text=(
            f"{front_door_words(served)}\n\n"
            "Nobody reads what is typed here, and nothing of it has been kept. Please ring."
        ),
        tone="alert",
    )


def above(answer: Message, served: Sequence[Arrangements]) -> Message:
    """An answer with where to ring above it: what was written may tell of a child in danger, and is kept."""
    ring = (
        f"If what you wrote tells of a child who is in danger now, ring 999. {front_door_words(served)} "
        "Nobody is told by this form at once."
    )
    return answer.model_copy(update={"text": f"{ring}\n\n{answer.text}".strip()})
