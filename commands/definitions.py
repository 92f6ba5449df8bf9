"""Finds a definition by name or file, reads and checks it; and the statutory rule pack behind all of them."""

import hashlib
import tomllib
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from pathlib import Path

from storage.arrangements.checks import check_text
from storage.arrangements.findings import Finding, Findings, did_you_mean
from storage.arrangements.packs import RulePack
from storage.arrangements.partnership import Arrangements
from storage.arrangements.reading import read_text
from templates import form_ids, form_text, pack_text, partnership_ids, partnership_text

PACK = "working-together"


@dataclass(frozen=True)
class Definition:
    """A definition that may be used: its text, what it says, and the SHA-256 of the text in hexadecimal."""

    text: str
    arrangements: Arrangements
    hash: str


class DefinitionRefused(Exception):
    """A definition with mistakes, or one that is not there; `findings` has every reason."""

    def __init__(self, findings: Findings) -> None:
        super().__init__(" ".join(f"{one.place}: {one.sentence}" for one in findings.errors))
        self.findings = findings


def shipped() -> tuple[str, ...]:
    """The ids of the definitions that come with Convenor."""
    return partnership_ids()


@cache
def pack() -> RulePack:
    """The rule pack of England, as it comes with Convenor."""
    return RulePack.model_validate(tomllib.loads(pack_text(PACK)))


@cache
def shipped_forms() -> dict[str, tuple[str, ...]]:
    """The forms that come with Convenor, each with the ids of the partnerships whose it is; empty: anybody's."""
    heads = {id_: form_text(id_).partition("[[sections]]")[0] for id_ in form_ids()}
    return {id_: tuple(tomllib.loads(head).get("partnerships", ())) for id_, head in heads.items()}


def look_over(text: str) -> Findings:
    """Everything found in a definition's text, with the rule pack and the forms that come with Convenor."""
    return check_text(text, pack(), shipped_forms())


def definition_text(name_or_path: str) -> str:
    """The text of a shipped definition, or of a file. Raises DefinitionRefused where it is neither."""
    if name_or_path in shipped():
        return partnership_text(name_or_path)
    path = Path(name_or_path)
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        reason, want = "is no text in UTF-8", "a text file"
    except OSError:
        hint = did_you_mean(name_or_path, shipped())
        reason, want = f"is no shipped definition and no file that can be read.{hint}", ", ".join(shipped())
    finding = Finding(name_or_path, f'"{name_or_path}" {reason}'.rstrip(".") + ("" if "?" in reason else "."), want)
    raise DefinitionRefused(Findings(errors=(finding,)))


def load(name_or_path: str) -> Definition:
    """The definition with that shipped id, or in that file.

    Raises DefinitionRefused with everything found, where the definition has mistakes or is not there.
    """
    return read_definition(definition_text(name_or_path))


@lru_cache(maxsize=32)
def read_definition(text: str) -> Definition:
    """The definition with that text, which is read once: it never changes.

    Raises DefinitionRefused with everything found, where it has mistakes.
    """
    arrangements, _ = read_text(text)
    findings = look_over(text)
    if arrangements is None or findings.errors:
        raise DefinitionRefused(findings)
    return Definition(text, arrangements, hashlib.sha256(text.encode()).hexdigest())


def check_rows(findings: Findings) -> dict[str, list[dict[str, str]]]:
    """The findings as `convenor check --format json` gives them."""
    return {
        "errors": [asdict(one) for one in findings.errors],
        "open": [asdict(one) for one in findings.open],
        "warnings": [asdict(one) for one in findings.warnings],
    }
