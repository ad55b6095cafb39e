"""Completion: what `ktx complete` says, and what real shells make of it."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ktx_runtime.api import CommandGroup, CommandParser, Invocation, resolve_reference
from ktx_runtime.api.commandline import describe_command
from ktx_runtime.completion.candidates import Candidate, Candidates, split_line
from ktx_runtime.completion.shells import SHELLS, completion_script
from ktx_runtime.registry.collect import own_catalogue
from tests.authors.conftest import CHECKOUT, Machine
from tests.npm.package import NODE
from tests.support.environments import PluginEnvironment, make_plugin_environment

SOURCES = """
- name: orders
  table: orders
  grain: [id]
  columns: [{name: id, type: number}, {name: at, type: time}, {name: secret, type: string, visibility: hidden}]
  measures: [{name: revenue, expr: sum(id), description: what came in}, {name: refunds, expr: count(id)}]
  segments: [{name: paid, expr: id > 1}]
- name: "$(touch pwned); `touch pwned`"
  table: orders
  grain: [id]
  columns: [{name: id, type: number}]
- name: "my orders"
  table: orders
  grain: [id]
  columns: [{name: id, type: number}]
"""

SLOW = {"LANG": "C.UTF-8", "KTX_COMPLETION_SECONDS": "100"}
"""For shells: the machine that runs the tests may have other things to do."""

STRANGER = """
    import time
    from ktx_runtime.api import Command, CommandParser, Feature, completed_by, hookimpl

    def greet(invocation):
        parser = CommandParser(invocation, "acme greet", summary="greet")
        completed_by(parser.add_argument("who"), "acme_stranger:people")
        parser.add_argument("--loud", action="store_true", help="shout")
        parser.add_argument("--log", metavar="FILE")
        parser.set_defaults(run=lambda invocation, options: 0)
        return parser.dispatch()

    def people(completion):
        return [("ann", "a friend"), ("bob", "another")] if "loud" not in completion.said else ["ANN"]

    def plain(invocation):
        open(invocation.working_directory / "was-run", "w").close()
        return 0 if "--help" in invocation.arguments else 1

    def hang(invocation):
        while True:
            time.sleep(0.01)

    @hookimpl
    def ktx_features():
        yield Feature(name="acme", summary="of a stranger", commands=[
            Command(name="acme greet", summary="greet", handler="acme_stranger:greet", in_daemon=True),
            Command(name="acme broken", summary="", handler="acme_nowhere:x"),
            Command(name="acme hang", summary="", handler="acme_stranger:hang")])
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> PluginEnvironment:
    made = make_plugin_environment(tmp_path_factory.mktemp("completion"))
    made.add("acme-stranger", STRANGER)
    return made


@pytest.fixture
def project(tmp_path: Path) -> Path:
    directory = tmp_path / "prö ject"
    (directory / "semantic-layer" / "shop").mkdir(parents=True)
    (directory / "semantic-layer" / "shop" / "all.yaml").write_text(SOURCES)
    (directory / "ktx.yaml").write_text("connections:\n  shop: {driver: sqlite, path: shop.db}\n")
    return directory


def completed(environment: PluginEnvironment, directory: Path, *words: str, seconds: str = "100") -> str:
    """What the worker says for these words, the last one being the one that is begun."""
    done = subprocess.run(
        [environment.python, "-I", "-m", "ktx_daemon", "run", "complete", *words],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(directory),
            "KTX_RUNTIME_ROOT": str(directory / "root"),
            "KTX_COMPLETION_SECONDS": seconds,
        },
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["set"], ["setup"]),
        (["--yes", "sl", "q"], ["query"]),
        (["acme", ""], ["broken", "greet", "hang"]),
        (["runtime", "st"], ["start", "status", "stop"]),
        (["runtime", "install", "--feature", "local-e"], ["local-embeddings"]),
        (["plugin", "new", "x", "--license", "M"], ["MIT"]),
        (["completion", ""], list(SHELLS)),
        (["sl", "q"], ["query"]),
        (["sl", "query", "--mea"], ["--measure"]),
        (["sl", "query", "--measure", "orders.re"], ["orders.refunds", "orders.revenue"]),
        (["sl", "query", "--execute", "--measure", "orders.revenue", "--meas"], ["--measure"]),
        (["sl", "query", "--execute", "--exe"], []),
        (["sl", "query", "--dimension", "orders."], ["orders.at", "orders.id"]),
        (["sl", "query", "--dimension", "orders.at@m"], ["orders.at@minute", "orders.at@month"]),
        (["sl", "query", "--order-by", "orders.revenue:"], ["orders.revenue:asc", "orders.revenue:desc"]),
        (["sl", "query", "--format=c"], ["--format=csv"]),
        (["sl", "query", "--segment", ""], ["orders.paid"]),
        (["sl", "query", "--connection-id", ""], ["shop"]),
        (["sl", "read", "m"], ["my orders"]),
        (["sl", "query", "--query-file", ""], ["<files>"]),
        (["acme", "greet", "b"], ["bob"]),
        (["acme", "greet", "--loud", ""], ["ANN"]),
        (["acme", "greet", "ann", "--lo"], ["--loud", "--log"]),
        (["acme", "broken", ""], []),
        (["no-such", ""], []),
    ],
    ids=" ".join,
)
def test_what_could_be_typed_next(
    environment: PluginEnvironment, project: Path, words: list[str], expected: list[str]
) -> None:
    lines = completed(environment, project, "--", *words).splitlines()
    found = [f"<{line[1:]}>" if line.startswith("\t") else line.split("\t")[0] for line in lines]
    assert sorted(found) == sorted(expected)


