"""The worker: hosts operations and commands, one-shot or over HTTP. Knows no feature by name."""
