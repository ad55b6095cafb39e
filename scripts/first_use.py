"""Write `ktx_runtime/locks/<extra>.first-use`: the files of locked packages that smoke checks load, largest first.

    python scripts/first_use.py [--check]

An install compiles them while the smoke checks run. Only features that work in this environment are looked at, and only
packages of others: ours change daily, and are small.
"""

import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from ktx_runtime.compile_ahead import SUFFIX
from ktx_runtime.registry.collect import own_catalogue

LOCKS = Path(__file__).parents[1] / "ktx_runtime" / "locks"
LEAST_BYTES = 4_000
"""What is smaller is compiled in less time than it takes to come to it."""

LOADED = """
import sys
from ktx_runtime.smoke import main
code = main(sys.argv[1])
print(*sorted({module.__file__ for module in sys.modules.values() if getattr(module, "__file__", None)}), sep="\\n")
raise SystemExit(code)
"""


def main(words: list[str]) -> int:
    """Write, or say with 1 what is not as it would be written."""
    wrong = []
    for extra, names in first_used().items():
        file = LOCKS / f"{extra}{SUFFIX}"
        text = "".join(f"{name}\n" for name in names)
        if "--check" in words:
            wrong += [file.name] if not file.is_file() or file.read_text() != text else []
        else:
            file.write_text(text)
    if wrong:
        print(f"out of date: {', '.join(wrong)}; run: python scripts/first_use.py")
    return 1 if wrong else 0


def first_used() -> dict[str, list[str]]:
    """The files by extra, relative to where packages lie. Of features that come with every runtime."""
    return {
        entry.feature.extras[0]: _largest_first(check.check for check in entry.feature.smoke_checks)
        for entry in own_catalogue({}).features
        if entry.feature.default and entry.feature.extras
    }


def _largest_first(checks: Iterable[str]) -> list[str]:
    packages = Path(sysconfig.get_path("purelib"))
    loaded = {Path(line) for check in checks for line in _loaded(check) if line.endswith(".py")}
    theirs = [file for file in loaded if file.is_relative_to(packages) and file.stat().st_size >= LEAST_BYTES]
    names = {file.relative_to(packages).as_posix(): file.stat().st_size for file in theirs}
    return sorted(names, key=lambda name: (-names[name], name))


def _loaded(check: str) -> list[str]:
    done = subprocess.run([sys.executable, "-I", "-c", LOADED, check], capture_output=True, text=True, check=True)
    return done.stdout.split("\n")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
