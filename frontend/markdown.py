"""Markdown from models and from people as harmless HTML."""

import re
from itertools import count

import nh3
from markdown_it import MarkdownIt

_READER = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
_TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}


def safe_markdown(text: str) -> str:
    """HTML without scripts, styles, pictures and frames; links open without telling where from.

    Headings become bold paragraphs, so that a text cannot break the page's own outline; every block finds its own
    direction, so that right-to-left text reads as it should. A wide table scrolls by itself, also by keyboard.
    """
    tokens = _READER.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "p"
        if token.type == "heading_open":
            token.attrSet("class", "heading")
        if token.type in {"heading_open", "paragraph_open", "list_item_open", "blockquote_open", "table_open"}:
            token.attrSet("dir", "auto")
    html = _READER.renderer.render(tokens, _READER.options, {})
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}, "*": {"dir"}, "p": {"class", "dir"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    number = count(1)
    return re.sub(r"<table\b.*?</table>", lambda found: _scrolling(found.group(), next(number)), clean, flags=re.DOTALL)


def _scrolling(table: str, number: int) -> str:
    return f'<div class="table-scroll" tabindex="0" role="region" aria-label="Table {number}">{table}</div>'
