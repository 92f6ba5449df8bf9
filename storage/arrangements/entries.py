"""What every entry of a definition file has in common: it is frozen, knows no stray key and names its source."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen value read from a definition; an unknown key is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, str_strip_whitespace=True)


class Entry(Value):
    """Something that was agreed, with the place where it stands.

    `source` is document and paragraph ("004 App 4 §6"); `ids` are the facts of the catalogue that it carries.
    """

    source: str = ""
    ids: tuple[str, ...] = ()
