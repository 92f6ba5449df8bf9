"""What the bot answers over HTTP, where it listens at all: one server on one port, for every door that needs it."""

from typing import Protocol

from .wiring import Installation


class Site(Protocol):
    """A server that is running."""

    def stop(self) -> None:
        """Stops it; what is being answered is finished first."""


def open_site(installation: Installation) -> Site | None:
    """Starts the server on CONVENOR_PORT; None where nothing needs one. Raises NotReady where the port is taken."""
    if not installation.settings.listens:
        return None
    from .web.serving import serve

    return serve(installation)
