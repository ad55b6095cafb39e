"""What the runtime keeps on disk: where, in what shape, and how it is read and replaced.

Standard library only, so that the warm path pays for nothing else (docs/adr/0020-manifest-without-pydantic.md).
"""

from ktx_runtime.state.codec import Undecodable, decode, encode
from ktx_runtime.state.manifest import (
    AppliedAdjustment,
    InstalledFeature,
    InstalledPlugin,
    Manifest,
    PythonInterpreter,
    SmokeResult,
    WheelIdentity,
)
from ktx_runtime.state.paths import RuntimePaths, runtime_root
from ktx_runtime.state.readiness import Readiness, State, assess
from ktx_runtime.state.replace import write_json, write_text

__all__ = [
    "AppliedAdjustment",
    "InstalledFeature",
    "InstalledPlugin",
    "Manifest",
    "PythonInterpreter",
    "Readiness",
    "RuntimePaths",
    "SmokeResult",
    "State",
    "Undecodable",
    "WheelIdentity",
    "assess",
    "decode",
    "encode",
    "runtime_root",
    "write_json",
    "write_text",
]
