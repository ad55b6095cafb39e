"""The handler of `database-introspect`."""

from datetime import UTC, datetime

from ktx_core.database.lookup import find_driver
from ktx_core.database.wire import IntrospectRequest, IntrospectResponse, Metadata, Table
from ktx_runtime.api import (
    Connection,
    DatabaseDriver,
    Interruption,
    IntrospectedTable,
    KtxError,
    OperationContext,
    OperationRefused,
    TableScope,
)


def introspect(request: IntrospectRequest, context: OperationContext) -> IntrospectResponse:
    """Describe the tables and views of a database.

    Raises `FeatureMissing` when the driver is not installed, `OperationRefused` when the database cannot be reached
    or says no.
    """
    driver = find_driver(request.driver, program=context.environment.get("KTX_PROGRAM", "ktx"))
    connection = Connection(
        id=request.connection_id,
        driver=request.driver,
        project_directory=context.working_directory,
        settings={"url": request.url},
    )
    tables = _look(driver, connection, request, context.interruption)
    return IntrospectResponse(
        connection_id=request.connection_id,
        extracted_at=datetime.now(UTC),
        metadata=Metadata(driver=request.driver, schemas=request.schemas),
        tables=tuple(Table.model_validate(table.model_dump(by_alias=False)) for table in tables),
    )


def _look(
    driver: DatabaseDriver, connection: Connection, request: IntrospectRequest, interruption: Interruption
) -> tuple[IntrospectedTable, ...]:
    scope = request.table_scope
    try:
        opened = driver.open(connection, connect_timeout_seconds=request.connection_timeout_seconds)
        with opened as session, interruption.calling(session.cancel):
            return session.introspect(
                schemas=request.schemas,
                table_scope=None if scope is None else [TableScope(**entry.model_dump()) for entry in scope],
                timeout_seconds=request.statement_timeout_ms / 1000,
            )
    except KtxError:
        raise
    except Exception as error:  # noqa: BLE001 - a driver's own code; its text may hold the address: only its kind is told
        kind = type(error).__name__
        raise OperationRefused(
            f"the database driver {connection.driver!r} failed on connection {connection.id!r} ({kind})",
            code="driver-failed",
        ) from None
