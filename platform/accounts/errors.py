"""Refusals of the accounts room: each says what happened and what to do, in words for the page."""


class Refused(Exception):
    """Something a person asked for cannot be done; the message is for them."""


class EntryClosed(Refused):
    """The community takes new people by invitation only."""


class Banned(Refused):
    """The person was excluded from the community."""


class LinkRefused(Refused):
    """An entry link that opens nothing (any more)."""


class LastAdmin(Refused):
    """A community would be left without anybody to look after it."""
