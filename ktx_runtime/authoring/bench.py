"""Where a plugin is tried out: a temporary environment like the ones that users have, made with uv and removed again.

No code of the plugin runs in this process: it is built, installed, described and checked by processes of that
environment, which know of no other runtime than their own.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ktx_runtime.install.build import DESCRIBE
from ktx_runtime.install.declared import Declarations, find_declarations
from ktx_runtime.install.find_uv import find_uv
from ktx_runtime.install.host import Host
from ktx_runtime.install.interpreter import base_interpreter
from ktx_runtime.install.log import InstallLog, open_install_log
from ktx_runtime.install.plan import make_plan
from ktx_runtime.install.uv import PackageSource, Uv
from ktx_runtime.install.wheel import Wheel
from ktx_runtime.install.wheel_source import obtain_wheel
from ktx_runtime.install.workshop import CONSTRAINTS_FILE
from ktx_runtime.process import Finished, run_program
from ktx_runtime.registry import Catalogue
from ktx_runtime.registry.description import Description
from ktx_runtime.state.manifest import PythonInterpreter
from ktx_runtime.state.paths import ROOT_VARIABLE, RuntimePaths, environment_program
from ktx_runtime.state.readiness import assess
from ktx_runtime.state.replace import write_text


@dataclass(frozen=True, slots=True)
class Bench:
    """`host` has a root in `directory`; `timeout_seconds` bounds each process of the plugin's."""

    directory: Path
    host: Host
    uv: Uv
    log: InstallLog
    wheel: Wheel
    interpreter: PythonInterpreter
    declarations: Declarations
    timeout_seconds: float

    @property
    def python(self) -> Path:
        """The interpreter of the environment."""
        return environment_program(self._environment, "python", platform=self.host.platform)

    @property
    def _environment(self) -> Path:
        return self.directory / "venv"

    def build(self, project: Path) -> Finished:
        """Build the wheel of `project` into `wheels`."""
        return self.uv.build_wheel(
            project,
            target=self.wheels,
            python=self.host.base_python,
            timeout_seconds=self.timeout_seconds,
            on_line=self.log.write,
        )

    @property
    def wheels(self) -> Path:
        """Where what is built ends up."""
        return self.directory / "wheels"

    def make_environment(self) -> Finished:
        """An environment with what every runtime has, in the versions that ktx is locked to."""
        made = self.uv.make_environment(self._environment, python=self.host.base_python, on_line=self.log.write)
        return self.add_features(()) if made.succeeded else made

    def add_features(self, names: Sequence[str]) -> Finished:
        """Add ktx's own features called `names`, and the default ones. Raises `KtxError` as `make_plan` does."""
        plan = make_plan(
            names,
            installed=(),
            declared=self.declarations.features,
            wheel=self.wheel,
            python=self.interpreter,
        )
        requirements = self.directory / "requirements.txt"
        write_text(requirements, plan.requirements_text())
        write_text(self._constraints, plan.constraints_text())
        exact = self.uv.install_exactly(requirements, python=self.python, on_line=self.log.write)
        return self.install(plan.resolved) if exact.succeeded and plan.resolved else exact

    def install(self, requirements: Sequence[str]) -> Finished:
        """Install `requirements` and what they need, within what ktx is locked to."""
        return self.uv.install_resolved(
            requirements, constraints=self._constraints, python=self.python, on_line=self.log.write
        )

    @property
    def _constraints(self) -> Path:
        return self.directory / CONSTRAINTS_FILE

    def describe(self) -> Catalogue | str:
        """What the environment declares, or why it cannot say so."""
        done = self.run(DESCRIBE)
        try:
            return Description.model_validate_json(done.lines[-1]).catalogue
        except (IndexError, ValueError):
            return f"the environment cannot say what it declares: its process {done.how()}"

    def run(self, module: str, *words: str, stdin: str = "") -> Finished:
        """Run a module of the environment."""
        given = self.directory / "stdin"
        write_text(given, stdin)
        return run_program(
            [str(self.python), "-I", "-m", module, *words],
            environment=self.host.clean_environment(),
            directory=self.host.paths.root,
            timeout_seconds=self.timeout_seconds,
            on_line=self.log.write,
            stdin=given,
        )

    def ask(self, module: str, *words: str, stdin: str = "") -> object | str:
        """The JSON that a module of the environment ends with; or, as text, why there is none."""
        done = self.run(module, *words, stdin=stdin)
        if done.timed_out:
            return f"its process did not end within {self.timeout_seconds:g} s"
        # What the plugin says when its process ends may come after the answer.
        for line in reversed(done.lines):
            with suppress(ValueError):
                answer: object = json.loads(line)
                return answer
        return f"its process {done.how()} without an answer"


@contextmanager
def open_bench(
    host: Host, *, source: PackageSource, timeout_seconds: float, say: Callable[[str], None]
) -> Iterator[Bench]:
    """A bench in a temporary directory. Raises `KtxError` where there is no uv, no wheel or no interpreter."""
    with tempfile.TemporaryDirectory(prefix="ktx-check-", ignore_cleanup_errors=True) as name:
        directory = Path(name).resolve()
        program = find_uv(host, source=source, say=say)
        manifest = assess(host.paths, wheel_sha256=None).manifest
        wheel = obtain_wheel(host, manifest, staging=directory / "own")
        declarations = find_declarations(wheel, None, host)
        root = directory / "root"
        root.mkdir()
        write_text(root / "uv.toml", "")
        own = replace(
            host,
            paths=RuntimePaths(root, host.paths.cli_version),
            environment={**host.environment, ROOT_VARIABLE: str(root)},
        )
        with open_install_log(directory / "logs", now=datetime.now(UTC)) as log:
            yield Bench(
                directory=directory,
                host=own,
                uv=Uv(program, own.environment, root, source),
                log=log,
                wheel=wheel,
                interpreter=base_interpreter(host),
                declarations=declarations,
                timeout_seconds=timeout_seconds,
            )
