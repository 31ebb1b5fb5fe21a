"""The error for mistakes that the user can correct."""


class UserError(ValueError):
    """A mistake in the options, files or folders that a task was given; the command line shows no traceback of it.

    The message is one sentence that says what was wrong, with the path, line or value, and what was expected instead.

    >>> raise UserError("names.txt, line 3: expected one name, found an empty line")
    Traceback (most recent call last):
    tasks.support.errors.UserError: names.txt, line 3: expected one name, found an empty line
    """
