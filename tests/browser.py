"""Finds a Chromium for the browser tests; ``python -m tests.browser`` installs one where there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# What a browser must not do in a test: find a graphics card, or talk to its maker.
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def find_browser() -> str | None:
    """The browser's program: $CHROME, one on the PATH, or the one that Playwright installed."""
    if named := os.environ.get("CHROME"):
        if not Path(named).exists():
            raise SystemExit(f"CHROME names {named}, which does not exist.")
        return named
    for name in NAMES:
        if found := shutil.which(name):
            return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def install_browser() -> None:
    """Try Playwright's own download, then the system's packages."""
    attempts = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0:
        attempts[0].insert(-1, "--with-deps")
        if shutil.which("apt-get"):
            attempts += [["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]]
    for command in attempts:
        subprocess.run(command, check=False)
        if command[0] == "apt-get" and "update" in command:
            continue
        if works(find_browser()):
            return


def works(browser: str | None) -> bool:
    """Whether the program starts (a download may lack libraries of the system)."""
    if browser is None:
        return False
    done = subprocess.run([browser, "--version"], check=False, capture_output=True, timeout=60)
    return done.returncode == 0


def main() -> int:
    """Make sure that there is a browser, or say what to do."""
    if not works(find_browser()):
        sys.stdout.write("No browser found for the browser tests; installing one.\n")
        install_browser()
    if not works(find_browser()):
        sys.stderr.write(
            "The browser tests need Chromium, and it could not be installed here. Install chromium or google-chrome,"
            " or set CHROME to its program, then run this again.\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