def test_a_line_up_to_the_cursor_says_the_same_with_descriptions(environment: PluginEnvironment, project: Path) -> None:
    said = completed(environment, project, "--line", "ktx sl query --measure 'orders.rev")
    assert said == "orders.revenue\twhat came in\n"


def test_where_there_is_no_project_or_a_broken_one_nothing_is_said(
    environment: PluginEnvironment, project: Path
) -> None:
    (project / "ktx.yaml").write_text("connections: [")
    assert completed(environment, project, "--", "sl", "query", "--measure", "") == ""
    assert not (project / "root").exists()


def test_a_command_that_hangs_is_given_up(environment: PluginEnvironment, project: Path) -> None:
    assert completed(environment, project, "--", "acme", "hang", "", seconds="1") == ""


def test_every_command_of_ktxs_own_says_what_it_takes(project: Path) -> None:
    catalogue = own_catalogue({})
    for name, (_, command) in catalogue.commands().items():
        found = describe_command(resolve_reference(command.handler), invocation_in(project))
        assert isinstance(found, CommandParser | CommandGroup), name
        for verb, (handler, _) in found.verbs.items() if isinstance(found, CommandGroup) else ():
            assert isinstance(describe_command(resolve_reference(handler), invocation_in(project)), CommandParser), verb
    assert sorted(path.name for path in project.iterdir()) == ["ktx.yaml", "semantic-layer"]


def test_a_parser_is_found_however_its_words_are_read(project: Path) -> None:
    ran = []

    def command(invocation: Invocation) -> int:
        parser = CommandParser(invocation, "x", summary="x")
        parser.add_argument("--loud", action="store_true")
        ran.append(parser.parse_words(invocation.arguments))
        return 0

    assert isinstance(describe_command(command, invocation_in(project)), CommandParser)
    assert ran == []


def invocation_in(directory: Path) -> Invocation:
    return Invocation((), directory, {}, io.StringIO(), io.StringIO(), io.StringIO())


@pytest.mark.parametrize(
    ("line", "words", "current"),
    [
        ("ktx", [], "ktx"),
        ("ktx ", [], ""),
        ("ktx sl  query ", ["sl", "query"], ""),
        ("ktx 'a b' \"c d\" e\\ f", ["a b", "c d"], "e f"),
        ("ktx 'a b", [], "a b"),
        ("ktx ''", [], ""),
        ("ktx --x='1 2' ", ["--x=1 2"], ""),
    ],
)
def test_lines_are_split_as_shells_do(line: str, words: list[str], current: str) -> None:
    assert split_line(line)[1] == current
    assert list(split_line(line)[0]) == words or line == "ktx"


def test_what_a_shell_could_not_be_told_is_left_out() -> None:
    told = Candidates((Candidate("a\nb"), Candidate(""), Candidate("\x1b[31m"), Candidate("ok", "x\ty\nz"))).lines()
    assert told == "ok\tx y z\n"


@pytest.fixture
def shell_place(environment: PluginEnvironment, project: Path) -> tuple[Path, dict[str, str]]:
    """A directory where `ktx` is the worker's `complete`, and variables for a shell."""
    bin_directory = project.parent / "bin"
    bin_directory.mkdir()
    script = bin_directory / "ktx"
    script.write_text(f'#!/bin/sh\nexec "{environment.python}" -I -m ktx_daemon run "$@"\n')
    script.chmod(0o755)
    return project, {"PATH": f"{bin_directory}:/usr/bin:/bin", "HOME": str(project.parent), **SLOW}


BASH = r"""
source "$1"
complete_line() {
    COMP_LINE=$1 COMP_POINT=${#1}
    eval "COMP_WORDS=($2)"
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    COMPREPLY=()
    _ktx 2>/dev/null
    printf '<%s>' "${COMPREPLY[@]}"
    echo
}
complete_line 'ktx sl query --measure orders.rev' "ktx sl query --measure orders.rev"
complete_line 'ktx sl query --format=c' "ktx sl query --format = c"
complete_line 'ktx sl query --order-by orders.revenue:' "ktx sl query --order-by orders.revenue :"
complete_line 'ktx sl read m' "ktx sl read m"
complete_line 'ktx sl ' "ktx sl ''"
complete_line 'ktx sl read $' "ktx sl read '$'"
eval "ktx sl read ${COMPREPLY[0]}" >/dev/null 2>&1
"""


