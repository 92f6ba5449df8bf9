"""Cards as people see them: drawn by Microsoft's own renderer in a real browser, with Markdown read as Teams reads it.

`adaptivecards/` holds the packages adaptivecards 3.0.6 and markdown-it 15.0.3 as npm has them, less the line that names
a source map; both are MIT, see the licences there. They are no part of what is installed.
"""

import base64
import html
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.teams.cards import READABLE
from bot.teams.elements import Card
from tests.bot.web.chromium import Tab, a_tab

SCRIPTS = Path(__file__).with_name("adaptivecards")
RENDERER = SCRIPTS / "adaptivecards-3.0.6.min.js"
MARKDOWN = SCRIPTS / "markdown-it-15.0.3.min.js"

PHONE, DESK = 320, 600
"""How wide cards are looked at, in pixels: the smallest telephone, and Teams beside a list of chats."""

_TEXT = {"default": "#242424", "subtle": "#5c5c5c"}
_RED = {"default": "#a4262c", "subtle": "#a4262c"}
_COLOURS = {
    name: _RED if name == "attention" else _TEXT
    for name in ("default", "dark", "light", "accent", "good", "warning", "attention")
}


def _style(ground: str) -> dict[str, Any]:
    return {"backgroundColor": ground, "foregroundColors": _COLOURS}


