"""The stand-in Slack to try the bot out by hand: docs/slack.md is followed against it, with no account at Slack.

    python -m tests.standins.slack people.csv         beside the bot, in a terminal of its own

It has the app as the manifest says, a workspace with everybody in the people file, and one channel with the bot in it.
"""

import argparse
import csv
import html
import json
import re
import shlex
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from .people import Person
from .rendering import buttons, rendered
from .server import Arrival, StandIn
from .things import View
from .workspaces import Workspace

MANIFEST = Path("bot/slack/manifest.json")
PORT = 8970
LOOKS = 0.4
"""How often it looks for what has come, in seconds."""

HELP = """\
as ADDRESS            be the person with that address; somebody new comes into the workspace
/convenor WORDS       type the command
dm WORDS              write to the bot directly
home                  open the bot's Home tab
see                   read your direct message with the bot
press LABEL           press the newest button with those words on it, also one of a form
fill NAME=WORDS ...   fill in the form that is open and send it in; a name is what stands above the place
close                 close the form
link                  open the bot's install link: link ADDRESS
away, back            your account is closed, and opened again
remove                remove the app from the workspace
help, quit"""


class Trial:
    """Somebody at a keyboard who is one person of the workspace after another. `say` shows a line."""

    def __init__(self, standin: StandIn, workspace: Workspace, say: Callable[[str], None]) -> None:
        self.standin, self.workspace, self.say = standin, workspace, say
        self.person: Person | None = None
        self._seen = len(standin.arrivals)

    def take(self, line: str) -> None:
        """Does what a typed line says; what comes of it is shown by `show`, to whomever it comes."""
        word, _, rest = line.strip().partition(" ")
        if word:
            try:
                self._do(word, rest.strip())
            except (AssertionError, KeyError, ValueError) as wrong:
                self.say(f"! {wrong}")

    def show(self) -> None:
        """Shows what has come since, the newest state of each thing once."""
        arrivals = self.standin.arrivals[self._seen :]
        self._seen += len(arrivals)
        newest = {id(arrival.thing): arrival for arrival in arrivals if arrival.kind not in ("deleted", "closed")}
        for arrival in newest.values():
            self._tell(arrival)

    def _tell(self, arrival: Arrival) -> None:
        people = [self.workspace.users[one] for one in arrival.people if one in self.workspace.users]
        writer = arrival.thing.get("user", "") if isinstance(arrival.thing, dict) else ""
        if writer not in ("", self.workspace.bot_user_id):
            return  # somebody's own words
        channel = self.workspace.channels.get(arrival.channel)
        private = channel is None or arrival.kind == "ephemeral" or channel.kind == "im"
        whom = ", ".join(user.email for user in people if user.email) if private else f"#{channel.name}"
        self.say(f"--- {arrival.kind}, for {whom}")
        self.say(rendered(arrival.thing))
        if labels := buttons(arrival.thing):
            self.say(f"buttons: {' | '.join(labels)}")

    def _do(self, word: str, rest: str) -> None:
        if word == "as":
            self._become(rest)
        elif word == "help":
            self.say(HELP)
        elif word == "link":
            self._open(rest)
        elif word == "remove":
            self.workspace.uninstall()
        else:
            self._as_somebody(word, rest)

    def _become(self, email: str) -> None:
        known = {user.email: user.id for user in self.workspace.users.values()}
        self.person = self.workspace.user(known.get(email) or self.workspace.add_user(email.partition("@")[0], email))

    def _as_somebody(self, word: str, rest: str) -> None:
        assert self.person is not None, "say first who you are: as ADDRESS"
        deeds: dict[str, Callable[[Person, str], object]] = {
            "dm": lambda person, words: person.writes_in_dm(words),
            "home": lambda person, _: person.opens_home(),
            "see": lambda person, _: self.say(rendered(person.sees())),
            "press": _press,
            "fill": _fill,
            "close": lambda person, _: person.closes(),
            "away": lambda person, _: self.workspace.deactivate_user(person.id),
            "back": lambda person, _: self.workspace.reactivate_user(person.id),
        }
        if word.startswith("/"):
            answer = self.person.types_command(word, rest)
            assert not answer.failed, f"Slack says: {word} failed because of the error {answer.reason}"
            return
        assert word in deeds, f"no such word: {word}; see help"
        answer_ = deeds[word](self.person, rest)
        failed = getattr(answer_, "reason", "")
        assert not failed, f"Slack says that it did not work: {failed}"

    def _open(self, address: str) -> None:
        """Opens an install link, agrees on Slack's page of consent, and shows the page that the bot answers with."""
        try:
            with urllib.request.urlopen(address, timeout=20) as answer:
                page = answer.read().decode()
        except urllib.error.HTTPError as refused:
            page = refused.read().decode()
        words = re.sub(r"<style.*?</style>|<[^>]+>", "\n", page, flags=re.DOTALL)
        self.say(html.unescape("\n".join(line.strip() for line in words.splitlines() if line.strip())))


