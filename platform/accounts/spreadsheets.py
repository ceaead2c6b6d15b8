"""Writing for spreadsheets, which run cells that begin like a formula."""

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def harmless(cell: str) -> str:
    """The cell with an apostrophe before it where a spreadsheet would take it for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell.lstrip(" ").startswith(RISKY) else cell


class Line:
    """A file that hands each written line back, so that :func:`csv.writer` can stream."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line
