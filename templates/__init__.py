"""The words, as data: messages, forms, documents, partnership definitions, statutory rule packs."""

from importlib.resources import files

__all__ = ["document_bytes", "form_ids", "form_text", "pack_text", "page_text", "partnership_ids", "partnership_text"]


def partnership_ids() -> tuple[str, ...]:
    """The ids of the partnership definitions that come with the package, in order."""
    folder = files(__name__) / "partnerships"
    if not folder.is_dir():
        return ()
    return tuple(sorted(each.name[:-5] for each in folder.iterdir() if each.name.endswith(".toml")))


def partnership_text(id_: str) -> str:
    """The text of the definition with that id. Raises KeyError where none of that id comes with the package."""
    if id_ not in partnership_ids():
        raise KeyError(id_)
    return (files(__name__) / "partnerships" / f"{id_}.toml").read_text(encoding="utf-8")


def form_ids() -> tuple[str, ...]:
    """The ids of the forms that come with the package, in order."""
    folder = files(__name__) / "forms"
    return tuple(sorted(each.name[:-5] for each in folder.iterdir() if each.name.endswith(".toml")))


def form_text(id_: str) -> str:
    """The text of the form with that id ("section-11"). Raises KeyError where none of that id ships."""
    if id_ not in form_ids():
        raise KeyError(id_)
    return (files(__name__) / "forms" / f"{id_}.toml").read_text(encoding="utf-8")


def pack_text(id_: str) -> str:
    """The text of the statutory rule pack with that id ("working-together"). Raises KeyError where there is none."""
    file = files(__name__) / "packs" / f"{id_}.toml"
    if not file.is_file():
        raise KeyError(id_)
    return file.read_text(encoding="utf-8")


def page_text(name: str) -> str:
    """The text of a page, or of what belongs to one ("rehearsal.html.j2"). Raises KeyError where there is none."""
    file = files(__name__) / "pages" / name
    if not file.is_file():
        raise KeyError(name)
    return file.read_text(encoding="utf-8")


def document_bytes(name: str) -> bytes:
    """A document's template ("process-record.docx"). Raises KeyError where there is none."""
    file = files(__name__) / "documents" / name
    if not file.is_file():
        raise KeyError(name)
    return file.read_bytes()
