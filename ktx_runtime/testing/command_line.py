"""The command `ktx`, with a runtime of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ktx_runtime.install.host import without_foreign_environments
from ktx_runtime.install.program import PROGRAM, PROGRAM_VARIABLE
from ktx_runtime.state.paths import ROOT_VARIABLE
from ktx_runtime.testing.run import Run, run_program


@dataclass(frozen=True, slots=True)
class Ktx:
    """`ktx` as the launcher starts it. Nothing outside of `root` is installed into.

    Runtimes are built from the wheel that this environment was installed from; where that is an editable install,
    `KTX_WHEEL` has to name one.
    """

    root: Path
    directory: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    def having(self, **variables: str) -> Ktx:
        """The same with more variables."""
        return replace(self, variables={**self.variables, **variables})

    @property
    def environment(self) -> dict[str, str]:
        """What it is run with."""
        ours = {ROOT_VARIABLE: str(self.root), PROGRAM_VARIABLE: PROGRAM}
        return without_foreign_environments(os.environ) | ours | dict(self.variables)

    def run(self, *words: str, stdin: str = "") -> Run:
        """Run `ktx` with `words`."""
        argv = [sys.executable, "-I", "-m", "ktx_runtime", *words]
        return run_program(argv, stdin=stdin, environment=self.environment, directory=self.directory)

    def do(self, *words: str, stdin: str = "") -> Run:
        """Run `ktx` with `words` and demand that it succeeds."""
        done = self.run(*words, stdin=stdin)
        assert done.exit_code == 0, f"ktx {' '.join(words)} ended with {done.exit_code}:\n{done.stdout}{done.stderr}"
        return done
