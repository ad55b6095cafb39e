"""`ktx plugin <verb>`: for those who write plugins."""

from __future__ import annotations

from ktx_runtime.cli.verb_group import VerbGroup

VERBS = {
    "new": "start a plugin: a project that passes its own tests",
    "check": "say whether a plugin holds what plugins promise, and what to mend",
}
"""Verb to summary. The code of `<verb>` is in `ktx_runtime.cli.plugin_verbs.<verb>`."""

GROUP = VerbGroup("plugin", VERBS, package="ktx_runtime.cli.plugin_verbs")
