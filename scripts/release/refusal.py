"""What keeps a release from being made."""


class ReleaseRefused(Exception):
    """Nothing was changed, or what was is named. `hint` says what to do."""

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        return f"error: {self.args[0]}\nhint: {self.hint}"
