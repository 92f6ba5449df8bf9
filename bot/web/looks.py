"""How a page looks: neutral words and blanks as GOV.UK components, put together here and drawn by templates.

Everything works without a script. Whatever is shown is shown as text: nothing that somebody wrote becomes mark-up.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, FunctionLoader, PackageLoader, PrefixLoader, Undefined
from jinja2.exceptions import TemplateNotFound
from jinja2.utils import missing

from storage.records.message import Blank, MessageField
from templates import page_text

Params = dict[str, Any]

FEW = 12
"""Up to so many answers are shown at once; more are a list to choose from."""

_WIDTHS = {"number": 4, "hour": 5, "day": 20}
_INPUTS: Mapping[str, Params] = {
    "code": {
        "inputmode": "numeric",
        "autocomplete": "one-time-code",
        "classes": "govuk-input--width-10",
        "spellcheck": False,
    },
    "notifier_email": {"type": "email", "autocomplete": "email", "spellcheck": False},
    "notifier_name": {"autocomplete": "name", "spellcheck": False},
    "notifier_role": {"autocomplete": "organization-title"},
    "ring_number": {"type": "tel", "autocomplete": "off", "classes": "govuk-input--width-20"},
    "authority_reference": {"autocomplete": "off", "spellcheck": False, "classes": "govuk-input--width-20"},
}
"""How fields are typed in that browsers can help with, by name."""


@dataclass(frozen=True)
class Fill:
    """A form of a page: its blanks, the label of its button, and what it carries unseen."""

    send: str
    blanks: tuple[Blank, ...] = ()
    carries: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """A page in neutral words. `standing` is what stands on every page: this is no way to get help for a child.

    `problems` are about the whole; each blank has its own. `panel`: something has been done. `after` are the words
    below the form; `private`: its address is one person's own; `links` are other pages of ours, each with its label
    and its address, and `back` the one that it belongs to.
    """

    title: str
    text: str = ""
    name: str = "Convenor"
    standing: str = ""
    fields: tuple[MessageField, ...] = ()
    form: Fill | None = None
    problems: tuple[str, ...] = ()
    panel: bool = False
    after: str = ""
    private: bool = True
    links: tuple[tuple[str, str], ...] = ()
    back: tuple[str, str] | None = None

    @property
    def is_wrong(self) -> bool:
        """Whether something has to be put right."""
        return bool(self.problems or (self.form and any(blank.problem for blank in self.form.blanks)))


def drawn(page: Page, *, mark: str, assets: str, template: str = "page", **more: object) -> str:
    """The page as HTML. `mark` goes into its form, `assets` is where styles and scripts are."""
    shown = _environment().get_template(f"web/{template}.html.j2")
    return shown.render(
        page=page,
        paragraphs=paragraphs(page.text),
        after=paragraphs(page.after),
        components=[component(blank) for blank in page.form.blanks] if page.form else [],
        summary=summary(page),
        rows=[row(each) for each in page.fields],
        mark=mark,
        assets=assets,
        **more,
    )


@dataclass(frozen=True)
class Paragraph:
    """Lines that belong together; `points` where they are a list."""

    lines: tuple[str, ...]
    points: bool = False


def paragraphs(text: str) -> list[Paragraph]:
    """A text as paragraphs: an empty line divides them, lines that begin with a dash are a list."""
    found: list[Paragraph] = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines: list[str] = []
        points = False
        for line in filter(None, (line.strip() for line in block.splitlines())):
            is_point = line.startswith(("- ", "• "))
            if lines and is_point != points:
                found.append(Paragraph(tuple(lines), points))
                lines = []
            points = is_point
            lines.append(line[2:] if is_point else line)
        if lines:
            found.append(Paragraph(tuple(lines), points))
    return found


def row(each: MessageField) -> Params:
    """A fact as a row of a summary list; its lines stay lines."""
    return {"key": {"text": each.label}, "value": {"lines": each.value.splitlines() or [""]}}


def summary(page: Page) -> list[Params]:
    """Everything that has to be put right, each with the way to its field."""
    found: list[Params] = [{"text": each} for each in page.problems]
    if page.form is not None:
        found += [
            {"text": f"{_short(b.label)}: {_problem(b)}", "href": f"#{b.name}"} for b in page.form.blanks if b.problem
        ]
    return found


def _problem(blank: Blank) -> str:
    """What is wrong, without the hint at its end: that stands beside it already."""
    return (blank.problem.removesuffix(blank.hint) if blank.hint else blank.problem).strip() or blank.problem


def _short(label: str) -> str:
    """A label in the summary: the first sentence of a long one."""
    return label if len(label) <= 60 else f"{label.partition('.')[0]}"


def component(blank: Blank) -> Params:
    """What draws a blank: the component's name and its parameters."""
    if blank.kind == "choices":
        return {"draws": "checkboxes", "params": _ticks(blank)}
    if blank.kind == "choice":
        return {"draws": "radios", "params": _radios(blank)} if len(blank.choices) <= FEW else _select(blank)
    params = _common(blank) | {"label": {"text": _label(blank), "classes": "govuk-label--s"}, "value": blank.value}
    if blank.kind == "text":
        return {"draws": "textarea", "params": params | {"rows": "6", "spellcheck": False}}
    if blank.kind in _WIDTHS:
        params["classes"] = f"govuk-input--width-{_WIDTHS[blank.kind]}"
    if blank.kind == "number":
        params["inputmode"] = "numeric"
    params["autocomplete"] = "off"
    return {"draws": "input", "params": params | dict(_INPUTS.get(blank.name, {}))}


