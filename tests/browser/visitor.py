"""Somebody with a browser window, whose complaints are kept."""

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page

from tests.browser.server import PASSWORD, PEOPLE, Server
from tests.guards.house import CAST

PATIENCE_MS = 60_000
WORK_MS = 180_000
"""So long may a page and a job take, on a machine that does much else. Only what fails waits so long."""

UNDER_WAY = ".htmx-request, .htmx-swapping, .htmx-added, .htmx-settling"
"""Marks of htmx, which fetches a part of the page or puts it in its place."""

LISTEN = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.refused.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
"""


class Visitor:
    """One browser window, signed in as one of the cast or as nobody."""

    def __init__(self, context: BrowserContext, server: Server) -> None:
        self.context = context
        self.server = server
        self.complaints: list[str] = []
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(LISTEN)
        self.page: Page = context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", self._fell)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{self.page.url}: {message.type}: {message.text}")

    def _fell(self, error: Error) -> None:
        self.complaints.append(f"{self.page.url}: {error}")

    def enter(self, person: str) -> "Visitor":
        """The cast through the demonstration's door, others with their password; a citizen only comes to the front."""
        self.page.goto("/")
        if person in CAST and person != "citizen":
            with self.page.expect_navigation():
                self.page.locator(f".demo-bar button[value={person}]").click()
        elif person in PEOPLE:
            self.sign_in(person)
            self.page.locator(".menu__name").wait_for()
        return self

    def sign_in(self, person: str, password: str = PASSWORD) -> None:
        """Fill in the sign-in form and send it."""
        self.page.goto("/konto/login/")
        self.page.locator("input[name=login]").fill(f"{person}@demo.example")
        self.page.locator("input[name=password]").fill(password)
        self.page.locator("form:has(input[name=password]) button[type=submit]").click()

    def speak(self, language: str) -> "Visitor":
        self.context.add_cookies([{"name": "django_language", "value": language, "url": self.server.url}])
        return self

    def go(self, path: str) -> Page:
        """Open a page that must answer, and wait for the parts that it fetches by itself."""
        response = self.page.goto(path)
        assert response is not None
        assert response.ok, f"{path}: {response.status}"
        self.page.locator(UNDER_WAY).first.wait_for(state="detached")
        return self.page

    def sees(self, text: str) -> bool:
        """Whether the text stands on the page, now or soon."""
        self.page.get_by_text(text).first.wait_for()
        return True

    def refused(self) -> list[str]:
        """What the content security policy has refused on this page."""
        found: list[str] = self.page.evaluate("window.refused")
        return [f"{self.page.url}: {line}" for line in found]
