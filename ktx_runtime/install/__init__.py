"""Installs: `ensure_runtime` is the one way in. Importing this package stays light."""

from ktx_runtime.install.ensure import Ensured, ensure_runtime
from ktx_runtime.install.host import Host, runtime_paths, this_host
from ktx_runtime.install.request import Answers, InstallOptions, InstallRequest

__all__ = [
    "Answers",
    "Ensured",
    "Host",
    "InstallOptions",
    "InstallRequest",
    "ensure_runtime",
    "runtime_paths",
    "this_host",
]
