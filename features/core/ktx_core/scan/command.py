"""`ktx scan [CONNECTION]`: look at a database again, and bring the model's shards up to date."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ktx_core.connections import describe_tables, schemas_of, scope_of
from ktx_core.project import ConnectionEntry, Project
from ktx_core.scan.memory import FILE as MEMORY
from ktx_core.scan.memory import read_memory
from ktx_core.scan.merge import Policy
from ktx_core.scan.plan import FileChange, Looked, Notice, plan_scan
from ktx_core.scan.shards import read_model
from ktx_core.scan.show import NAME, Outcome, show
from ktx_core.sl.model import load_model, project_of
from ktx_core.sl.options import add_consent_options, add_json_option, add_project_options, add_timeout_option
from ktx_core.sl.source_files import write_text
from ktx_runtime.api import (
    CommandParser,
    Invocation,
    KtxError,
    Namespace,
    UsageError,
)


def run(invocation: Invocation) -> int:
    """Handle `ktx scan`."""
    parser = CommandParser(
        invocation,
        NAME,
        summary="look at a database, and bring the model's scanned tables up to date",
        description=(
            "Each table becomes a shard in semantic-layer/<connection>/_schema/, and first measures of it an overlay "
            "beside, which is yours from then on. A second scan brings in what the database changed. What you changed "
            "stays, and what is gone from the database is told and stays until you say --prune."
        ),
        examples=(
            ("scan warehouse", "Scan a connection:"),
            ("scan warehouse --dry-run", "See what would change, as a diff:"),
            ("scan warehouse --check", "In CI: exit 1 when the database is not as the shards have it:"),
            ("scan --schema sales --table sales.orders", "Only some of it:"),
        ),
    )
    parser.add_argument(
        "connection", nargs="?", metavar="CONNECTION", help="may be left out where the project has only one"
    )
    parser.add_argument("--schema", action="append", default=[], metavar="NAME", help="look here; repeatable")
    parser.add_argument(
        "--table", action="append", default=[], metavar="NAME", help="only this table, or schema.table; repeatable"
    )
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument("--dry-run", action="store_true", help="show a diff and write nothing")
    modes.add_argument("--check", action="store_true", help="write nothing; exit 1 when the database has drifted")
    parser.add_argument("--prune", action="store_true", help="take out what is gone from the database")
    parser.add_argument(
        "--overwrite", action="store_true", help="take the database's word also where you changed a shard"
    )
    add_timeout_option(parser)
    add_json_option(parser)
    add_project_options(parser)
    add_consent_options(parser)
    parser.set_defaults(run=_scan)
    return parser.dispatch()


def _scan(invocation: Invocation, options: Namespace) -> int:
    project = project_of(invocation, options)
    entry = project.connection(_connection_id(options))
    scopes = [scope_of(name) for name in options.table]
    _progress(invocation, f"looking at the tables of {entry.id} …")
    tables, dialect = describe_tables(
        project,
        entry,
        invocation,
        schemas=options.schema,
        table_scope=scopes or None,
        timeout_seconds=options.timeout,
    )
    directory = project.model_directory(entry.id)
    model = read_model(directory)
    if not tables and (options.prune or not model.shards):
        raise _nothing(entry, named=bool(scopes))
    _progress(invocation, f"comparing {len(tables):,} tables with the model …")

    def named(parts: Sequence[str]) -> bool:
        return any(scope.name == parts[-1] and scope.db in (None, *parts[-2:-1]) for scope in scopes)

    memory = read_memory(directory)
    plan = plan_scan(
        tables,
        model,
        memory,
        dialect=dialect,
        looked=Looked(schemas_of(entry, options.schema), named if scopes else None),
        policy=Policy(overwrite=options.overwrite, prune=options.prune),
    )
    if memory is None and (directory / MEMORY).exists():
        lost = Notice("memory-unreadable", f"{MEMORY} cannot be read: every difference is taken for yours, and kept")
        plan = replace(plan, notices=(lost, *plan.notices))
    files = _that_differ(plan.files, directory)
    writes = not (options.dry_run or options.check)
    if writes:
        _write(files, directory)
    outcome = Outcome(
        connection=entry.id,
        folder=directory.relative_to(project.directory).as_posix(),
        plan=plan,
        files=files,
        wrote=writes,
        errors=_errors(project, entry, invocation) if writes and len(files) > 0 else None,
    )
    show(outcome, invocation, as_json=options.json, as_diff=options.dry_run)
    return 1 if options.check and plan.drifted else 0


def _connection_id(options: Namespace) -> str | None:
    stated = [name for name in (options.connection, options.connection_id) if name is not None]
    if len(set(stated)) > 1:
        raise UsageError("CONNECTION and --connection-id name different connections")
    return stated[0] if stated else None


def _nothing(entry: ConnectionEntry, *, named: bool) -> KtxError:
    return KtxError(
        f"connection {entry.id} shows no such tables" if named else f"connection {entry.id} shows no tables",
        code="no-tables",
        hint="check the names"
        if named
        else "name a schema: --schema NAME, and see what the connection's user may read",
    )


def _that_differ(files: tuple[FileChange, ...], directory: Path) -> tuple[FileChange, ...]:
    def there(change: FileChange) -> str | None:
        file = directory / change.file
        return file.read_bytes().decode("utf-8") if change.file == MEMORY and file.is_file() else change.before

    return tuple(change for change in files if there(change) != change.after)


def _write(files: tuple[FileChange, ...], directory: Path) -> None:
    """Each file whole or not at all; the memory last, so that what was cut off is found again as it is."""
    for change in files:
        file = directory / change.file
        if change.after is None:
            file.unlink(missing_ok=True)
        else:
            write_text(file, change.after)


def _errors(project: Project, entry: ConnectionEntry, invocation: Invocation) -> int:
    """How many errors the whole model has now."""
    from semantic_layer.validation import validate_sources  # noqa: PLC0415 - heavy

    model = load_model(project, entry, program=invocation.program)
    report = validate_sources(model.sources, dialect=model.dialect)
    return len(model.problems) + sum(found.severity == "error" for found in report.diagnostics)


def _progress(invocation: Invocation, text: str) -> None:
    if invocation.terminal.stderr_is_terminal:
        invocation.stderr.write(f"{text}\n")
