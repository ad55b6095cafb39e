"""Write `ktx_runtime/locks/*.lock`: every third-party distribution of the built-in features, with its hashes.

    python scripts/lock.py --uv PATH [--upgrade]

`base.lock` is what the controller needs, `<extra>.lock` the base and that extra. They are universal (all platforms
and Pythons that `pyproject.toml` admits) and carry no address, so that a mirror serves them as well. Versions that
a lock already names stay unless `--upgrade` is given.
"""

import argparse
import subprocess
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parent.parent / "pyproject.toml"
LOCKS = PROJECT.parent / "ktx_runtime" / "locks"

BASE = "base"

EXTRAS = ("core",)
"""The extras with a lock of their own, of those that `pyproject.toml` names."""


def main() -> int:
    """Write all locks."""
    parser = argparse.ArgumentParser(description="lock the dependencies of the built-in features")
    parser.add_argument("--uv", required=True, type=Path, help="the uv to resolve with")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions")
    options = parser.parse_args()
    LOCKS.mkdir(exist_ok=True)
    _compile(options.uv, name=BASE, arguments=(), upgrade=options.upgrade)
    for extra in EXTRAS:
        # One version of each distribution, whatever is installed: an extra's lock builds on the base.
        arguments = ("--extra", extra, "--constraints", str(LOCKS / f"{BASE}.lock"))
        _compile(options.uv, name=extra, arguments=arguments, upgrade=options.upgrade)
    return 0


def _compile(uv: Path, *, name: str, arguments: tuple[str, ...], upgrade: bool) -> None:
    lock = LOCKS / f"{name}.lock"
    subprocess.run(
        [
            *(str(uv), "pip", "compile", str(PROJECT), "--quiet", "--output-file", str(lock)),
            *("--universal", "--python-version", _oldest_python(), "--generate-hashes"),
            *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
            *arguments,
            *(("--upgrade",) if upgrade else ()),
        ],
        check=True,
    )
    text = lock.read_text(encoding="utf-8")
    if "://" in text:
        raise SystemExit(f"{lock}: names an address; a lock has to serve every mirror")
    print(f"{lock.name}: {text.count('==')} distributions")


def _oldest_python() -> str:
    requires: str = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["requires-python"]
    return requires.removeprefix(">=")


if __name__ == "__main__":
    sys.exit(main())
