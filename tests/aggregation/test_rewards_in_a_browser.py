"""A researcher trains a reward model on a study of the demonstration, reads it, scores with it, takes it along."""

import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, expect

from polyphony.cli import polyphony
from tests.live_stack import LiveStack
from tests.pages.crawl import sign_in
from tests.pages.visit import PHONE, WATCH, grave_findings

pytestmark = [pytest.mark.browser, pytest.mark.services]
LONG = 480_000  # the demonstration's own models are trained first


def test_train_watch_read_score_and_download(demo_site: LiveStack, chromium: Browser, tmp_path: Path) -> None:
    context = chromium.new_context(viewport={"width": PHONE, "height": 844}, accept_downloads=True)
    context.add_init_script(WATCH)
    sign_in(context, demo_site.address, "researcher")
    page = context.new_page()
    page.goto(f"{demo_site.address}/rewards/new/")
    page.get_by_label("Does this speak for you?").check()
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("How old are you?").check()
    page.get_by_label("How do you describe your gender?").check()
    page.get_by_label("Models in the ensemble").fill("2")
    page.get_by_label("Percent of texts held out for measuring").fill("50")
    page.get_by_role("button", name="Train").click()
    expect(page.get_by_role("region", name="How far the training is")).to_be_visible()
    expect(page.get_by_role("heading", name="the loss is")).to_be_visible(timeout=LONG)

    expect(page.get_by_role("heading", name="Score your own texts")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("taught it; it was measured on")).to_be_visible()
    page.evaluate("() => window.scrollTo(0, document.documentElement.scrollHeight)")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE
    assert grave_findings(page) == []
    assert page.evaluate("() => window.violations") == []

    model = page.url
    page.get_by_label("Texts to score").fill("Ask people before you decide.\n\nDecide quickly and alone.")
    page.get_by_role("button", name="Score these texts").click()
    expect(page.get_by_role("heading", name="Weighted sum picks 1 text")).to_be_visible(timeout=LONG)
    page.get_by_label("Whose views are blended").select_option("gender")
    slider = page.get_by_role("slider", name="Woman")
    slider.press("Home")
    page.wait_for_url("**weight-1=0**")
    expect(slider).to_have_value("0")
    page.get_by_label("Picked by").select_option("pareto")
    expect(page.get_by_role("heading", name="Pareto set picks")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE
    assert grave_findings(page) == []

    page.goto(model)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the model").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        archive.extractall(tmp_path / "model")
    context.close()
    rows = tmp_path / "rows.csv"
    rows.write_text("item,rater,prompt,text\nx,new,How should we decide?,Ask people before you decide.\n")
    asked = [
        "rewards",
        "predict",
        str(tmp_path / "model"),
        str(rows),
        "--mode",
        "pooled",
        "--out",
        str(tmp_path / "p.csv"),
    ]
    told = CliRunner().invoke(polyphony, asked)
    assert told.exit_code == 0, told.output
    assert (tmp_path / "p.csv").read_text().startswith("row,p,mean,")
