"""The verbs of `ktx runtime`, one a module; `ktx_runtime.cli.runtime` has the list."""
