"""`ktx setup demo [DIR]`: a shop to ask questions of, and five of them answered."""

from pathlib import Path

from ktx_core.demo.other_files import SQLITE
from ktx_core.demo.setup import set_up
from ktx_core.sl.options import add_consent_options, add_json_option
from ktx_runtime.api import CommandParser, Invocation, Namespace, UsageError, success_envelope

NAME = "setup demo"
_DIRECTORY = "ktx-demo"


def run(invocation: Invocation) -> int:
    """Handle `ktx setup demo`."""
    parser = CommandParser(
        invocation,
        NAME,
        summary="make a demo project: a shop's database, a semantic model of it, and five questions with answers",
        description=(
            "Works without a network and without questions. Files that you changed are never overwritten: the command "
            "names them and stops."
        ),
        examples=(
            (NAME, f"make the demo in ./{_DIRECTORY}"),
            (f"{NAME} --force {_DIRECTORY}", "bring back the demo's own files; others stay"),
        ),
    )
    parser.add_argument("directory", metavar="DIR", nargs="?", default=_DIRECTORY, help=f"default: {_DIRECTORY}")
    parser.add_argument(
        "--driver", metavar="NAME", help=f"the kind of database to make it on, of those installed (default: {SQLITE})"
    )
    parser.add_argument("--force", action="store_true", help="replace files of the demo that were changed")
    add_json_option(parser)
    add_consent_options(parser)
    parser.set_defaults(run=_run)
    return parser.dispatch()


def _run(invocation: Invocation, options: Namespace) -> int:
    shown_directory: str = options.directory
    if not shown_directory:
        raise UsageError("the directory's name is empty", hint=f"run: {invocation.program} {NAME} {_DIRECTORY}")
    directory = Path(invocation.working_directory, shown_directory)
    if shown_directory.startswith("-"):
        shown_directory = f"./{shown_directory}"
    done = set_up(
        directory,
        shown_directory=shown_directory,
        force=options.force,
        program=invocation.program,
        driver=options.driver or SQLITE,
        named=options.driver is not None,
    )
    from ktx_core.demo.answers import survey  # noqa: PLC0415 - the compiler and the driver come with it
    from ktx_core.demo.report import report_data, report_text  # noqa: PLC0415 - as above

    found = survey(directory, invocation)
    if options.json:
        data = report_data(done, found, directory=directory, program=invocation.program)
        invocation.stdout.write(success_envelope(NAME, data))
    else:
        text = report_text(
            done, found, shown_directory=shown_directory, terminal=invocation.terminal, program=invocation.program
        )
        invocation.stdout.write(text)
    return 0
