"""Looks at one page in a real browser: what the console says, whether it fits a phone, what axe finds."""

from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

PHONE = 390
GRAVE = {"serious", "critical"}
AXE = Axe()
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  const { violatedDirective, blockedURI, sourceFile, lineNumber } = event;
  window.violations.push(`${violatedDirective} refused ${blockedURI} (${sourceFile}:${lineNumber})`);
});
"""
SETTLED = """() => !document.querySelector(".htmx-request")"""


@dataclass
class Visit:
    """What was found on one page."""

    role: str
    address: str
    console: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    width: int = 0
    axe: dict[str, list[str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Where, as whom."""
        return f"{self.address} as {self.role}"


def open_eyes(context: BrowserContext) -> Page:
    """A tab the size of a phone that notes violations of the content security policy."""
    context.add_init_script(WATCH)
    page = context.new_page()
    page.set_viewport_size({"width": PHONE, "height": 844})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return page


def visit(page: Page, site: str, role: str, address: str) -> Visit:
    """Load the page once, read it in light, then in dark."""
    found = Visit(role, address)

    def hear(message: ConsoleMessage) -> None:
        # A page that says 404 is one the browser reports as not loaded; everything else is ours.
        own = message.location.get("url", "") == site + address and "Failed to load resource" in message.text
        if message.type == "error" and not own:
            found.console.append(message.text)

    def complain(error: Exception) -> None:
        found.console.append(str(error))

    page.on("console", hear)
    page.on("pageerror", complain)
    try:
        page.emulate_media(color_scheme="light")
        page.goto(site + address)
        page.wait_for_function(SETTLED)
        for figure in page.query_selector_all("[data-figure]"):
            # A picture is drawn when it comes into sight.
            figure.scroll_into_view_if_needed()
            page.wait_for_function("(figure) => figure.dataset.drawn", arg=figure)
        page.evaluate("() => document.querySelectorAll('details').forEach((details) => { details.open = true; })")
        found.width = page.evaluate("() => document.documentElement.scrollWidth")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found.axe[scheme] = grave_findings(page)
        found.violations = page.evaluate("() => window.violations")
    finally:
        page.remove_listener("console", hear)
        page.remove_listener("pageerror", complain)
    return found


def grave_findings(page: Page) -> list[str]:
    """What axe-core calls serious or critical: the rule and the first elements it names."""
    response = AXE.run(page, options={"resultTypes": ["violations"]}).response
    return [
        f"{rule['id']}: {'; '.join(node['html'][:160] for node in rule['nodes'][:3])}"
        f" ({rule['nodes'][0].get('failureSummary', '')[:300]})"
        for rule in response["violations"]
        if rule["impact"] in GRAVE
    ]
