"""The benchmarks run and say figures. A bound is for a quiet machine to keep: here a broken one is no failure."""

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
SMALL = {
    "compile.py": ("--queries", "3", "--rounds", "1"),
    "cold_start.py": ("--rounds", "1"),
    "tpch.py": ("--scale", "0.01", "--rounds", "1", "--all"),
}


@pytest.mark.parametrize("name", SMALL)
def test_it_says_figures_and_which_bounds_are_broken(name):
    command = [sys.executable, BENCHMARKS / name, *SMALL[name]]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    bounded = [line for line in done.stdout.splitlines() if "≤" in line]
    assert bounded, done.stderr
    assert done.stderr == ""
    assert done.returncode == any(line.endswith("BROKEN") for line in bounded)
