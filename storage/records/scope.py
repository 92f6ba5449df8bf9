"""A session held to one partnership: what all queries of records go through."""

from dataclasses import dataclass

from sqlmodel import Session


@dataclass(frozen=True)
class Scope:
    """One partnership's records in one transaction."""

    session: Session
    partnership: str
