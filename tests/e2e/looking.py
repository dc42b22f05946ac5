"""Looking at a page as different people see it: in the light and in the dark, near and far,
without a mouse, and with axe-core for what a program can judge of WCAG 2.1 A and AA."""

import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21aa"]
_MOST_TABS = 8  # for one stop; a field for date and time takes seven
PHONE, DESKTOP = (360, 740), (1280, 900)
SCHEMES = ("light", "dark")
PICTURES = os.environ.get("DAYGATE_TEST_PICTURES", "")
"""A folder to leave a picture of each page in, for whoever changes one."""

_RUN_AXE = """async (levels) => {
  const found = await axe.run(document, {
    runOnly: { type: "tag", values: levels }, resultTypes: ["violations"],
  });
  return found.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.html} ${node.failureSummary}`));
}"""
_TOO_WIDE = """() => document.documentElement.scrollWidth > document.documentElement.clientWidth"""
# A group of radio buttons is one stop; what a closed <details> holds is none.
_STOPS = """() => {
  const all = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const stops = [...document.querySelectorAll(all)].filter(
    (each) => each.checkVisibility() && !(each.type === "radio" && !each.checked));
  stops.forEach((each, index) => { each.dataset.stop = index; });
  document.body.tabIndex = -1;  // begin at the top, wherever the person was
  document.body.focus();
  return stops.length;
}"""
_FOCUS = """() => {
  const focused = document.activeElement, style = getComputedStyle(focused);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return { stop: focused.dataset.stop ?? null, ring, html: focused.outerHTML.slice(0, 200) };
}"""


@cache
def _axe() -> str:
    assert AXE.exists(), f"{AXE} is missing: make test installs it, with npm"
    return AXE.read_text()


@dataclass
class Looking:
    """The pages looked at so far, and what was wrong with them."""

    page: Page
    seen: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def look(self, name: str) -> None:
        """Look at the page that is open."""
        assert name not in self.seen
        self.seen.append(name)
        self._walk_by_tab(name)
        # Through the debugger: what the pages' own policy allows does not matter.
        self.page.evaluate(_axe())
        for scheme in SCHEMES:
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            for width, height in (PHONE, DESKTOP):
                self.page.set_viewport_size({"width": width, "height": height})
                self._judge(f"{name} ({scheme}, {width} px)")

    def _judge(self, view: str) -> None:
        found: list[str] = self.page.evaluate(_RUN_AXE, LEVELS)
        self.wrong += [f"{view}: {each}" for each in found]
        if self.page.evaluate(_TOO_WIDE):
            self.wrong.append(f"{view}: it scrolls sideways")
        if PICTURES:
            self.page.evaluate("document.activeElement.blur()")
            self.page.screenshot(path=Path(PICTURES) / f"{view}.png", full_page=True)

    def _walk_by_tab(self, name: str) -> None:
        """Everything that can be used is reached in the order it is read, and shows it."""
        count = self.page.evaluate(_STOPS)
        reached: list[int] = []
        for _ in range(count * _MOST_TABS):
            if len(reached) == count:
                break
            self.page.keyboard.press("Tab")
            focused = self.page.evaluate(_FOCUS)
            stop = int(focused["stop"] or "-1")  # what scrolls is a stop too, without a number
            if stop in reached:
                continue  # further parts of a field for a date, which have a ring of their own
            if not focused["ring"]:
                self.wrong.append(f"{name}: no focus is to be seen on {focused['html']}")
            if stop >= 0:
                reached.append(stop)
        if reached != list(range(count)):
            self.wrong.append(f"{name}: by Tab, {count} stops come in the order {reached}")
