"""The verbs of `ktx plugin`, one a module; `ktx_runtime.cli.plugin` has the list."""
