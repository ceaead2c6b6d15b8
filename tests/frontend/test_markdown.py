"""Text from models and people: nothing harmful, its meaning kept, wide tables that scroll by themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontend.markdown import safe_markdown


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        '<img src=x onerror="alert(1)">',
        "![x](https://example.org/pixel.png)",
        '<p style="position:fixed" onclick="x()">hello</p>',
        "<iframe src='https://example.org'></iframe>",
    ],
)
def test_markdown_cannot_do_harm(text: str) -> None:
    html = safe_markdown(text)
    for harmful in ("<script", "<img", "<iframe", 'href="javascript', "<p style"):
        assert harmful not in html


def test_markdown_keeps_its_meaning() -> None:
    html = safe_markdown("# Title\n\n* **one**\n\n`x < y`\n\n[more](https://example.org)")
    assert '<p class="heading" dir="auto">Title</p>' in html
    assert "<strong>one</strong>" in html
    assert "<code>x &lt; y</code>" in html
    assert 'rel="noopener noreferrer nofollow"' in html


@given(st.text(max_size=200))
def test_any_text_is_shown_without_script_or_style(text: str) -> None:
    html = safe_markdown(text).lower()
    assert "<script" not in html
    assert "<style" not in html


def test_each_table_scrolls_by_itself() -> None:
    table = "| a | b |\n|---|---|\n| 1 | 2 |\n"
    html = safe_markdown(f"{table}\nbetween\n\n{table}")
    assert html.count('<div class="table-scroll" tabindex="0" role="region" aria-label="Table ') == 2
    assert html.count("</table></div>") == 2
    assert 'aria-label="Table 2"' in html
