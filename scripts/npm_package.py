"""Put the npm package together in a directory, ready for `npm pack`.

    python -m scripts.npm_package --uv UV --wheel WHEEL --bundle DIST --output DIRECTORY

Everything that the launcher knows of Python's side is read from the wheel itself, installed into an environment of
its own: version, requirements, features, commands. Nothing of that is written by hand anywhere else.
"""

import argparse
import email.parser
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pip._internal.models.index import PyPI

from scripts.release.version import Version

ROOT = Path(__file__).parent.parent
LOCKS = ROOT / "ktx_runtime" / "locks"
BASE_LOCK = LOCKS / "base.lock"
COMMAND_REFERENCE = ROOT / "docs" / "reference" / "commands.md"
COMPLETION = ROOT / "ktx_runtime" / "completion" / "scripts"

PACKAGE_FIELDS = ("name", "description", "license", "keywords", "bin", "exports", "files", "engines", "publishConfig")


def main() -> int:
    """Write the package's directory anew."""
    parser = argparse.ArgumentParser(description="put the npm package together")
    parser.add_argument("--uv", required=True, type=Path)
    parser.add_argument("--wheel", required=True, type=Path)
    parser.add_argument("--bundle", required=True, type=Path, help="the built launcher's directory")
    parser.add_argument("--output", required=True, type=Path)
    options = parser.parse_args()
    metadata = read_metadata(options.wheel)
    output: Path = options.output
    shutil.rmtree(output, ignore_errors=True)
    (output / "assets").mkdir(parents=True)
    shutil.copytree(options.bundle, output / "dist")
    shutil.copyfile(options.wheel, output / "assets" / options.wheel.name)
    shutil.copyfile(BASE_LOCK, output / "assets" / BASE_LOCK.name)
    shutil.copytree(COMPLETION, output / "assets" / "completion")
    for name in ("README.md", "LICENSE"):
        shutil.copyfile(ROOT / name, output / name)
    _write_json(output / "assets" / "help.json", help_pages())
    _write_json(output / "assets" / "runtime.json", describe_runtime(options.uv, options.wheel, metadata))
    _write_json(output / "package.json", package_description(metadata["Version"]))
    _settle_modes(output)
    return 0


def _settle_modes(output: Path) -> None:
    """The same for whoever builds it, whatever their umask."""
    for path in output.rglob("*"):
        path.chmod(0o755 if path.is_dir() or path.name == "bin.js" else 0o644)


def read_metadata(wheel: Path) -> Mapping[str, str]:
    """The wheel's own METADATA."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        text = archive.read(name).decode()
    return dict(email.parser.HeaderParser().parsestr(text).items())


def package_description(version: str) -> dict[str, object]:
    """The published `package.json`: what is checked in, without what only we need, with the wheel's version."""
    source = json.loads((ROOT / "npm" / "package.json").read_text("utf-8"))
    return {**{key: source[key] for key in PACKAGE_FIELDS}, "version": Version.from_python(version).npm}


def describe_runtime(uv: Path, wheel: Path, metadata: Mapping[str, str]) -> dict[str, object]:
    """`runtime.json`: what the launcher knows of Python's side."""
    content = wheel.read_bytes()
    pins = json.loads((LOCKS / "uv.json").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as directory:
        python = _install(uv, wheel, hashlib.sha256(content).hexdigest(), Path(directory))
        catalogue = json.loads(_output(python, "-m", "ktx_runtime.registry.describe"))["catalogue"]
        commands = json.loads(_output(python, "-c", FRAMEWORK_COMMANDS))
    broken = [row for row in catalogue["plugins"] if row["state"] != "ok"]
    if broken:
        raise SystemExit(f"a plugin in the wheel is broken: {broken}")
    return {
        "schemaVersion": 1,
        "version": metadata["Version"],
        "wheel": {"file": wheel.name, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)},
        "requiresPython": metadata["Requires-Python"],
        "baseLock": BASE_LOCK.name,
        "uv": {key: pins[key] for key in ("version", "minimum", "wheels")},
        # The only place where an address is taken from, so that none stands in the repository.
        "indexUrl": PyPI.simple_url,
        "commands": commands,
        "features": [_summary(entry["feature"]) for entry in catalogue["features"]],
    }


def help_pages() -> dict[str, str]:
    """What `--help` says of every command, by its name: for machines without a runtime to ask.

    Taken from the generated page of the documentation, which a check compares with the code.
    """
    text = COMMAND_REFERENCE.read_text("utf-8")
    return dict(re.findall(r"^## ktx (.+)\n\n```text\n((?:.*\n)*?)```$", text, re.MULTILINE))


FRAMEWORK_COMMANDS = """
import json
from ktx_runtime.cli.framework import framework_commands
print(json.dumps([{"name": name, "summary": summary} for name, summary in framework_commands()]))
"""


def _summary(feature: dict[str, object]) -> dict[str, object]:
    commands = feature["commands"]
    assert isinstance(commands, list)  # noqa: S101 - for the type checker
    shown = {key: feature[key] for key in ("name", "summary", "default", "consent", "download")}
    return {**shown, "commands": [row for command in commands for row in _rows(command)]}


def _rows(command: dict[str, Any]) -> Iterator[dict[str, str]]:
    """A command, and each of its verbs."""
    yield {"name": command["name"], "summary": command["summary"]}
    for verb, summary in command["verbs"].items():
        yield {"name": f"{command['name']} {verb}", "summary": summary}


def _install(uv: Path, wheel: Path, sha256: str, directory: Path) -> Path:
    """An environment with the light base and the wheel, as a first run makes it; its interpreter."""
    requirement = directory / "wheel.txt"
    requirement.write_text(f"kaelio-ktx @ {wheel.resolve().as_uri()} --hash=sha256:{sha256}\n", encoding="utf-8")
    environment = directory / "venv"
    subprocess.run([uv, "venv", "--quiet", "--no-project", "--python", sys.executable, environment], check=True)
    python = environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    sync = [uv, "pip", "sync", "--quiet", "--require-hashes", "--python", python, BASE_LOCK, requirement]
    subprocess.run(sync, check=True)
    return python


def _output(python: Path, *arguments: str) -> str:
    return subprocess.run([python, "-I", *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


def _write_json(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
