"""Registers and milestones, in the small form that runs today: a reminder each, with its source."""

from datetime import date
from typing import Literal

from .entries import Entry


class Register(Entry):
    """Things kept under review, each with a next date; looked at before each meeting of `reviewed_at`.

    `note` says so where no paragraph names the register and somebody chose to keep it.
    """

    id: str
    name: str
    kind: Literal["actions", "documents", "priorities", "programme", "agreements", "funding"]
    kept_by: str
    reviewed_at: str
    note: str = ""


class Milestone(Entry):
    """A one-off date of the arrangements. `printed` is what the document prints ("summer 2020")."""

    id: str
    title: str
    date: date
    owner: str | None = None
    printed: str = ""
