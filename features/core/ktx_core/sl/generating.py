"""`ktx sl generate`: first sources of a model, from what the database says of its tables."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ktx_core.connections import describe_tables, scope_of
from ktx_core.generation.handlers import generate
from ktx_core.generation.wire import Column, GenerateSourcesRequest, GenerateSourcesResponse, Link, Table
from ktx_core.project import ConnectionEntry, Project
from ktx_core.sl.model import load_model, project_of
from ktx_core.sl.options import add_consent_options, add_json_option, add_project_options, add_timeout_option
from ktx_core.sl.source_files import SourceFile, plan_files, to_yaml, write_file
from ktx_runtime.api import (
    CommandParser,
    IntrospectedTable,
    Invocation,
    KtxError,
    Namespace,
    OperationContext,
    plain_text,
    success_envelope,
)


@dataclass(frozen=True, slots=True)
class _Generated:
    """What was made of the tables, and the file of each source."""

    response: GenerateSourcesResponse
    files: tuple[SourceFile, ...]


def run(invocation: Invocation) -> int:
    """Write a source a table, or print them."""
    parser = CommandParser(
        invocation,
        "sl generate",
        summary="write sources from what a database says of its tables",
        description=(
            "Columns, keys and foreign keys become sources with joins and first measures, one file a table in "
            "semantic-layer/<connection>/. A source that exists is kept as it is."
        ),
        examples=(
            ("sl generate --dry-run", "See what would be written:"),
            ("sl generate --table orders --table customers", "Start with two tables:"),
        ),
    )
    parser.add_argument(
        "--table", action="append", default=[], metavar="NAME", help="only this table, or schema.table; repeatable"
    )
    parser.add_argument("--schema", action="append", default=[], metavar="NAME", help="look here; repeatable")
    parser.add_argument("--dry-run", action="store_true", help="print the sources as YAML and write nothing")
    parser.add_argument("--force", action="store_true", help="write the files of sources that exist again")
    add_timeout_option(parser)
    add_json_option(parser)
    add_project_options(parser)
    add_consent_options(parser)
    parser.set_defaults(run=_generate)
    return parser.dispatch()


def _generate(invocation: Invocation, options: Namespace) -> int:
    project = project_of(invocation, options)
    entry = project.connection(options.connection_id)
    tables, dialect = describe_tables(
        project,
        entry,
        invocation,
        schemas=options.schema,
        table_scope=[scope_of(name) for name in options.table] or None,
        timeout_seconds=options.timeout,
    )
    if not tables:
        raise KtxError(
            f"connection {entry.id} has no tables to make sources of",
            code="no-tables",
            hint="name a schema: --schema NAME",
        )
    response = generate(
        request_of(tables, dialect=dialect),
        OperationContext(invocation.mode, invocation.working_directory, dict(invocation.environment)),
    )
    generated = _Generated(response, _files(project, entry, response, invocation, force=options.force))
    if not options.dry_run:
        for file in generated.files:
            if not file.kept:
                write_file(file)
    _show(generated, project, entry, invocation, options)
    return 0


def request_of(tables: Iterable[IntrospectedTable], *, dialect: str) -> GenerateSourcesRequest:
    """The tables as the operation takes them; a foreign key is many_to_one by what it is."""
    tables = tuple(tables)
    return GenerateSourcesRequest(
        tables=tuple(
            Table(
                name=table.name,
                catalog=table.catalog,
                db=table.db,
                comment=table.comment,
                columns=tuple(Column(**column.model_dump(by_alias=False)) for column in table.columns),
            )
            for table in tables
        ),
        links=tuple(
            Link(
                from_table=_reference(table.db, table.name),
                from_column=key.from_column,
                to_table=_reference(key.to_db or table.db, key.to_table),
                to_column=key.to_column,
                relationship_type="many_to_one",
            )
            for table in tables
            for key in table.foreign_keys
        ),
        dialect=dialect,
    )


def _reference(db: str | None, name: str) -> str:
    return f"{db}.{name}" if db else name


def _files(
    project: Project, entry: ConnectionEntry, response: GenerateSourcesResponse, invocation: Invocation, *, force: bool
) -> tuple[SourceFile, ...]:
    directory = project.model_directory(entry.id)
    existing: dict[str, Path] = {}
    if directory.is_dir():
        model = load_model(project, entry, program=invocation.program)
        for source in model.sources:
            position = model.loaded.locate(str(source["name"]))
            existing[str(source["name"])] = directory / (position.file if position else "")
    return plan_files(response.sources, directory, existing=existing, force=force)


def _show(
    generated: _Generated, project: Project, entry: ConnectionEntry, invocation: Invocation, options: Namespace
) -> None:
    written = [_shown(file, project) for file in generated.files if not file.kept]
    kept = [_shown(file, project) for file in generated.files if file.kept]
    if options.json:
        record = {
            "connectionId": entry.id,
            "dryRun": bool(options.dry_run),
            "sources": generated.response.sources,
            "written": [] if options.dry_run else written,
            "kept": kept,
            "warnings": generated.response.warnings,
        }
        invocation.stdout.write(success_envelope("sl generate", record))
        return
    if options.dry_run:
        invocation.stdout.write("---\n".join(to_yaml(file.source) for file in generated.files if not file.kept))
    else:
        invocation.stdout.write("".join(f"{name}\n" for name in written))
    for name in kept:
        invocation.stderr.write(f"kept: {name}\n")
    for warning in generated.response.warnings:
        invocation.stderr.write(f"warning: {plain_text(warning.message)}\n")


def _shown(file: SourceFile, project: Project) -> str:
    return file.path.relative_to(project.directory).as_posix()