def _press(person: Person, label: str) -> object:
    view = person.modal()
    if view is not None and label == (view.body.get("submit") or {}).get("text"):
        return person.submits(view)
    if view is not None and label == (view.body.get("close") or {}).get("text"):
        return person.closes(view)
    where = next((one for one in person.before() if label in buttons(one)), None)
    assert where is not None, f"no button is called {label!r}"
    return person.presses(where, label, nth=0)


def _fill(person: Person, words: str) -> object:
    values = dict(pair.split("=", 1) for pair in shlex.split(words))
    answer = person.submits(values=values)
    view = person.modal()
    assert not answer.refused, f"Slack will not send it in: {answer.refused}"
    if answer.errors and isinstance(view, View):
        return _Refused(answer.errors)
    return answer


class _Refused:
    """A form that stands there still, with what is wrong beside its places."""

    def __init__(self, errors: dict[str, str]) -> None:
        self.reason = "; ".join(f"{name}: {said}" for name, said in errors.items())


def opened(standin: StandIn, manifest: dict[str, Any], people: Iterable[tuple[str, str]]) -> Workspace:
    """A workspace as an administrator would have it after pasting the manifest and installing the app."""
    features, settings = manifest["features"], manifest["settings"]
    app = standin.app
    app.app_token, app.signing_secret = "xapp-stand-in", "a-signing-secret-of-the-stand-in"
    app.client_id, app.client_secret = "1.1", "a-client-secret-of-the-stand-in"
    app.events = set(settings["event_subscriptions"]["bot_events"])
    app.commands = {one["command"] for one in features["slash_commands"]}
    app.shortcuts = {one["callback_id"] for one in features["shortcuts"]}
    app.redirect_urls = set(manifest["oauth_config"].get("redirect_urls", ()))
    if not settings["socket_mode_enabled"]:
        app.over_http(settings["event_subscriptions"]["request_url"])
    scopes = manifest["oauth_config"]["scopes"]["bot"]
    workspace = standin.add_workspace("The partnership", bot_token="xoxb-stand-in", scopes=scopes)
    for email, name in dict(people).items():
        workspace.add_user(name, email)
    return workspace


def _people(files: Iterable[Path]) -> Iterable[tuple[str, str]]:
    for file in files:
        with file.open(encoding="utf-8-sig", newline="") as rows:
            yield from ((row["email"].strip(), row["name"].strip()) for row in csv.DictReader(rows) if row["email"])


def main() -> None:
    """Runs until its input ends."""
    asked = argparse.ArgumentParser(prog="python -m tests.standins.slack")
    asked.add_argument("people", nargs="*", type=Path, help="people files, as for convenor people import")
    asked.add_argument("--manifest", type=Path, default=MANIFEST, help="what was pasted into Slack")
    asked.add_argument("--port", type=int, default=PORT)
    given = asked.parse_args()
    manifest = json.loads(given.manifest.read_text("utf-8"))
    writing = threading.Lock()

    def say(line: str) -> None:
        with writing:
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()

    with StandIn(port=given.port) as standin:
        workspace = opened(standin, manifest, _people(given.people))
        channel = workspace.add_channel("convenor-trial", list(workspace.users))
        say(f"SLACK_API_URL={standin.url}\nSLACK_BOT_TOKEN={workspace.bot_token}")
        if manifest["settings"]["socket_mode_enabled"]:
            say(f"SLACK_APP_TOKEN={standin.app.app_token}")
        else:
            say(f"SLACK_SIGNING_SECRET={standin.app.signing_secret}")
        if standin.app.redirect_urls:
            say(f"SLACK_CLIENT_ID={standin.app.client_id}\nSLACK_CLIENT_SECRET={standin.app.client_secret}")
        say(f"CONVENOR_SANDBOX=slack:{channel}")
        say("Put the lines above into .env. This is no Slack: whoever can reach this machine's loopback can use it.\n")
        trial = Trial(standin, workspace, say)
        threading.Thread(target=_keep_showing, args=(trial,), daemon=True).start()
        for line in sys.stdin:
            if line.strip() == "quit":
                break
            trial.take(line)


def _keep_showing(trial: Trial) -> None:
    while not trial.standin.stopping.wait(LOOKS):
        trial.show()


if __name__ == "__main__":
    main()
