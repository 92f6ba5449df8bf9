"""What comes of something a person does at Slack."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from .delivery import Delivery
from .errors import Json
from .rendering import buttons, rendered
from .things import View

if TYPE_CHECKING:
    from .people import Person
    from .server import Arrival

T = TypeVar("T")


@dataclass
class Answer:
    """What came of something a person did. What follows later is seen too: the lists below are read anew each time.

    `failed` and `reason`: operation_timeout (no acknowledgement in time), dispatch_failed (the app said no, or nobody
    was there), invalid_command (no such command), invalid_command_response, invalid_response_action. `status` is the
    HTTP status over HTTP. `errors` stand beside inputs of a modal, put there by the app; `refused` by Slack's client,
    which then sends nothing. `asked` is the question of a button with a confirm object, to which the person said yes.
    """

    person: "Person"
    mark: int
    failed: bool = False
    reason: str = ""
    body: Any = None
    status: int = 0
    acknowledgements: int = 0
    errors: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    asked: str = ""
    delivery: Delivery | None = None

    @property
    def acknowledged(self) -> bool:
        return self.acknowledgements > 0

    @property
    def messages(self) -> list[Json]:
        """Messages that have come to the person's channels since, as they stand now."""
        return [arrival.thing for arrival in self._since("message") if not self.person.wrote(arrival.thing)]

    @property
    def changed(self) -> list[Json]:
        """Messages that have been changed since."""
        return [arrival.thing for arrival in self._since("changed")]

    @property
    def ephemerals(self) -> list[Json]:
        """Private answers that have come since."""
        return [arrival.thing for arrival in self._since("ephemeral")]

    @property
    def modal(self) -> View | None:
        """The modal that has been opened or changed since, if it still stands."""
        views = [arrival.thing for arrival in self._since("modal")]
        return views[-1] if views and views[-1] in self.person.modals() else None

    @property
    def home(self) -> View | None:
        """The home, if it has been published since."""
        homes = [arrival.thing for arrival in self._since("home")]
        return homes[-1] if homes else None

    def everything(self) -> list[Any]:
        """All that has come since, in order, each once."""
        found: list[Any] = []
        for arrival in self._since("message", "changed", "ephemeral", "modal", "home"):
            thing = arrival.thing
            gone = arrival.kind == "modal" and thing not in self.person.modals()
            if not gone and not any(thing is one for one in found) and not self.person.wrote(thing):
                found.append(thing)
        return found

    @property
    def text(self) -> str:
        """The words of all that has come since."""
        return rendered(self.everything())

    @property
    def buttons(self) -> list[str]:
        """The labels of the buttons in all that has come since."""
        return buttons(self.everything())

    def wait_for(self, seen: "Callable[[Answer], T]", timeout: float = 5.0) -> T:
        """Waits until `seen(answer)` gives something true."""
        return self.person.workspace.standin.wait_for(lambda: seen(self), timeout)

    def _since(self, *kinds: str) -> "Sequence[Arrival]":
        standin, person = self.person.workspace.standin, self.person
        arrivals = standin.arrivals[self.mark :]
        return [a for a in arrivals if a.kind in kinds and a.team == person.workspace.id and person.id in a.people]