def test_bash_completes(shell_place: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    project, variables = shell_place
    script = tmp_path / "ktx.bash"
    script.write_text(completion_script("bash"))
    done = subprocess.run(
        ["bash", "--norc", "-c", BASH, "bash", script], cwd=project, env=variables, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert lines[:4] == ["<orders.revenue>", "<csv>", "<asc><desc>", r"<my\ orders>"], done.stderr
    assert "<query>" in lines[4]
    # A name of a model's author is data, also when its completion is run.
    assert lines[5] == r"<\$\(touch\ pwned\)\;\ \`touch\ pwned\`>"
    assert not (project / "pwned").exists()


ZSH = r"""
autoload -Uz compinit && compinit -u -D
source "$1"
functions -c _describe _real_describe 2>/dev/null
_describe() { print -r -- "<${(j:|:)${(P)2}}>" }
words=(ktx sl query --measure orders.rev) CURRENT=5
_ktx
words=(ktx sl query --order-by orders.revenue:) CURRENT=5
_ktx
print -r -- "${_comps[ktx]}"
"""


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed (optional)")
def test_zsh_completes(shell_place: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    project, variables = shell_place
    script = tmp_path / "ktx.zsh"
    script.write_text(completion_script("zsh"))
    done = subprocess.run(
        ["zsh", "-f", "-c", ZSH, "zsh", script], cwd=project, env=variables, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.stdout.splitlines() == [
        "<orders.revenue:what came in>",
        r"<orders.revenue\:asc:|orders.revenue\:desc:>",
        "_ktx",
    ], done.stderr


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed (optional)")
def test_fish_completes(shell_place: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    project, variables = shell_place
    script = tmp_path / "ktx.fish"
    script.write_text(completion_script("fish"))
    lines = ["ktx sl query --measure orders.rev", "ktx sl q", "ktx sl read my"]
    code = f"source {script}; " + "; ".join(f"complete -C '{line}'" for line in lines)
    done = subprocess.run(
        ["fish", "--no-config", "-c", code], cwd=project, env=variables, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert done.stdout.splitlines() == [
        "orders.revenue\twhat came in",
        "query\tcompile a semantic query, and run it with --execute",
        "my orders",
    ], done.stderr


@pytest.mark.skipif(shutil.which("pwsh") is None, reason="PowerShell is not installed (optional)")
def test_powershell_completes(shell_place: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    project, variables = shell_place
    script = tmp_path / "ktx.ps1"
    script.write_text(completion_script("powershell"))
    code = (
        f". '{script}'; (TabExpansion2 'ktx sl query --measure orders.rev' 33).CompletionMatches.CompletionText;"
        "(TabExpansion2 'ktx sl ' 7).CompletionMatches.CompletionText"
    )
    done = subprocess.run(
        ["pwsh", "-NoProfile", "-Command", code], cwd=project, env=variables, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.stdout.splitlines()[0] == "orders.revenue", done.stderr
    assert "query" in done.stdout.splitlines()


def test_the_controller_completes_without_a_runtime_and_installs_none(machine: Machine) -> None:
    assert machine.do("complete", "--", "set").stdout.startswith("setup")
    assert machine.do("complete", "--", "--yes", "").stderr == ""
    assert "local-embeddings\t" in machine.do("complete", "--", "runtime", "install", "--feature", "").stdout
    assert machine.do("completion", "bash").stdout == completion_script("bash")
    assert machine.ktx("completion", "tcsh").exit_code == 2
    assert not machine.root.exists()


@pytest.mark.npm
def test_the_launcher_prints_scripts_and_names_without_python(tmp_path: Path) -> None:
    subprocess.run(["make", "--silent", "tarball"], cwd=CHECKOUT, check=True, stdout=subprocess.DEVNULL)
    launcher = [str(NODE), str(CHECKOUT / "build" / "npm" / "dist" / "bin.js")]
    variables = {"PATH": "/nowhere", "HOME": str(tmp_path)}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*launcher, *words], env=variables, capture_output=True, text=True, timeout=60, check=False
        )

    for shell in SHELLS:
        assert run("completion", shell).stdout == completion_script(shell)
    assert "usage: ktx completion" in run("completion").stdout
    assert run("completion", "tcsh").returncode == 2
    for words in (["--", "sq"], ["--line", "ktx sq"]):
        names = [line.split("\t")[0] for line in run("complete", *words).stdout.splitlines()]
        assert names == ["sql"]
    assert run("complete", "--", "runtime", "inst").stdout.startswith("install\t")
    assert list(tmp_path.iterdir()) == []


def test_printing_a_script_imports_nothing_heavy() -> None:
    code = (
        "import sys; from ktx_runtime.cli.main import main; main(['completion', 'zsh']);"
        "sys.stderr.write(str({'pydantic', 'pluggy', 'yaml', 'sqlglot'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "set()"
