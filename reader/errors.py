"""The errors that a person can understand and act on. They are shown without a traceback."""

INTERRUPTED = 130
"""The exit code of a command that Ctrl+C ended."""


class ReaderError(Exception):
    """An expected failure.

    `what` says what happened and where, `hint` what to do next (may be empty). The command line ends with `exit_code`: 1 for a
    failure, 2 for wrong usage.
    """

    exit_code = 1

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint

    def __str__(self) -> str:
        """Return what happened and what to do next, in one line."""
        return f"{self.what}. {self.hint}" if self.hint else self.what


class UsageError(ReaderError):
    """Wrong usage of a command: exit code 2."""

    exit_code = 2


class NoTextError(ReaderError):
    """A document without text: a scan, images of pages, or a page that only a script would fill."""


class ScanError(NoTextError):
    """A document of pictures of pages, whose text can be recognised when a person asks for it."""
