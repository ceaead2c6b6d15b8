"""Why an action was refused, in words that pages and API show as they are."""


class Refused(Exception):
    """What the state of the matter or the person's standing does not allow; the text says what to do."""
