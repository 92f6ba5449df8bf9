"""Who takes part: safeguarding partners, agencies with their dated succession, and posts."""

from datetime import date

from pydantic import Field

from .entries import Entry


class Agency(Entry):
    """An organisation on the partnership's list.

    `section_11` and `section_175` say whether the document gives it the duty to answer that audit;
    None means that the document does not say. `partner` is the safeguarding partner whose lead hears when its returns
    stay out, where somebody has said which.
    """

    id: str
    name: str
    sector: str = ""
    partner: str | None = None
    section_11: bool | None = None
    section_175: bool | None = None
    from_: date | None = Field(default=None, alias="from")
    until: date | None = None
    succeeds: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    note: str = ""

    def exists_on(self, day: date) -> bool:
        """Whether the agency exists on that day; `until` is its last day."""
        return (self.from_ is None or self.from_ <= day) and (self.until is None or day <= self.until)


class Partner(Entry):
    """A safeguarding partner: an agency that shares the duty equally, with the post that leads for it.

    `child_death` says whether it is a child death review partner too (police are not, 004 §3.4). `senior` is the post
    that hears when the agency has not answered an alert.
    """

    id: str
    agency: str
    lead: str
    deputy: str | None = None
    senior: str | None = None
    child_death: bool | None = None


class Post(Entry):
    """A post: what the definition knows instead of a person. Who holds it, and when, is in the database.

    `vacant` says that the document itself calls the post unfilled; `stand_in` is the post that acts meanwhile.
    `desk` marks a duty desk: a post staffed round the clock instead of one officer. `telephone` is the post's own
    number, such as a switchboard; persons' numbers are in the database.
    """

    id: str
    title: str
    agency: str | None = None
    aliases: tuple[str, ...] = ()
    desk: bool = False
    telephone: str = ""
    vacant: bool = False
    stand_in: str | None = None


class Body(Entry):
    """Somebody outside who is reported to or told: a board, the national Panel, a department."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