HOST = {
    "fontFamily": "'Segoe UI', 'DejaVu Sans Condensed', system-ui, sans-serif",
    "fontSizes": {"small": 12, "default": 14, "medium": 16, "large": 18, "extraLarge": 24},
    "spacing": {"small": 4, "default": 8, "medium": 12, "large": 16, "extraLarge": 20, "padding": 12},
    "supportsInteractivity": True,
    "containerStyles": {
        "default": _style("#ffffff"),
        "emphasis": _style("#f5f5f5"),
        "attention": _style("#fdf3f4"),
        "warning": _style("#fdf6e3"),
        "good": _style("#f1faf1"),
        "accent": _style("#ebf3fc"),
    },
    "inputs": {
        "label": {
            "inputSpacing": "small",
            "requiredInputs": {"suffix": " *", "suffixColor": "attention"},
            "optionalInputs": {},
        },
        "errorMessage": {"color": "attention", "spacing": "small"},
    },
    "textBlock": {"headingLevel": 2},
    "actions": {"maxActions": 6, "actionsOrientation": "horizontal", "buttonSpacing": 8, "actionAlignment": "left"},
}
"""What Teams gives the renderer, as far as Microsoft says it (docs: "Designing Adaptive Cards for your Teams app")."""

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Cards</title>
<meta name="viewport" content="width=device-width"><style>
* {{ box-sizing: border-box }} body {{ margin: 0; background: #f0f0f0; color: #242424; font-size: 14px }}
h1 {{ font: 14px system-ui; margin: 8px }} main {{ padding: 8px }}
.ac-adaptiveCard {{ margin-bottom: 8px; border-radius: 4px; box-shadow: 0 1px 3px #0003 }}
.ac-pushButton {{ font: 600 14px 'Segoe UI', 'DejaVu Sans Condensed', system-ui, sans-serif; padding: 5px 12px;
  min-height: 32px; max-width: 100%; border: 1px solid #8a8a8a; border-radius: 4px; background: #fff; color: #242424;
  margin: 2px 0 }}
.ac-pushButton.style-positive {{ background: #5b5fc7; border-color: #5b5fc7; color: #fff }}
.ac-pushButton.style-destructive {{ color: #a4262c; border-color: #a4262c }}
.ac-input {{ font: 14px 'Segoe UI', 'DejaVu Sans Condensed', system-ui, sans-serif; padding: 5px 8px; width: 100%;
  border: 1px solid #8a8a8a; border-radius: 4px; background: #fff }}
textarea.ac-input {{ min-height: 72px }}
.ac-actionSet > div {{ flex-wrap: wrap }}
</style><script>{markdown}</script><script>{renderer}</script></head>
<body><main><h1>Cards</h1><div></div></main></body></html>"""

_DRAW = """(cards => {
  const {AdaptiveCard, HostConfig, SerializationContext, Versions} = AdaptiveCards;
  AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdownit().render(text); result.didProcess = true;
  };
  const place = document.querySelector("main > div"), wrong = [];
  place.replaceChildren();
  for (const card of cards) {
    const context = new SerializationContext(Versions.v1_5), made = new AdaptiveCard();
    made.hostConfig = new HostConfig(%s);
    made.parse(card, context);
    for (let n = 0; n < context.eventCount; n++) wrong.push("it is not understood: " + context.getEventAt(n).message);
    for (const each of made.validateProperties().validationEvents) wrong.push("it is not valid: " + each.message);
    const drawn = made.render();
    if (drawn) place.append(drawn);
    else wrong.push("it is not drawn");
  }
  return wrong;
})"""

_SEEN = r"""(() => {
  const wrong = [], main = document.querySelector("main"), root = document.documentElement;
  const edges = [...main.querySelectorAll(":not(option)")].map(each => each.getBoundingClientRect().right);
  if (Math.max(root.scrollWidth, ...edges) > root.clientWidth + 1) wrong.push("it is wider than the window");
  for (const each of main.querySelectorAll(".ac-textBlock, .ac-richTextBlock, .ac-pushButton, .ac-container"))
    if (each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== "inline")
      wrong.push("this is cut off at its edge: " + each.innerText.slice(0, 60));
  for (const each of main.querySelectorAll(".ac-pushButton")) {
    const cut = [each, ...each.querySelectorAll("*")].some(e => e.scrollWidth > e.clientWidth + 1);
    if (cut && each.innerText.length <= READABLE) wrong.push("a button is cut off: " + each.innerText);
  }
  for (const each of main.querySelectorAll(".ac-textBlock, .ac-richTextBlock")) {
    const made = each.querySelector("em, strong, a, ul, ol, code, pre, h1, h2, h3, blockquote, del, s, table, hr, img");
    if (made) wrong.push("this is formatted: " + made.outerHTML.slice(0, 80));
  }
  for (const each of main.querySelectorAll("input, textarea, select")) {
    const ids = (each.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean);
    const named = ids.map(id => document.getElementById(id)).filter(Boolean).map(e => e.innerText).join(" ");
    const label = named || [...(each.labels || [])].map(e => e.innerText).join(" ") || each.getAttribute("aria-label");
    if (!(label || "").trim()) wrong.push("an input has no label: " + each.outerHTML.slice(0, 80));
  }
  return wrong;
})()"""


@dataclass
class Looks:
    """A browser of one width that draws cards, one at a time."""

    tab: Tab
    width: int

    def draws(self, *cards: Card) -> list[str]:
        """Draws cards, one below the other; what the renderer does not take of them."""
        found = self.tab.evaluates(f"{_DRAW % json.dumps(HOST)}({json.dumps(cards)})")
        assert isinstance(found, list)
        return found

    def faults(self, *cards: Card) -> list[str]:
        """Draws cards and looks at them: what is wrong, a line for each."""
        wrong = self.draws(*cards) + self.tab.evaluates(_SEEN.replace("READABLE", str(READABLE)))
        return wrong + [f"axe: {each}" for each in self.tab.faults()]

    def read(self) -> str:
        """The words that are seen of the card that was drawn last."""
        return str(self.tab.evaluates("document.querySelector('main > div').innerText"))

    def picture(self, path: Path) -> None:
        """A picture of the cards that were drawn last, in the format that the path's ending names (png, webp)."""
        self.tab.evaluates("document.querySelector('h1').hidden = true")
        box = self.tab.evaluates(
            "(b => [b.width, b.bottom + 8])(document.querySelector('main > div').getBoundingClientRect())"
        )
        clip = {"x": 0, "y": 0, "width": box[0] + 16, "height": box[1], "scale": 1}
        quality = {} if path.suffix == ".png" else {"quality": 60}
        taken = self.tab.asks(
            "Page.captureScreenshot", format=path.suffix[1:], clip=clip, captureBeyondViewport=True, **quality
        )
        path.write_bytes(base64.b64decode(taken["data"]))
        self.tab.evaluates("document.querySelector('h1').hidden = false")


@contextmanager
def a_look(width: int) -> Iterator[Looks]:
    """A browser with a page on which cards are drawn."""
    page = _PAGE.format(markdown=_script(MARKDOWN), renderer=_script(RENDERER))
    with tempfile.TemporaryDirectory() as folder, a_tab() as tab:
        file = Path(folder) / "cards.html"
        file.write_text(page, "utf-8")
        tab.asks("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width < 600)
        tab.goes_to(file.as_uri())
        yield Looks(tab, width)


def _script(path: Path) -> str:
    return path.read_text("utf-8").replace("</script", html.escape("<") + "/script")
