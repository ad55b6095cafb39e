"""Write `ktx_runtime/locks/*.lock`: every third-party distribution of the built-in features, with its hashes; and
`dev.lock`, what the project is built and tested with.

    python scripts/lock.py --uv PATH [--upgrade]

`base.lock` is what the controller needs, `<extra>.lock` the base and that extra. They are universal (all platforms
and Pythons that `pyproject.toml` admits) and carry no address, so that a mirror serves them as well. Versions that
a lock already names stay unless `--upgrade` is given. `dev.lock` is read as constraints: it holds versions still,
and what it does not name yet is resolved.
"""

import argparse
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parent.parent / "pyproject.toml"
LOCKS = PROJECT.parent / "ktx_runtime" / "locks"
DEVELOPMENT = PROJECT.parent / "dev.lock"

BASE = "base"

EXTRAS = ("core", "embeddings", "embeddings-parquet", "local-embeddings")
"""The extras with a lock of their own, of those that `pyproject.toml` names."""

LEFT_OUT = re.compile(r"torch|triton|nvidia-.*|cuda-.*")
"""Which build of torch is right depends on the machine, and the makers' packages on that: they are left to resolve."""

DEVELOPED = ("core", "embeddings", "embeddings-parquet")
"""The extras that the development environment has."""


def main() -> int:
    """Write all locks."""
    parser = argparse.ArgumentParser(description="lock the dependencies of the built-in features")
    parser.add_argument("--uv", required=True, type=Path, help="the uv to resolve with")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions")
    options = parser.parse_args()
    LOCKS.mkdir(exist_ok=True)
    base = LOCKS / f"{BASE}.lock"
    _compile(options.uv, lock=base, arguments=("--generate-hashes",), upgrade=options.upgrade)
    for extra in EXTRAS:
        # One version of each distribution, whatever is installed: an extra's lock builds on the base.
        arguments = ("--generate-hashes", "--extra", extra, "--constraints", str(base))
        lock = LOCKS / f"{extra}.lock"
        _compile(options.uv, lock=lock, arguments=arguments, upgrade=options.upgrade)
        _leave_out(lock)
    # What is tested is what ships.
    arguments = tuple(
        word for extra in DEVELOPED for word in ("--extra", extra, "--constraints", str(LOCKS / f"{extra}.lock"))
    )
    arguments += tuple(word for group in _groups() for word in ("--group", group))
    _compile(options.uv, lock=DEVELOPMENT, arguments=arguments, upgrade=options.upgrade)
    return 0


def _compile(uv: Path, *, lock: Path, arguments: tuple[str, ...], upgrade: bool) -> None:
    subprocess.run(
        [
            *(str(uv), "pip", "compile", str(PROJECT), "--quiet", "--output-file", str(lock)),
            *("--universal", "--python-version", _oldest_python()),
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


def _leave_out(lock: Path) -> None:
    """Drop the entries of what is not to be locked: lines that begin with such a name, and those that continue them."""
    kept, drop = [], False
    for line in lock.read_text(encoding="utf-8").splitlines(keepends=True):
        if not line[0].isspace():
            drop = bool(LEFT_OUT.fullmatch(re.split(r"[=\[ ;]", line, maxsplit=1)[0]))
        if not drop:
            kept.append(line)
    lock.write_text("".join(kept), encoding="utf-8")


def _oldest_python() -> str:
    requires: str = _project()["project"]["requires-python"]
    return requires.removeprefix(">=")


def _groups() -> list[str]:
    return sorted(_project()["dependency-groups"])


def _project() -> dict[str, Any]:
    return tomllib.loads(PROJECT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(main())
