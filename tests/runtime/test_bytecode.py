"""What was compiled before is not compiled again, and nothing but what it was compiled from is ever taken for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ktx_runtime.install.bytecode import reuse_bytecode
from tests.runtime.conftest import Ktx

PLACE = Path("lib", f"python3.{sys.version_info.minor}", "site-packages")


def run(environment: Path, code: str) -> str:
    argv = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(environment / PLACE)!r}); {code}"]
    return subprocess.run(argv, check=True, capture_output=True, text=True, env={}).stdout.strip()


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """An environment whose one package was compiled by being imported."""
    environment = tmp_path / "before"
    package = environment / PLACE / "package"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("WORD = 'first'\n")
    os.utime(package / "__init__.py", (1_000_000, 1_000_000))
    assert run(environment, "import package; print(package.WORD)") == "first"
    assert len(compiled(environment)) == 1
    return environment


def compiled(environment: Path) -> list[Path]:
    return sorted((environment / PLACE).rglob("*.pyc"))


def copy_of(before: Path, *, linked: bool) -> Path:
    """The same package as an installer puts it there, without anything compiled."""
    after = before.with_name("after")
    (after / PLACE / "package").mkdir(parents=True)
    source = before / PLACE / "package" / "__init__.py"
    target = after / PLACE / "package" / "__init__.py"
    if linked:
        target.hardlink_to(source)
    else:
        shutil.copyfile(source, target)
        os.utime(target, (2_000_000, 2_000_000))
    return after


@pytest.mark.parametrize("linked", [True, False], ids=["linked", "copied"])
def test_python_takes_what_is_used_again_as_it_is(before: Path, *, linked: bool) -> None:
    after = copy_of(before, linked=linked)
    assert reuse_bytecode(after, [before]) == 1
    (file,) = compiled(after)
    stamp = file.stat()
    assert run(after, "import package; print(package.WORD, package.__cached__)") == f"first {file}"
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == (stamp.st_mtime_ns, stamp.st_ino)
    assert run(after, "import package; print(package.__spec__.loader.get_code('package').co_filename)") == str(
        file.parents[1] / "__init__.py"
    )
    assert reuse_bytecode(after, [before]) == 0


def test_another_source_is_compiled_anew(before: Path) -> None:
    after = copy_of(before, linked=False)
    source = after / PLACE / "package" / "__init__.py"
    source.write_text("WORD = 'other'\n")
    os.utime(source, (1_000_000, 1_000_000))
    assert reuse_bytecode(after, [before]) == 0
    assert run(after, "import package; print(package.WORD)") == "other"


def test_a_source_that_was_changed_and_put_back_is_compiled_anew(before: Path) -> None:
    after = copy_of(before, linked=False)
    source = before / PLACE / "package" / "__init__.py"
    source.write_text("WORD = 'evil!'\n")
    assert run(before, "import package; print(package.WORD)") == "evil!"
    shutil.copyfile(after / PLACE / "package" / "__init__.py", source)
    os.utime(source, (3_000_000, 3_000_000))
    assert reuse_bytecode(after, [before]) == 0
    assert run(after, "import package; print(package.WORD)") == "first"


def test_rubbish_is_left(before: Path) -> None:
    after = copy_of(before, linked=False)
    (file,) = compiled(before)
    for content in (b"", b"rubbish", file.read_bytes()[:10]):
        file.write_bytes(content)
        assert reuse_bytecode(after, [before, before.with_name("nowhere")]) == 0
    assert compiled(after) == []


@pytest.mark.runtime
def test_the_next_generation_compiles_nothing_again_and_a_repair_everything(ktx: Ktx) -> None:
    ktx.install()
    ktx.install("beta")
    log = ktx.logs()[-1].read_text()
    counted = [int(line.split()[1]) for line in log.splitlines() if "compiled files were used again" in line]
    assert counted[0] > 50
    generation = ktx.generation_directory(ktx.manifest()["generation"])
    assert list(generation.glob("venv/lib/*/site-packages/small/__pycache__/checks.*.pyc"))
    assert ktx.run("runtime", "doctor").returncode == 0
    assert ktx.run("runtime", "install", "--force", "--yes").returncode == 0
    assert "0 compiled files were used again" in ktx.logs()[-1].read_text()
