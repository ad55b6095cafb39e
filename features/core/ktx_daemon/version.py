"""What `ktx-daemon --version` prints."""

import platform

from ktx_daemon.features import installed_features
from ktx_daemon.installation import Installation
from ktx_runtime.api import to_json
from ktx_runtime.registry import Catalogue
from ktx_runtime.version import VERSION


def version_text() -> str:
    """The line for people."""
    return f"ktx-daemon {VERSION}\n"


def version_record(catalogue: Catalogue, installation: Installation) -> str:
    """The line for programs: wheel version, Python, installed features, and the generation as build id."""
    record = {
        "version": VERSION,
        "python": platform.python_version(),
        "features": installed_features(catalogue, installation),
        "buildId": installation.generation,
    }
    return to_json(record) + "\n"
