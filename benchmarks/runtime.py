"""What the runtime costs: a warm install, a call with nothing to do, `status`; against floors of the same run.

    make wheel && python benchmarks/runtime.py [--rounds 7]

Needs `.tools/bin/uv`, as `make dev` brings it. The package cache is warm after the first round, which is not counted.
"""

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from figures import ENVIRONMENT, Figure, in_turn, report, timed

REPOSITORY = Path(__file__).parents[1]
UV = REPOSITORY / ".tools" / "bin" / "uv"
FIRST_IMPORT = "import pydantic, sqlglot, sqlglot.dialects.sqlite, yaml, stevedore.driver"
"""An install of ours proves that core computes; that loads, and so compiles, this much for the first time."""
NOTHING = [sys.executable, "-I", "-c", "pass"]


def main() -> int:
    """Measure and print; the exit code is 1 if a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    (wheel,) = (REPOSITORY / "build" / "wheel").glob("*.whl")
    with tempfile.TemporaryDirectory() as name:
        return report(measure(Path(name), wheel, rounds))


def measure(directory: Path, wheel: Path, rounds: int) -> Iterator[Figure]:
    """The figures, one after another."""
    controller = make_controller(directory / "controller", wheel)
    root = directory / "root"
    variables = {"KTX_WHEEL": str(wheel), "KTX_UV": str(UV), "KTX_RUNTIME_ROOT": str(root)}

    def ktx(*words: str) -> Callable[[], object]:
        command = [str(controller), "-I", "-m", "ktx_runtime", *words]
        return lambda: run(command, variables)

    def fresh_install() -> float:
        shutil.rmtree(root, ignore_errors=True)
        return timed(ktx("runtime", "install", "--yes"))

    def bare_install() -> float:
        place = directory / "bare"
        shutil.rmtree(place, ignore_errors=True)
        return timed(lambda: bare(place, wheel))

    def bare_install_and_import() -> float:
        python = str(directory / "bare" / "bin" / "python")
        return bare_install() + timed(lambda: run([python, "-I", "-c", FIRST_IMPORT], {}))

    installs, bares, imported = in_turn([fresh_install, bare_install, bare_install_and_import], rounds)
    yield Figure("install core / bare uv venv and uv pip install", ratio(installs, bares), 1.5)
    yield Figure("  / the same and a first import, which compiles what it loads", ratio(installs, imported))
    firsts, nexts = in_turn(
        [lambda: processor_seconds(fresh_install), lambda: processor_seconds(lambda: next_generation(root, ktx))],
        rounds,
    )
    yield Figure("  a next generation, which compiles nothing again / the first, processor", ratio(nexts, firsts))
    nothing = lambda: run(NOTHING, {})  # noqa: E731 - a name for the floor
    kinds = [ktx("runtime", "ensure", "--yes"), ktx("runtime", "status"), nothing]
    taken = in_turn([lambda kind=kind: processor_seconds(kind) for kind in kinds], rounds * 3)
    ensure, status, floor = (statistics.median(times) * 1e3 for times in taken)
    yield Figure("a call that finds all ready, ms of processor beyond python -c pass", ensure - floor, 120)
    yield Figure("runtime status, ms of processor beyond python -c pass", status - floor, 150)


def next_generation(root: Path, ktx: Callable[..., Callable[[], object]]) -> None:
    """Build the runtime once more, as for another wheel."""
    (manifest,) = root.glob("*/manifest.json")
    content = json.loads(manifest.read_text())
    content["wheel"]["sha256"] = "0" * 64
    manifest.write_text(json.dumps(content))
    ktx("runtime", "install", "--yes")()


def make_controller(place: Path, wheel: Path) -> Path:
    """An environment with the wheel's light base, as the launcher makes one."""
    bare(place, wheel, extra="")
    return place / "bin" / "python"


def bare(place: Path, wheel: Path, extra: str = "[core]") -> None:
    """What anybody would type."""
    run([str(UV), "venv", "--quiet", "--python", sys.executable, str(place)], {})
    python = str(place / "bin" / "python")
    run([str(UV), "pip", "install", "--quiet", "--python", python, f"kaelio-ktx{extra} @ {wheel.as_uri()}"], {})


def run(command: list[str], variables: dict[str, str]) -> None:
    """Run a program to its end; what it says is shown only when it fails."""
    done = subprocess.run(command, env={**ENVIRONMENT, **variables}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command}: {done.stderr}")


def processor_seconds(action: Callable[[], object]) -> float:
    """Processor time of the processes that `action` waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    action()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ratio(these: list[float], those: list[float]) -> float:
    """The median of the ratios, round by round."""
    return statistics.median(one / other for one, other in zip(these, those, strict=True))


if __name__ == "__main__":
    raise SystemExit(main())
