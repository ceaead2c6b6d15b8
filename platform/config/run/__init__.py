"""``make run``: the whole house on one machine, from the database to the worker, until Ctrl-C."""
