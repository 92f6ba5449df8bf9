"""Who raised something, in words, and whether somebody answers for them: a group, an agency or a post."""

from storage.records import raised
from storage.records.raised import Raised

from . import registers, respondents
from .work import Work


def who_words(work: Work, row: Raised) -> str:
    """Who raised it: the name of a group or an agency, or the title of a post."""
    found = respondents.of(work, row.who)
    return found.name if found is not None else row.who.partition(".")[2]


def raised_it(work: Work, person: str, number: int) -> bool:
    """Whether somebody is in the post that answers for whoever raised what has that number."""
    row = raised.find(work.scope, number)
    found = respondents.of(work, row.who) if row is not None else None
    return found is not None and found.post in registers.posts_acted_for(work, person)
