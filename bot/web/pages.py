"""A plain page: a heading and some paragraphs. It loads nothing, may be framed by nobody and is kept nowhere."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup
from starlette.responses import HTMLResponse

from templates import page_text


def page(title: str, sentences: Sequence[str], status: int = 200) -> HTMLResponse:
    """The page with these words, as an answer; whatever is in them is shown as text."""
    css, made = _parts()
    return HTMLResponse(made.render(title=title, sentences=sentences, css=css), status, dict(headers()))


@cache
def headers() -> Mapping[str, str]:
    """What goes with every page of ours: no script, nothing from elsewhere, no trace of its address, no copy."""
    css, _ = _parts()
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return {
        "Content-Security-Policy": f"{policy}; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
        "Cache-Control": "no-store",
    }


@cache
def _parts() -> tuple[Markup, Template]:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return Markup(page_text("plain.css")), environment.from_string(page_text("plain.html.j2"))
