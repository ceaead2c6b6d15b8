"""What this room refuses, in words for the page."""


class Refused(Exception):
    """The state of the export does not allow it; the text says why and what to do."""
