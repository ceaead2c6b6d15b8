"""The researcher's door: the algorithms on files, with no server and no database; and a client for a server."""

from polyphony.client import Client as Client

__version__ = "0.1.0"
