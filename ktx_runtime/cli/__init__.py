"""The `ktx` command of the controller: the `runtime` verbs, and the way to the features' commands."""
