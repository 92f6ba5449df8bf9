"""The clock that Slack's door is given; nothing in here reads one by itself."""

from collections.abc import Callable
from datetime import datetime

Now = Callable[[], datetime]
