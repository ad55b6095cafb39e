"""The list of known traps names tests that exist."""

import re
from pathlib import Path

HERE = Path(__file__).parent
LIST = HERE / "traps" / "README.md"


def test_every_trap_has_its_tests() -> None:
    lines = [line for line in LIST.read_text("utf-8").splitlines() if line.startswith("| ")][1:]
    named = {
        trap.strip(): re.findall(r"`(test_\w+)`", tests) for _, trap, tests, _ in (line.split("|") for line in lines)
    }
    files = [file.read_text("utf-8") for file in HERE.rglob("test_*.py")]
    written = {name for text in files for name in re.findall(r"^def (test_\w+)", text, re.MULTILINE)}
    assert len(named) > 30
    assert all(named.values())
    assert {trap: sorted(set(tests) - written) for trap, tests in named.items() if set(tests) - written} == {}
