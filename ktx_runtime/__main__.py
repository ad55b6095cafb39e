"""`python -I -m ktx_runtime …` and the console script `ktx`."""

from typing import NoReturn

from ktx_runtime.ending import leave
from ktx_runtime.short_life import expect_a_short_life


def main() -> NoReturn:
    """Run `ktx` with the words of this process, and end it."""
    expect_a_short_life()
    from ktx_runtime.cli.main import main as run  # noqa: PLC0415 - what it imports is a part of that short life

    leave(run())


if __name__ == "__main__":
    main()
