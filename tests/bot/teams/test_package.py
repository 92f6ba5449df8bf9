"""The app package: checked against Microsoft's published schema, and each thing that Teams refuses is refused here."""

import copy
import io
import json
from collections.abc import Callable
from typing import Any
from zipfile import ZipFile

import pytest
from PIL import Image

from bot.teams.manifest import manifest
from bot.teams.package import FOLDER, ICONS, SCHEMA, NotPackaged, package, size_of

GOOD = manifest("00000000-0000-4000-8000-000000000001", "https://bot.ours.example", "1.2.3")


def icons() -> dict[str, bytes]:
    return {name: (FOLDER / name).read_bytes() for name in ICONS}


def picture(name: str) -> Image.Image:
    return Image.open(io.BytesIO(icons()[name]))


def test_the_zip_holds_the_manifest_and_both_icons_at_its_top() -> None:
    with ZipFile(io.BytesIO(package(GOOD))) as zipped:
        assert zipped.namelist() == ["manifest.json", "color.png", "outline.png"]
        assert json.loads(zipped.read("manifest.json")) == GOOD
        assert zipped.read("color.png") == icons()["color.png"]
        assert zipped.testzip() is None


def test_the_same_settings_make_the_same_file() -> None:
    assert package(GOOD) == package(copy.deepcopy(GOOD))


def test_the_schema_is_microsoft_s_own_with_its_licence() -> None:
    schema = json.loads(SCHEMA.read_text("utf-8-sig"))
    assert (schema["$schema"], len(schema["properties"]) > 30) == ("http://json-schema.org/draft-04/schema#", True)
    assert "MIT License" in SCHEMA.with_name("LICENSE").read_text("utf-8")


def changed(does: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    made = copy.deepcopy(GOOD)
    does(made)
    return made


@pytest.mark.parametrize(
    ("does", "where"),
    [
        (lambda made: made.pop("developer"), "manifest: 'developer' is a required property"),
        (lambda made: made.update(manifestVersion="1.19"), "manifestVersion: "),
        (lambda made: made.update(id="convenor"), "id: "),
        (lambda made: made["description"].update(short="x" * 81), "description.short: "),
        (lambda made: made["developer"].update(websiteUrl="bot.ours.example"), "developer.websiteUrl: "),
        (lambda made: made["bots"][0].update(scopes=["everywhere"]), "bots.0.scopes.0: "),
        (lambda made: made["bots"][0].update(readsEverything=True), "bots.0: "),
        (
            lambda made: made["bots"][0]["commandLists"][0].update(commands=[{"title": str(n)} for n in range(13)]),
            "bots.0.commandLists.0.commands: ",
        ),
        (lambda made: made.update(permissions=["everything"]), "permissions.0: "),
        (lambda made: made.update(accentColor="blue"), "accentColor: "),
    ],
)
def test_a_manifest_that_does_not_fit_the_schema_makes_no_package(
    does: Callable[[dict[str, Any]], object], where: str
) -> None:
    with pytest.raises(NotPackaged) as refused:
        package(changed(does))
    assert len(refused.value.sentences) == 1
    assert refused.value.sentences[0].startswith(where)


def test_every_mistake_is_said_at_once() -> None:
    with pytest.raises(NotPackaged) as refused:
        package(changed(lambda made: made.update(id="x", accentColor="y")), {"color.png": b"GIF89a"})
    assert [sentence.partition(":")[0] for sentence in refused.value.sentences] == [
        "accentColor",
        "id",
        "color.png",
        "outline.png",
    ]


def test_icons_of_another_size_make_no_package() -> None:
    swapped = {"color.png": icons()["outline.png"], "outline.png": icons()["color.png"]}
    with pytest.raises(NotPackaged) as refused:
        package(GOOD, swapped)
    assert refused.value.sentences == (
        "color.png: it is 32 by 32 pixels, and has to be 192 by 192",
        "outline.png: it is 192 by 192 pixels, and has to be 32 by 32",
    )


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a" + bytes(40), b"\x89PNG\r\n\x1a\n" + bytes(40)]
)
def test_what_is_no_picture_has_no_size(content: bytes) -> None:
    assert size_of(content) is None


@pytest.mark.parametrize("name", sorted(ICONS))
def test_an_icon_has_the_size_that_its_own_pixels_have(name: str) -> None:
    assert size_of(icons()[name]) == picture(name).size == ICONS[name]


def test_the_outline_is_white_on_nothing_and_the_other_one_is_filled_to_its_corners() -> None:
    outline, colour = picture("outline.png").convert("RGBA"), picture("color.png").convert("RGBA")
    places = [(x, y) for x in range(outline.width) for y in range(outline.height)]
    seen = [pixel for pixel in map(outline.getpixel, places) if pixel[3]]
    assert {pixel[:3] for pixel in seen} == {(255, 255, 255)}
    assert 100 < len(seen) < outline.width * outline.height
    corners = [(0, 0), (0, 191), (191, 0), (191, 191)]
    assert {colour.getpixel(corner) for corner in corners} == {(29, 53, 87, 255)}
