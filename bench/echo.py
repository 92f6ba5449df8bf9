"""The bare bot beside which ours is measured: Bolt as documented, acknowledged with what was typed, and no more.

`python -m bench.echo API_URL APP_TOKEN BOT_TOKEN`
"""

import sys
import threading
from typing import Any

from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from .load import COMMAND

AT_ONCE = 20
"""As many deliveries at once as our own bot takes (bot/slack/line.py)."""


def main() -> None:
    """Answers until it is ended."""
    url, app_token, bot_token = sys.argv[1:]
    app = App(
        client=WebClient(token=bot_token, base_url=url, retry_handlers=[]),
        token=bot_token,
        process_before_response=True,
    )

    @app.command(COMMAND)
    def echo(ack: Ack, body: dict[str, Any]) -> None:
        ack(f"You wrote: {body['text']}")

    web_client = WebClient(token=app_token, base_url=url)
    SocketModeHandler(app, app_token, web_client=web_client, concurrency=AT_ONCE).connect()
    threading.Event().wait()


if __name__ == "__main__":
    main()
