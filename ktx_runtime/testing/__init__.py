"""For the test suites of plugins: a pytest plugin with fixtures, and what every plugin, operation and driver promises.

    # conftest.py
    pytest_plugins = ["ktx_runtime.testing"]

It is not loaded by itself, so that an environment with ktx in it costs other suites nothing. It needs pytest (the extra
`testing`), and nothing else in ktx imports it. All real: processes, HTTP, environments, wheels.

| fixture | what it is |
|---|---|
| `ktx_caller` | calls operations and commands, one-shot and through a daemon: a test that uses it runs twice |
| `ktx_one_shot`, `ktx_http` | one of the two |
| `ktx_daemon` | the record of the daemon that `ktx_http` calls |
| `ktx_catalogue` | what this environment declares |
| `ktx_root` | an empty folder for a runtime of its own |
| `ktx` | the command `ktx`, with that root: installs for real |
| `ktx_index` | a package index on loopback, for wheels that nobody has published |
"""

from ktx_runtime.testing.caller import Caller, HttpCaller, OneShotCaller, Refusal
from ktx_runtime.testing.command_line import Ktx
from ktx_runtime.testing.conformance import (
    DriverConformance,
    EmbeddingConformance,
    OperationConformance,
    PluginConformance,
)
from ktx_runtime.testing.fixtures import (
    ktx,
    ktx_caller,
    ktx_catalogue,
    ktx_daemon,
    ktx_http,
    ktx_index,
    ktx_one_shot,
    ktx_root,
)
from ktx_runtime.testing.index import LocalIndex
from ktx_runtime.testing.run import Run

__all__ = [
    "Caller",
    "DriverConformance",
    "EmbeddingConformance",
    "HttpCaller",
    "Ktx",
    "LocalIndex",
    "OneShotCaller",
    "OperationConformance",
    "PluginConformance",
    "Refusal",
    "Run",
    "ktx",
    "ktx_caller",
    "ktx_catalogue",
    "ktx_daemon",
    "ktx_http",
    "ktx_index",
    "ktx_one_shot",
    "ktx_root",
]
