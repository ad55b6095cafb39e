"""`ktx-daemon serve-http`, from its words to a daemon that serves what is installed."""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence

from ktx_daemon.features import installed_features
from ktx_daemon.http.options import parse_options
from ktx_daemon.installation import find_installation
from ktx_runtime.registry import load_catalogue
from ktx_runtime.version import VERSION

VERSION_VARIABLE = "KTX_DAEMON_VERSION"


def serve_http(words: Sequence[str], *, environment: Mapping[str, str]) -> int:
    """Serve until told to stop; the exit code. Raises `KtxError`."""
    options = parse_options(words)
    # Imports and declarations make few cycles, and looking for them is a tenth of a start. `serve` turns it on again.
    gc.disable()
    from ktx_daemon.http.serve import Identity, serve  # noqa: PLC0415 - wrong words need no server

    installation = find_installation(environment)
    catalogue = load_catalogue(environment)
    features = installed_features(catalogue, installation)
    identity = Identity(
        version=environment.get(VERSION_VARIABLE) or VERSION,
        generation=installation.generation or "",
        features=features,
        logs_directory=installation.paths.logs_directory,
    )
    return serve(options, catalogue, identity, environment=environment)
