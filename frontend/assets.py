"""The style sheets of every page, in the order in which they build on each other: one file per component."""

STYLES = tuple(
    f"frontend/css/{name}.css"
    for name in (
        "tokens",
        "elements",
        "layout",
        "navigation",
        "button",
        "card",
        "empty",
        "form",
        "table",
        "bar",
        "badge",
        "pager",
        "notice",
        "tabs",
        "dialog",
        "progress",
        "vote-card",
        "answer",
        "task",
        "shortcuts",
        "figure",
        "principle",
    )
)
