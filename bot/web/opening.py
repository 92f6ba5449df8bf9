"""Our own pages, opened: all of this door put together from the settings. Only the wiring imports it, where it is used.

It is no door that messages go through: it answers those who follow a personal link, and who notify without an account.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bot.settings import Settings
from commands.runner import Runner

from .addresses import Addresses
from .asking import MOST_OF_A_SECTION
from .common import ASSETS, Web, endpoint
from .files import asset
from .guard import SECTION, Guard
from .links import Links
from .notifying import Notifying


@dataclass
class Pages:
    """The pages of an installation, at CONVENOR_BASE_URL."""

    settings: Settings
    runner: Runner
    now: Callable[[], datetime]
    addresses: Addresses = field(init=False)

    def __post_init__(self) -> None:
        self.addresses = addresses(self.settings)

    def routes(self) -> list[BaseRoute]:
        """What the server answers with them; it comes after all other routes, since it answers whatever is left."""
        return [Mount("/", app=self.app())]

    def app(self) -> Guard:
        """The pages with everything that stands around them."""
        web = Web(self.runner, self.addresses, self.now)
        links, notifying = Links(web), Notifying(web)
        both = ["GET", "POST"]
        routes = [
            Route("/l/{token}", endpoint(web, links.page), methods=both),
            Route("/l/{token}/word", endpoint(web, links.word), methods=["GET"]),
            Route(f"/l/{{token}}/{SECTION}/{{section}}", endpoint(web, links.within, MOST_OF_A_SECTION), methods=both),
            Route("/l/{token}/{part}", endpoint(web, links.within), methods=both),
            Route("/notify/{partnership}", endpoint(web, notifying.page), methods=both),
            Route(f"{ASSETS}{{file}}", asset, methods=["GET"]),
        ]
        inside = Starlette(routes=routes, exception_handlers={404: _not_there, 405: _not_there})
        return Guard(inside, self.addresses.is_private, self.settings.behind_proxy)


def addresses(settings: Settings) -> Addresses:
    """What makes and reads the addresses of links. The settings must have pages set up."""
    assert settings.base_url is not None, "has_pages was asked first"
    return Addresses(settings.base_url, tuple(key.get_secret_value() for key in settings.encryption_keys))


def _not_there(request: Request, failure: Exception) -> Response:
    return PlainTextResponse("There is nothing here.\n", 404)
