"""Wheels with features of the tests' own: the real framework and worker, and next to nothing to install."""

from __future__ import annotations

import base64
import hashlib
import textwrap
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PACKAGES = ("ktx_runtime", "features/core/ktx_daemon")
BASE_DEPENDENCIES = ("filelock", "packaging", "platformdirs", "pluggy", "psutil", "pydantic")

PLUGIN = """
from ktx_runtime.api import Command, Consent, DoctorCheck, DownloadHint, Feature, SmokeCheck, hookimpl

def check(name):
    return (SmokeCheck(name=name, summary="it works", check=f"small.checks:{name}", timeout_seconds=20),)

FEATURES = (
    Feature(name="alpha", summary="says a word", default=True, smoke_checks=check("fine"),
            download=DownloadHint(what="a word", download_mb=1, disk_mb=2),
            commands=(Command(name="alpha say", summary="say it", handler="small.commands:say"),
                      Command(name="hold", summary="say it, and stay", handler="small.commands:hold"))),
    Feature(name="beta", summary="says more", extras=("beta",), consent=Consent.SEPARATE, smoke_checks=check("imports"),
            download=DownloadHint(what="many words", download_mb=1300, disk_mb=5),
            commands=(Command(name="beta", summary="say more", handler="small.commands:more"),)),
    Feature(name="gamma", summary="says most", requires=("beta",), extras=("gamma",)),
    Feature(name="delta", summary="says little"),
    Feature(name="sick", summary="never works", smoke_checks=check("sick")),
    Feature(name="slow", summary="never answers", smoke_checks=(
        SmokeCheck(name="slow", summary="hangs", check="small.checks:slow", timeout_seconds=0.5),)),
    Feature(name="leaving", summary="leaves", smoke_checks=check("leaving")),
    Feature(name="extra-less", summary="wants what is not there", extras=("bta",)),
    Feature(name="future", summary="wants another Python", requires_python=">=4"),
    Feature(name="huge", summary="does not fit",
            download=DownloadHint(what="everything", download_mb=1, disk_mb=10**12)),
    Feature(name="unreal", summary="wants what no index has", extras=("unreal",)),
)

@hookimpl
def ktx_features():
    return FEATURES

@hookimpl
def ktx_doctor_checks(feature):
    if feature.name == "beta":
        yield DoctorCheck(name="licence", summary="it is valid", check="small.checks:licence", fix="renew it")

@hookimpl
def ktx_after_install(features):
    print("to whom it may concern")
    yield "welcome to " + " and ".join(features)
"""

CHECKS = """
import pathlib, sys, time

def fine():
    return None

def imports():
    import tiny_beta
    return None if tiny_beta.WORD == "beta" else "another word"

def sick():
    print("it coughs")
    return "it has a fever"

def slow():
    time.sleep(60)

def leaving():
    sys.exit(0)

def licence():
    return "it has run out" if pathlib.Path(sys.prefix, "run-out").exists() else None
"""

COMMANDS = """
import sys, time

def say(invocation):
    invocation.stdout.write("alpha says " + " ".join(invocation.arguments) + " from " + sys.prefix + "\\n")
    return 0

def hold(invocation):
    invocation.stdout.write(sys.prefix + "\\n")
    invocation.stdout.flush()
    invocation.stdin.readline()
    import small.late
    invocation.stdout.write(small.late.WORD + "\\n")
    return 0

def more(invocation):
    import tiny_beta
    invocation.stdout.write(tiny_beta.WORD + "\\n")
    return 7
"""


@dataclass(frozen=True, slots=True)
class BuiltWheel:
    """A wheel on disk."""

    path: Path
    sha256: str


@dataclass(slots=True)
class WheelBuilder:
    """A wheel, file by file."""

    name: str
    version: str
    files: dict[str, bytes] = field(default_factory=dict)
    metadata: list[str] = field(default_factory=list)

    def add(self, path: str, text: str) -> None:
        self.files[path] = textwrap.dedent(text).encode()

    def write(self, directory: Path) -> BuiltWheel:
        directory.mkdir(parents=True, exist_ok=True)
        stem = f"{self.name.replace('-', '_')}-{self.version}"
        info = f"{stem}.dist-info"
        head = ["Metadata-Version: 2.1", f"Name: {self.name}", f"Version: {self.version}", *self.metadata]
        self.add(f"{info}/METADATA", "\n".join(head) + "\n")
        self.add(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        rows = [f"{path},sha256={_digest(content)},{len(content)}" for path, content in self.files.items()]
        wheel = directory / f"{stem}-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, content in self.files.items():
                archive.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), content)
            archive.writestr(
                zipfile.ZipInfo(f"{info}/RECORD", (1980, 1, 1, 0, 0, 0)), "\n".join([*rows, f"{info}/RECORD,,"]) + "\n"
            )
        return BuiltWheel(wheel, hashlib.sha256(wheel.read_bytes()).hexdigest())


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def build_small_wheel(directory: Path, *, find_links: Path, word: str = "late", version: str = "0.1.0") -> BuiltWheel:
    """The framework with the features above; `word` changes its content, and so its hash.

    `tiny-beta` and `tiny-gamma`, what two of the features need, are put into `find_links`.
    """
    done = directory / "done"
    if done.exists():
        # Another worker of this run has made it: all must have the same, whatever is being edited meanwhile.
        path = directory / done.read_text()
        return BuiltWheel(path, hashlib.sha256(path.read_bytes()).hexdigest())
    beta = build_library(find_links, "tiny-beta", "beta")
    build_library(find_links, "tiny-gamma", "gamma")
    builder = WheelBuilder("kaelio-ktx", version)
    for package in PACKAGES:
        root = REPOSITORY / package
        for file in sorted(root.rglob("*")):
            if (
                file.is_file()
                and "__pycache__" not in file.parts
                and (file.suffix != ".lock" or file.name == "base.lock")
            ):
                builder.files[f"{root.name}/{file.relative_to(root).as_posix()}"] = file.read_bytes()
    lock = f"tiny-beta==1.0 \\\n    --hash=sha256:{beta.sha256}\n"
    builder.add("ktx_runtime/locks/beta.lock", lock)
    for name, text in {"plugin": PLUGIN, "checks": CHECKS, "commands": COMMANDS, "late": f"WORD = {word!r}\n"}.items():
        builder.add(f"small/{name}.py", text)
    builder.add("small/__init__.py", "")
    builder.metadata = [
        "Requires-Python: >=3.11",
        *(f"Requires-Dist: {name}" for name in BASE_DEPENDENCIES),
        "Provides-Extra: beta",
        "Requires-Dist: tiny-beta; extra == 'beta'",
        "Provides-Extra: gamma",
        "Requires-Dist: tiny-gamma; extra == 'gamma'",
        "Provides-Extra: unreal",
        "Requires-Dist: no-such-distribution-at-all; extra == 'unreal'",
    ]
    scripts = "[console_scripts]\nktx = ktx_runtime.__main__:main\nktx-daemon = ktx_daemon.__main__:main\n"
    builder.add(f"kaelio_ktx-{version}.dist-info/entry_points.txt", f"{scripts}\n[ktx.plugins]\nsmall = small.plugin\n")
    wheel = builder.write(directory)
    done.write_text(wheel.path.name)
    return wheel


def build_library(directory: Path, name: str, word: str, *, version: str = "1.0") -> BuiltWheel:
    """A library with one module of the distribution's name."""
    builder = WheelBuilder(name, version)
    builder.add(f"{name.replace('-', '_')}.py", f"WORD = {word!r}\n")
    return builder.write(directory)
