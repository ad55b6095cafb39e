"""`ktx runtime <verb>`."""

from __future__ import annotations

from ktx_runtime.cli.verb_group import VerbGroup

VERBS = {
    "install": "install the runtime, or add features to it",
    "status": "what is installed, and whether it is ready",
    "start": "start the daemon, which keeps what is slow to load; or find the one that runs",
    "stop": "stop the daemon",
    "doctor": "examine everything, and with --fix repair what can be repaired",
    "prune": "free what no runtime needs any longer",
    "plugins": "add, remove or list plugins that others have written",
    "features": "all features, and which of them are installed",
    "logs": "which logs there are, and the end of one",
    "path": "where the runtime lies",
    "ensure": "make features ready, for programs",
    "bundle": "collect in a directory all that an install without a network needs",
    "uninstall": "remove everything that ktx has put on this machine",
    "why": "what was decided about the daemon lately, and why",
}
"""Verb to summary. The code of `<verb>` is in `ktx_runtime.cli.verbs.<verb>`."""

GROUP = VerbGroup("runtime", VERBS, package="ktx_runtime.cli.verbs")
