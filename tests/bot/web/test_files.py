"""Styles and scripts: which version they are, nothing of the crown or its typeface, and how they are kept."""

import re
from importlib.metadata import metadata
from importlib.resources import files

import pytest

from bot.web.files import contents
from tests.scenarios.web import Site

VERSION = "6.3.0"
CSS, SCRIPT = f"govuk-frontend-{VERSION}.css", f"govuk-frontend-{VERSION}.js"


def test_the_vendored_files_are_of_the_version_that_their_names_say_and_that_the_macros_are_made_for() -> None:
    assert f'--govuk-frontend-version: "{VERSION}"' in contents()[CSS].decode().replace('version:"', 'version: "')
    assert contents()[SCRIPT].decode().startswith(f'const version="{VERSION}"')
    said = str(metadata("govuk-frontend-jinja"))
    assert metadata("govuk-frontend-jinja")["Version"] == "4.1.0"
    assert f"v{VERSION}" in said


def test_neither_the_crown_nor_the_typeface_of_government_is_in_them_and_nothing_comes_from_elsewhere() -> None:
    css = contents()[CSS].decode()
    assert "url(" not in css and "@font-face" not in css and "GDS Transport" not in css and "crest" not in css
    assert "sourceMappingURL" not in css + contents()[SCRIPT].decode()
    assert not [name for name in contents() if name.endswith((".woff", ".woff2", ".png", ".ico"))]


def test_their_licence_lies_beside_them() -> None:
    words = (files("bot.web") / "assets" / "LICENCE-govuk-frontend.txt").read_text("utf-8")
    assert "Crown Copyright (Government Digital Service)" in words and "Permission is hereby granted" in words


@pytest.mark.parametrize("name", sorted(contents()))
def test_each_is_served_as_what_it_is_and_kept_for_long(site: Site, name: str) -> None:
    page = site.browser().gets(f"{site.url}/assets/{name}")
    assert page.status == 200
    assert page.body == contents()[name]
    assert re.match("text/css|text/javascript|image/svg", page.headers["Content-Type"])
    assert "max-age=" in page.headers["Cache-Control"] and "public" in page.headers["Cache-Control"]
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize("name", ["nothing.css", "convenor.scss", "..%2F__init__.py", "LICENCE-govuk-frontend.txt"])
def test_nothing_else_is_served(site: Site, name: str) -> None:
    assert site.browser().gets(f"{site.url}/assets/{name}").status == 404
