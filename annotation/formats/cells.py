"""CSV cells that a spreadsheet would run as formulas are written so that it does not, and read back unchanged."""

_ACTIVE = ("=", "+", "-", "@", "\t", "\r")


def neutral(text: str) -> str:
    """The cell with an apostrophe before it where it would be a formula; numbers such as -5 stay.

    >>> neutral("=1+1"), neutral("-5"), neutral("'=1+1"), neutral("plain")
    ("'=1+1", '-5', "''=1+1", 'plain')
    """
    return f"'{text}" if _is_active(text.lstrip("'")) else text


def restored(text: str) -> str:
    """The cell as it was before :func:`neutral`.

    >>> restored("'=1+1"), restored("''=1+1"), restored("'tis"), restored("-5")
    ('=1+1', "'=1+1", "'tis", '-5')
    """
    return text[1:] if text.startswith("'") and _is_active(text.lstrip("'")) else text


def _is_active(text: str) -> bool:
    if not text.startswith(_ACTIVE):
        return False
    try:
        float(text)
    except ValueError:
        return True
    return False
