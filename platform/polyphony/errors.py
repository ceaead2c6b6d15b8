"""What the command line says of bad input."""


class BadInput(Exception):
    """Bad input, said in one line that names the place: file, row, column, what was found, what is allowed."""
