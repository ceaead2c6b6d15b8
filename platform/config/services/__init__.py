"""PostgreSQL and Valkey of our own, from wheels, for a machine where neither is installed.

Nothing here imports Django: the addresses must be known before the settings are read.
"""