def _common(blank: Blank) -> Params:
    params: Params = {"id": blank.name, "name": blank.name}
    if blank.hint:
        params["hint"] = {"text": blank.hint}
    if blank.problem:
        params["errorMessage"] = {"text": _problem(blank)}
    return params


def _label(blank: Blank) -> str:
    return blank.label if blank.needed else f"{blank.label} (optional)"


def _group(blank: Blank) -> Params:
    params = _common(blank)
    params["idPrefix"] = params.pop("id")
    return params | {"fieldset": {"legend": {"text": _label(blank), "classes": "govuk-fieldset__legend--s"}}}


def _ticks(blank: Blank) -> Params:
    ticked = {each.strip() for each in blank.value.split(",")}
    items = [{"value": c.value, "text": c.label, "checked": c.value in ticked} for c in blank.choices]
    return _group(blank) | {"items": items}


def _radios(blank: Blank) -> Params:
    items = [{"value": c.value, "text": c.label, "checked": c.value == blank.value} for c in blank.choices]
    if not blank.needed:
        items.append({"value": "", "text": "None of these, or not known", "checked": False})
    return _group(blank) | {"items": items}


def _select(blank: Blank) -> Params:
    items = [{"value": "", "text": "Choose", "selected": not blank.value}]
    items += [{"value": c.value, "text": c.label, "selected": c.value == blank.value} for c in blank.choices]
    label = {"text": _label(blank), "classes": "govuk-label--s"}
    return {"draws": "select", "params": _common(blank) | {"label": label, "items": items}}


# Templates


class _Given(Undefined):
    """What a template does not find. Of a mapping's keys a component may leave out any; all else is a mistake here."""

    def __str__(self) -> str:
        return "" if self._may_be_left_out() else self._fail_with_undefined_error()

    def __bool__(self) -> bool:
        return False if self._may_be_left_out() else self._fail_with_undefined_error()

    def _may_be_left_out(self) -> bool:
        if self._undefined_obj is missing:
            return self._undefined_name in _NAMES_OF_THE_COMPONENTS
        return isinstance(self._undefined_obj, Mapping)


_NAMES_OF_THE_COMPONENTS = ("undefined", "caller", "describedBy")


@cache
def _environment() -> Environment:
    components = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    loader = ChoiceLoader([components, FunctionLoader(_text)])
    return Environment(loader=loader, autoescape=True, undefined=_Given, trim_blocks=True, lstrip_blocks=True)


def _text(name: str) -> str:
    try:
        return page_text(name)
    except KeyError:
        raise TemplateNotFound(name) from None
