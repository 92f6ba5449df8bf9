"""A whole definition: everything that one partnership has agreed, and what was chosen to run it."""

from datetime import date
from functools import cached_property
from typing import Literal

from pydantic import Field

from .agencies import Agency, Body, Partner, Post
from .entries import Entry, Value
from .forms import Form
from .groups import Group
from .pathways import Pathway
from .plannings import Planning
from .registers import Milestone, Register
from .returns import Return


class Document(Value):
    """A published document behind the definition."""

    code: str
    title: str
    published: str = ""


class Secretariat(Entry):
    """Who runs it: the business manager's post and what the office is called."""

    name: str
    business_manager: str
    aliases: tuple[str, ...] = ()


class FrontDoor(Entry):
    """Where a worried person must go instead: the local front door. Unset numbers keep incident pathways off."""

    name: str = ""
    telephone: str = ""
    out_of_hours: str = ""


class Open(Value):
    """Something that the arrangements leave open and that somebody must decide.

    `answered` says who settled it and when; then it is open no more, and stands here as a record. `stays` says why
    it stays open for now; then nobody is asked about it again.
    """

    place: str
    sentence: str
    want: str
    answered: str = ""
    stays: str = ""
    ids: tuple[str, ...] = ()


class Arrangements(Entry):
    """One partnership's definition, format 1, read for ever."""

    format: Literal[1]
    id: str = Field(pattern=r"^[a-z][a-z0-9-]{1,60}$")
    name: str
    short: str
    nation: Literal["england"] = "england"
    zone: str = "Europe/London"
    from_: date = Field(alias="from")
    documents: tuple[Document, ...] = ()
    secretariat: Secretariat
    front_door: FrontDoor = FrontDoor()
    partners: tuple[Partner, ...] = ()
    agencies: tuple[Agency, ...] = ()
    posts: tuple[Post, ...] = ()
    bodies: tuple[Body, ...] = ()
    groups: tuple[Group, ...] = ()
    pathways: tuple[Pathway, ...] = ()
    returns: tuple[Return, ...] = ()
    forms: tuple[Form, ...] = ()
    registers: tuple[Register, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    open: tuple[Open, ...] = ()
    planning: Planning = Planning()

    @cached_property
    def groups_by_id(self) -> dict[str, Group]:
        """Groups by their id."""
        return {group.id: group for group in self.groups}

    @cached_property
    def posts_by_id(self) -> dict[str, Post]:
        """Posts by their id."""
        return {post.id: post for post in self.posts}

    def group(self, word: str) -> Group:
        """The group that somebody calls by that word: id, name or alias, in any case. KeyError if none."""
        wanted = word.strip().casefold()
        for group in self.groups:
            if wanted in {name.casefold() for name in group.names()}:
                return group
        raise KeyError(word)

    def pathway(self, id_: str) -> Pathway:
        """The pathway with that id; KeyError if there is none."""
        for pathway in self.pathways:
            if pathway.id == id_:
                return pathway
        raise KeyError(id_)

    def title(self, post: str) -> str:
        """The words for a post, an agency's lead or senior, a body outside, or the referrer."""
        if post in self.posts_by_id:
            return self.posts_by_id[post].title
        for body in self.bodies:
            if body.id == post:
                return body.name
        if post.startswith(("lead:", "senior:")):
            role, _, agency = post.partition(":")
            name = next((each.name for each in self.agencies if each.id == agency), agency)
            return f"{name}, {'lead for its reports' if role == 'lead' else 'senior lead'}"
        return {"referrer": "the person who referred"}.get(post, post)
