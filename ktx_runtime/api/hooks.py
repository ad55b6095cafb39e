"""The marker with which a plugin says that a function implements a hook."""

import pluggy

PROJECT_NAME = "ktx"

hookimpl = pluggy.HookimplMarker(PROJECT_NAME)
"""Decorates an implementation: `@hookimpl def ktx_features() -> Iterable[Feature]: ...`"""
