"""The interpreter that environments are built from."""

from __future__ import annotations

import platform
import sys

from ktx_runtime.api.errors import KtxError
from ktx_runtime.install.host import BASE_PYTHON_VARIABLE, Host
from ktx_runtime.process import run_program
from ktx_runtime.state.manifest import PythonInterpreter

TIMEOUT_SECONDS = 30.0
_ASK = "import platform; print(platform.python_version())"


def base_interpreter(host: Host) -> PythonInterpreter:
    """The interpreter to build from, with its version. Raises `KtxError` with code `python-unusable`."""
    executable = host.base_python
    if executable.parent.parent.resolve() == host.prefix.resolve() or str(executable).startswith(sys.base_prefix):
        return PythonInterpreter(executable=str(executable), version=platform.python_version())
    try:
        done = run_program(
            [str(executable), "-I", "-c", _ASK],
            environment=host.clean_environment(),
            directory=executable.parent,
            timeout_seconds=TIMEOUT_SECONDS,
            on_line=lambda line: None,  # noqa: ARG005 - one word
        )
        problem = None if done.succeeded else f"it {done.how()}"
    except OSError as error:
        problem = error.strerror or str(error)
    if problem:
        raise KtxError(
            f"the Python to build the runtime from does not run: {executable}: {problem}",
            code="python-unusable",
            hint=f"install Python 3.11 or later and put it on PATH, or name it in {BASE_PYTHON_VARIABLE}",
        )
    return PythonInterpreter(executable=str(executable), version=done.lines[-1].strip())
