"""What a scan of a database found."""

from semantic_layer.frozen import frozen


@frozen
class ScannedColumn:
    """A column; `type` is the database's own spelling."""

    name: str
    type: str
    primary_key: bool = False
    nullable: bool = True
    comment: str | None = None


@frozen
class ScannedTable:
    """A table or view, its columns in their order."""

    name: str
    columns: tuple[ScannedColumn, ...]
    catalog: str | None = None
    db: str | None = None
    comment: str | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """The present parts of catalog, db and name."""
        return tuple(part for part in (self.catalog, self.db, self.name) if part)

    @property
    def reference(self) -> str:
        """Its parts joined by dots."""
        return ".".join(self.parts)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of the primary key."""
        return tuple(column.name for column in self.columns if column.primary_key)

    @property
    def grain(self) -> tuple[str, ...]:
        """What identifies a row, as far as a scan can tell: the key, else the first column, else `id`."""
        return self.key or tuple(column.name for column in self.columns[:1]) or ("id",)


@frozen
class ScannedLink:
    """One pair of columns that refer to each other; `relationship` is the scanner's word for it."""

    from_table: str
    from_column: str
    to_table: str
    to_column: str
    relationship: str
