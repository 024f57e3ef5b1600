"""Every failure that is expected, in one shape that can be shown to a person without a traceback."""


class ReaderError(Exception):
    """Something a person can understand and act on.

    `what` says what was wrong and where, `hint` what to do about it (may be empty).
    `exit_code` is what the command line ends with: 1 for a failure, 2 for a wrong use.
    """

    exit_code = 1

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint

    def __str__(self) -> str:
        """Return one line: what was wrong, then what to do."""
        return f"{self.what}. {self.hint}" if self.hint else self.what


class UsageError(ReaderError):
    """The command was called in a way that cannot work: exit code 2."""

    exit_code = 2


class NoTextError(ReaderError):
    """A document could be read, and there is no text in it: a scan, pictures of pages, a page that a script would write."""
