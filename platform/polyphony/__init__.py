"""The researcher's door: the algorithms on files, with no server and no database."""

__version__ = "0.1.0"
