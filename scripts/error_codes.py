"""Every error code that ktx can end with, found in the sources; and the types of those of `ensureRuntime`.

    python -m scripts.error_codes          write npm/src/schemas/error-codes.ts and docs/troubleshooting/README.md
    python -m scripts.error_codes --check  fail if one is out of date, or a code has no entry in docs/troubleshooting

A code is what stands in a call as `code="…"`, is the first argument of an error or a problem of the semantic layer, is
a key of a table called `CODES`, or a member of the launcher's `LauncherCode`.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
PAGES = CHECKOUT / "docs" / "troubleshooting"
INDEX = PAGES / "README.md"
TYPES = CHECKOUT / "npm" / "src" / "schemas" / "error-codes.ts"
LAUNCHER = CHECKOUT / "npm" / "src" / "errors.ts"
PYTHON = ("ktx_runtime", "features", "plugins")

_CODE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_ENTRY = re.compile(r"^### (?P<code>[a-z0-9-]+)$", re.MULTILINE)
_FIRST_ARGUMENT = re.compile(r"(?:Error|Problem|Refusal)$")


def codes_of_launcher() -> set[str]:
    """The members of the union `LauncherCode`."""
    union = LAUNCHER.read_text(encoding="utf-8").partition("export type LauncherCode =")[2].partition(";")[0]
    return set(re.findall(r'"([a-z-]+)"', union))


def codes_of(files: Iterable[Path]) -> set[str]:
    """The codes in Python files."""
    return {code for file in files for code in _codes(ast.parse(file.read_text(encoding="utf-8")))}


def python_files(*roots: str) -> Iterator[Path]:
    """The sources below these folders that are installed; their tests and what tests use are not."""
    for root in roots:
        for file in sorted((CHECKOUT / root).rglob("*.py")):
            if not {"tests", "testing", "template", "templates", "build", ".venv"} & set(
                file.relative_to(CHECKOUT).parts
            ):
                yield file


def all_codes() -> set[str]:
    """Every code there is."""
    return codes_of(python_files(*PYTHON)) | codes_of_launcher()


def entries() -> dict[str, Path]:
    """The code of each entry of the pages, and the page it is on."""
    found: dict[str, Path] = {}
    for page in sorted(PAGES.glob("*.md")):
        for entry in _ENTRY.finditer(page.read_text(encoding="utf-8")):
            if entry["code"] in found:
                raise SystemExit(f"{entry['code']} has two entries: {found[entry['code']].name}, {page.name}")
            found[entry["code"]] = page
    return found


def _codes(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _codes_of_call(node)
        elif isinstance(node, ast.FunctionDef):
            yield from _defaults(node)
        elif isinstance(node, ast.AnnAssign | ast.Assign):
            yield from _table(node)


def _codes_of_call(call: ast.Call) -> Iterator[str]:
    for keyword in call.keywords:
        if keyword.arg == "code":
            yield from _literals(keyword.value)
    name = ast.unparse(call.func).rpartition(".")[2]
    if call.args and _FIRST_ARGUMENT.search(name):
        yield from _literals(call.args[0])


def _defaults(function: ast.FunctionDef) -> Iterator[str]:
    """`code: str = "usage"`."""
    for argument, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True):
        if argument.arg == "code" and default is not None:
            yield from _literals(default)


def _table(node: ast.AnnAssign | ast.Assign) -> Iterator[str]:
    """The keys of `CODES = …{…}…`."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if node.value is not None and any(isinstance(target, ast.Name) and target.id == "CODES" for target in targets):
        for one in ast.walk(node.value):
            if isinstance(one, ast.Dict):
                for key in one.keys:
                    yield from _literals(key)


def _literals(expression: ast.expr | None) -> Iterator[str]:
    """The texts that an expression may be: itself, or a branch of a condition."""
    match expression:
        case ast.Constant(value=str(text)) if _CODE.fullmatch(text):
            yield text
        case ast.IfExp(body=body, orelse=otherwise):
            yield from _literals(body)
            yield from _literals(otherwise)


def types() -> str:
    """The TypeScript module."""
    members = sorted(codes_of(python_files("ktx_runtime")) | codes_of_launcher())
    lines = "".join(f'  | "{code}"\n' for code in members)
    return (
        "// Generated from the sources by `make docs`; a test compares the two.\n\n"
        "/** The codes of the launcher and of the runtime; docs/troubleshooting tells of each. */\n"
        f"export type ErrorCode =\n{lines.rstrip()};\n"
    )


def index(pages: Mapping[str, Path]) -> str:
    """The page that leads to all entries."""
    rows = "".join(f"| [`{code}`]({pages[code].name}#{code}) | {_title(pages[code])} |\n" for code in sorted(pages))
    return f"{HEAD}\n| code | page |\n|---|---|\n{rows}"


def _title(page: Path) -> str:
    return page.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


HEAD = """\
# Troubleshooting

Everything that ktx refuses or fails at has a code that stays as it is when the words get better. With `--json` it is in
`error.code`; a finding of `ktx sl validate` shows it beside the place. On a terminal you see the words: what happened,
and on a line of its own, after `hint:`, what to do. Here is more about each.

First of all, these tell what ktx knows:

| | |
|---|---|
| `ktx runtime status` | what is installed, whether it is ready, and the command that makes it so |
| `ktx runtime doctor` | every check of the machine and of the runtime; `--fix` mends what can be mended |
| `ktx runtime logs` | the last install, the daemon, and what went wrong unexpectedly |
| `ktx runtime why` | why a daemon was started, replaced or left alone |

Exit codes: 0 done · 1 an expected failure · 2 the words of the call are off · 3 a defect of ktx, with a log ·
4 consent or an answer is needed · 5 a plugin failed · 130 interrupted.

This index is generated by `make docs`; a test holds that every code in the sources has its entry.
"""


def main(words: list[str]) -> int:
    """Write or check."""
    known, written = entries(), all_codes()
    problems = [f"no entry in docs/troubleshooting: {code}" for code in sorted(written - set(known))]
    problems += [f"an entry of a code that does not exist: {code}" for code in sorted(set(known) - written)]
    for file, text in ((TYPES, types()), (INDEX, index(known))):
        if "--check" not in words:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != text:
            problems.append(f"{file.name} is out of date; run: make docs")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
