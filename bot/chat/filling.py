"""Forms in a chat, whichever it is: in pages, with choices by number where need be, and what comes back of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from storage.records.message import Blank, Choice, Sheet

from .cutting import size

LONGEST_OPTION = 150
"""The longest value of a choice that every chat carries."""


@dataclass(frozen=True)
class Filled:
    """A form that came back: what it does, what it was called with and what was filled in, which page of how many.

    `where` is what its button said of the place it stood in, for a chat that has several such places.
    """

    does: str
    form: dict[str, str]
    page: int = 0
    of: int = 1
    where: str = ""

    @property
    def goes_on(self) -> bool:
        """Whether another page follows: nothing is to be done yet."""
        return self.page + 1 < self.of


# Pages


def in_pages(sheet: Sheet, most: int, weighs: Callable[[Blank], tuple[int, ...]], room: tuple[int, ...]) -> list[Sheet]:
    """The form in forms of at most `most` blanks, whose weights together are within `room` if there are several.

    All but the last are sent on with "Go on"; a form that fits is the only one, unchanged.
    """
    groups: list[list[Blank]] = [[]]
    used = tuple(0 for _ in room)
    for blank in sheet.blanks:
        weight = weighs(blank)
        used = tuple(a + b for a, b in zip(used, weight, strict=True))
        full = len(groups[-1]) >= most or any(a > b for a, b in zip(used, room, strict=True))
        if groups[-1] and full:
            groups.append([])
            used = weight
        groups[-1].append(blank)
    if len(groups) == 1:
        return [sheet]
    forms = [sheet.model_copy(update={"blanks": tuple(group), "label": "Go on"}) for group in groups]
    return [*forms[:-1], forms[-1].model_copy(update={"label": sheet.label})]


def one_page(sheet: Sheet, sheets: Sequence[Sheet], number: int) -> Sheet:
    """One page of a form, which carries what stands on the others: `sheets` are its pages (see `in_pages`)."""
    page = sheets[min(number, len(sheets) - 1)]
    here = {blank.name for blank in page.blanks}
    elsewhere = {blank.name: blank.value for blank in sheet.blanks if blank.value and blank.name not in here}
    return page.model_copy(update={"form": {**sheet.form, **elsewhere}})


def page_of_mistakes(sheets: Sequence[Sheet]) -> int:
    """The first page on which something is to be put right; the last one where it is about the whole."""
    wrong = (number for number, sheet in enumerate(sheets) if any(blank.problem for blank in sheet.blanks))
    return next(wrong, len(sheets) - 1)


# Choices


def by_number(choices: Sequence[Choice]) -> bool:
    """Whether a choice's answers go by their numbers: one of their values would not come through as it is."""
    return any(
        not choice.value.strip() or size(choice.value) > LONGEST_OPTION or set(choice.value) & set("&<>,#")
        for choice in choices
    )


def option_values(choices: Sequence[Choice]) -> list[str]:
    """What stands for each answer on its way through the chat; `merged` reads it."""
    if by_number(choices):
        return [f"#{number}" for number in range(len(choices))]
    return [choice.value for choice in choices]


def chosen(blank: Blank) -> list[int]:
    """The numbers of the choices that stand in a blank: by value, or by their words however they were typed."""
    parts = blank.value.split(",") if blank.kind == "choices" else [blank.value]
    found = [_number_of(blank.choices, part) for part in parts]
    return [number for number in dict.fromkeys(found) if number is not None]


def _number_of(choices: Sequence[Choice], value: str) -> int | None:
    values = [choice.value for choice in choices]
    if value in values:
        return values.index(value)
    typed = value.strip().casefold()
    for number, choice in enumerate(choices):
        if typed and typed in (choice.value.casefold(), choice.label.casefold()):
            return number
    return None


# What a form carries, and what comes back


def carries(
    sheet: Sheet, page: int, offers: Callable[[Blank], bool], too_long: Callable[[Blank], bool]
) -> dict[str, Any]:
    """What a form carries: what it does, with what, its page.

    With it go the answers of choices by number, and what stood in a blank and was too long to be shown in it. `offers`
    says of a blank whether its choices are shown, `too_long` whether what stands in it is not.
    """
    carried: dict[str, Any] = {"does": sheet.does, "form": sheet.form, "page": page}
    numbered = {b.name: [c.value for c in b.choices] for b in sheet.blanks if offers(b) and by_number(b.choices)}
    stands = {b.name: b.value for b in sheet.blanks if not offers(b) and too_long(b)}
    carried |= {"numbered": numbered} if numbered else {}
    carried |= {"stands": stands} if stands else {}
    return carried


def merged(form: Mapping[str, str], state: Mapping[str, str], carried: Mapping[str, Any]) -> dict[str, str]:
    """What a form was called with and what was filled in: `state` has each blank that was there, "" where it is empty.

    Blanks left empty are left out, but for what was too long to be shown.
    """
    numbered, stands = carried.get("numbered") or {}, carried.get("stands") or {}
    found = {name: value for name, value in form.items() if name not in state}
    for name, value in state.items():
        if name in numbered:
            values = {f"#{number}": each for number, each in enumerate(numbered[name])}
            value = ",".join(values[part] for part in value.split(",") if part in values)
        value = value if value.strip() else stands.get(name, "")
        if value:
            found[name] = value
    return found
