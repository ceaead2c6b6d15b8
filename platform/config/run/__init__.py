"""``make run``: the whole house on one machine, from the database to the workers, until Ctrl-C."""
