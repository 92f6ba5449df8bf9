"""Which round and which of those who owe somebody means: by key, by name, or by the only one there is."""

from storage.arrangements.findings import did_you_mean
from storage.records import returns
from storage.records.returns import Owed, Round

from .naming import plain
from .refusals import Refusal, Refused
from .respondents import Agencies, Respondent
from .work import Work

MOST_TOLD = 12
"""So many names are told to whoever named none that is there."""


def open_rounds(work: Work) -> list[Round]:
    """The rounds that are open, by the day they are due."""
    return returns.rounds(work.scope, state="open")


def round_meant(work: Work, word: str, *, state: str | None = "open", calls: str = "") -> Round:
    """The round that somebody means: by its key, its name, or its return; the only one where nothing was said.

    `calls`: only of what people call so ("report", "audit"). Raises Refused with those that there are.
    """
    kinds = {each.id: each.calls for each in work.arrangements.returns}
    found = [each for each in returns.rounds(work.scope, state=state) if calls in ("", kinds.get(each.report))]
    wanted = plain(word)
    if not wanted and len(found) == 1:
        return found[0]
    if not wanted:
        _none_or_which(work, found)
    names = {each.id: each.name for each in work.arrangements.returns}
    exact = [each for each in found if wanted in (plain(each.record), plain(each.name))]
    near = exact or [
        each
        for each in found
        if wanted in (plain(each.report), plain(names.get(each.report, ""))) or wanted in plain(each.name)
    ]
    if len(near) == 1:
        return near[0]
    if near:
        _none_or_which(work, near)
    hint = did_you_mean(word, [each.name for each in found])
    want = _listed(found)
    raise Refused(Refusal(f'There is no open round called "{word}".{hint}', "round", want))


def _none_or_which(work: Work, found: list[Round]) -> None:
    if not found:
        want = "To ask for one, write: return open"
        raise Refused(Refusal("No report or audit is asked for just now.", "round", want))
    raise Refused(Refusal("More than one could be meant.", "round", _listed(found)))


def _listed(found: list[Round]) -> str:
    names = [each.name for each in found[:MOST_TOLD]]
    return f"There are: {'; '.join(names)}." if names else "No report or audit is asked for just now."


def owed_meant(work: Work, round_: Round, word: str, field: str = "who") -> Owed:
    """The one in a round whom somebody means, by key or name. Raises Refused, with the nearest, for nobody in it."""
    every = returns.all_owed(work.scope, round_)
    wanted = plain(word)
    exact = [each for each in every if wanted in (plain(each.who), plain(each.name), plain(each.who.partition(".")[2]))]
    near = exact or [each for each in every if wanted and wanted in plain(each.name)]
    if len(near) == 1:
        return near[0]
    if near:
        names = "; ".join(each.name for each in near[:MOST_TOLD])
        raise Refused(Refusal(f'"{word}" could be more than one.', field, f"Write one of: {names}."))
    hint = did_you_mean(word, [each.name for each in every])
    raise Refused(Refusal(f'Nobody called "{word}" owes this.{hint}', field, f"It is asked of {len(every)}."))


def respondent_meant(work: Work, word: str, field: str = "who", agencies: Agencies | None = None) -> Respondent:
    """Whoever could owe something and is called so: a group, an agency or setting, a post; by key, id or name.

    Raises Refused beside the field, with the nearest name.
    """
    known = agencies or Agencies(work)
    if (found := known.of(word.strip())) is not None:
        return found
    wanted = plain(word)
    keys = {f"group.{each.id}": each.names() for each in work.arrangements.groups}
    keys |= {f"agency.{id_}": (id_, name) for id_, name in known.names.items()}
    for agency in work.arrangements.agencies:
        keys[f"agency.{agency.id}"] = (agency.id, agency.name, *agency.aliases)
    keys |= {f"post.{each.id}": (each.id, each.title, *each.aliases) for each in work.arrangements.posts}
    for who, names in keys.items():
        if wanted in {plain(name) for name in names} and (one := known.of(who)) is not None:
            return one
    hint = did_you_mean(word, [name for names in keys.values() for name in names])
    want = "Give an agency, a setting, a group or a post; another one is entered with: return enrol"
    raise Refused(Refusal(f'There is nobody called "{word.strip()}" here.{hint}', field, want))


def agency_meant(work: Work, word: str, field: str = "agency") -> str:
    """The id of the agency or setting that is called so. Raises Refused beside the field, with the nearest name."""
    agencies = Agencies(work)
    found = agencies.of(f"agency.{word.strip()}") or respondent_meant(work, word, field, agencies)
    if found.who.startswith("agency."):
        return found.who.removeprefix("agency.")
    raise Refused(Refusal(f"{found.name} is no agency or setting.", field, "Give an agency or a setting."))
