"""Errors that end a compilation with a message for the user."""


class CompileError(Exception):
    """The text says what is wrong and, where there is one, the way out."""


class ToolFailed(CompileError):
    """A tool ended with an error that it has already explained on stderr."""

    def __init__(self, status):
        super().__init__("")
        self.status = status
