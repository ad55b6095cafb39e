"""`python -I -m ktx_runtime …` and the console script `ktx`."""

from ktx_runtime.cli.main import main

__all__ = ["main"]

if __name__ == "__main__":
    raise SystemExit(main())
