"""The app package: manifest and icons as the zip that an administrator uploads, checked before it leaves the house."""

import io
import json
import struct
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from jsonschema import Draft7Validator

FOLDER = Path(__file__).parent
SCHEMA = FOLDER / "schema" / "MicrosoftTeams.schema.json"

ICONS = {"color.png": (192, 192), "outline.png": (32, 32)}
"""The icons with the size in pixels that Microsoft wants of each: in colours, and white on nothing."""

_PNG = b"\x89PNG\r\n\x1a\n"
_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The date in the zip, so that the same manifest always makes the same file."""


class NotPackaged(Exception):
    """The package would be refused; `sentences` has every reason."""

    def __init__(self, sentences: list[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__("\n".join(sentences))


def package(made: dict[str, Any], icons: dict[str, bytes] | None = None) -> bytes:
    """The zip with this manifest and these icons, or our own. Raises NotPackaged."""
    pictures = icons if icons is not None else {name: (FOLDER / name).read_bytes() for name in ICONS}
    wrong = [*_of_the_manifest(made), *_of_the_icons(pictures)]
    if wrong:
        raise NotPackaged(wrong)
    files = {"manifest.json": json.dumps(made, indent=2, ensure_ascii=False).encode() + b"\n", **pictures}
    found = io.BytesIO()
    with ZipFile(found, "w", ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            about = ZipInfo(name, _EARLIEST)
            about.compress_type = ZIP_DEFLATED
            zipped.writestr(about, content)
    return found.getvalue()


def _of_the_manifest(made: dict[str, Any]) -> list[str]:
    """What does not fit the schema. It says that it is of draft 4, and has `const`, which came later (draft 6)."""
    validator = Draft7Validator(json.loads(SCHEMA.read_text("utf-8-sig")))
    errors = sorted(validator.iter_errors(made), key=lambda error: [str(part) for part in error.absolute_path])
    return [f"{'.'.join(str(part) for part in error.absolute_path) or 'manifest'}: {error.message}" for error in errors]


def _of_the_icons(pictures: dict[str, bytes]) -> list[str]:
    wrong = []
    for name, wanted in ICONS.items():
        found = size_of(pictures.get(name, b""))
        if found is None:
            wrong.append(f"{name}: it is not there, or no PNG picture")
        elif found != wanted:
            wrong.append(f"{name}: it is {found[0]} by {found[1]} pixels, and has to be {wanted[0]} by {wanted[1]}")
    return wrong


def size_of(picture: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG picture in pixels; None for anything else."""
    if len(picture) < 24 or not picture.startswith(_PNG) or picture[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", picture[16:24])
    return width, height
