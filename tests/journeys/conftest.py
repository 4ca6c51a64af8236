"""A real browser in front of the real pages: signed in as anybody, checked with axe on every page visited."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from inclusiv.core.actors import Actor
from tests.conftest import ActingClient, Cast, make_cast

CHROMIUM = os.environ.get("INCLUSIV_CHROMIUM", "/usr/bin/chromium")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here as a journey, skipped in words where there is no browser."""
    absent = pytest.mark.skip(reason="no Chromium on this machine: set INCLUSIV_CHROMIUM")
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.journey)
            if not CHROMIUM or not Path(CHROMIUM).exists():
                item.add_marker(absent)


@dataclass
class Visitor:
    """Somebody in front of the browser; every page they leave has been checked."""

    page: Page
    site: str
    scripts: bool = True
    complaints: list[str] = field(default_factory=list)

    def go(self, address: str) -> None:
        """Open an address of the site, then check the page."""
        self.page.goto(f"{self.site}{address}")
        self.check()

    def press(self, name: str, *, role: Any = "button") -> None:
        """Press the button or link of this name, wait for the page it leads to, check it."""
        self.page.get_by_role(role, name=name).first.click()
        self.page.wait_for_load_state("networkidle")
        self.check()

    def fill(self, **fields: str) -> None:
        """Fill fields by their name in the form."""
        for name, value in fields.items():
            control = self.page.locator(f"[name='{name}']").first
            if control.evaluate("node => node.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)

    def sees(self, text: str) -> bool:
        """Say whether the page shows the text."""
        return text in self.page.locator("body").inner_text().replace("\u00a0", " ").replace("\u202f", " ")

    def hear(self, line: ConsoleMessage) -> None:
        """Keep what the console complains of.

        A form that is refused answers 422, and a request is dropped when one leaves the page: neither is a fault.
        """
        expected = ("htmx:", "Failed to load resource: the server responded with a status of 422")
        if line.type == "error" and not line.text.startswith(expected):
            self.complaints.append(line.text)

    def check(self) -> None:
        """Fail on an accessibility barrier, a page that slides sideways, or a complaint of the console.

        Without scripts axe cannot run: the page is the one that it checks elsewhere.
        """
        options = {"runOnly": RULES}
        found = Axe().run(self.page, options=options).response["violations"] if self.scripts else []
        barriers = [(rule["id"], [node["html"][:160] for node in rule["nodes"]]) for rule in found]
        slides = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert (self.page.url, barriers, max(0, slides), self.complaints) == (self.page.url, [], 0, [])


@pytest.fixture
def cast(transactional_db: None, reference: None) -> Cast:
    """The characters, seen by the server too."""
    return make_cast()


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """Start Chromium."""
    # Playwright's synchronous interface runs an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Doors:
    """Opens the site as anybody."""

    def __init__(self, site: str, chromium: Browser) -> None:
        self.site = site
        self.chromium = chromium

    def visitor(self, *, width: int = 1320, scripts: bool = True) -> Visitor:
        """Open a browser with nobody signed in."""
        context = self.chromium.new_context(
            reduced_motion="reduce",
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            locale="fr-FR",
        )
        visitor = Visitor(page=context.new_page(), site=self.site, scripts=scripts)
        visitor.page.on("console", visitor.hear)
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        return visitor

    def acting(self, actor: Actor, *, width: int = 1320, scripts: bool = True) -> Visitor:
        """Open a browser in which this actor is signed in."""
        visitor = self.visitor(width=width, scripts=scripts)
        cookie = ActingClient().acting(actor).cookies["sessionid"].value
        visitor.page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": self.site}])
        return visitor


@pytest.fixture
def doors(live_server: Any, cast: Cast, chromium: Browser) -> Doors:
    """The site and its browser."""
    return Doors(str(live_server.url), chromium)
