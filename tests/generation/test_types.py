"""Native types, as databases spell them, to the four that a model knows."""

# ruff: noqa: E501 - a dialect's types stay on one line

import pytest

from semantic_layer.generation.types import column_type

NUMBER = {
    "postgres": [
        "integer",
        "smallint",
        "bigint",
        "serial",
        "bigserial",
        "money",
        "real",
        "numeric(10,2)",
        "numeric",
        "int4",
        "int8",
        "float8",
        "double precision",
    ],
    "bigquery": ["INT64", "FLOAT64", "NUMERIC(10, 2)", "BIGNUMERIC", "BIGNUMERIC(40)"],
    "tsql": ["int", "tinyint", "money", "smallmoney", "decimal(10,2)", "float(53)", "real", "numeric"],
    "mysql": [
        "int unsigned",
        "int(11) unsigned",
        "bigint(20) unsigned",
        "tinyint(1)",
        "decimal(10,2) unsigned zerofill",
        "float unsigned",
        "double",
        "year",
        "mediumint",
        "bit(1)",
    ],
    "duckdb": ["HUGEINT", "UHUGEINT", "UBIGINT", "DECIMAL(18,3)", "DOUBLE"],
    "clickhouse": [
        "Nullable(Int64)",
        "UInt8",
        "Int256",
        "Decimal64(3)",
        "Nullable(Decimal(10, 2))",
        "Float64",
        "LowCardinality(Nullable(Int32))",
        "SimpleAggregateFunction(sum, UInt64)",
    ],
    "snowflake": ["NUMBER(38,0)", "FLOAT", "DECFLOAT"],
    "databricks": ["bigint", "decimal(10,2)", "double"],
    "trino": ["decimal(10,2)", "double", "real", "tinyint"],
    "sqlite": ["INTEGER", "UNSIGNED BIG INT", "REAL", "NUMERIC", "DECIMAL(10,5)", "INT8", "MEDIUMINT"],
    "redshift": ["int8", "float8"],
}
TIME = {
    "postgres": ["timestamp without time zone", "timestamp with time zone", "timestamptz(3)", "date", "time", "timetz"],
    "bigquery": ["DATETIME", "TIMESTAMP", "DATE", "TIME"],
    "tsql": ["datetime2", "datetime2(7)", "datetimeoffset", "datetimeoffset(7)", "datetime", "smalldatetime", "date"],
    "mysql": ["datetime(6)", "timestamp", "date", "time"],
    "duckdb": ["TIMESTAMP WITH TIME ZONE", "TIMESTAMP_NS", "DATE"],
    "clickhouse": ["Nullable(DateTime64(3, 'UTC'))", "DateTime('UTC')", "Date32", "LowCardinality(Date)"],
    "snowflake": ["TIMESTAMP_NTZ(9)", "TIMESTAMP_LTZ", "TIMESTAMP_TZ(9)", "DATE", "TIME(9)"],
    "databricks": ["timestamp_ntz", "timestamp", "date"],
    "trino": ["timestamp(6) with time zone", "timestamp(3)"],
    "sqlite": ["DATETIME", "DATE"],
}
BOOLEAN = {
    "postgres": ["boolean", "bool"],
    "bigquery": ["BOOL"],
    "tsql": ["bit"],
    "mysql": ["bool"],
    "clickhouse": ["Bool", "Nullable(Bool)"],
    "sqlite": ["BOOLEAN"],
}
STRING = {
    "postgres": [
        "bit varying",
        "bit varying(5)",
        "bit(3)",
        "point",
        "interval",
        "interval day to second",
        "uuid",
        "character varying(255)",
        "text",
        "integer[]",
        "int4[]",
        "jsonb",
        "bytea",
        "int4range",
        "inet",
        "hstore",
    ],
    "bigquery": ["STRING(10)", "STRUCT<a INT64>", "ARRAY<INT64>", "GEOGRAPHY", "INTERVAL", "BYTES", "JSON"],
    "tsql": ["nvarchar(max)", "uniqueidentifier", "rowversion", "timestamp", "varbinary(max)", "xml", "ntext"],
    "mysql": ["enum('a','b')", "set('a','b')", "json", "geometry", "longblob", "mediumtext"],
    "duckdb": ["INTEGER[]", "INTEGER[3]", "STRUCT(a INTEGER)", "MAP(VARCHAR, INTEGER)", "BIT", "INTERVAL", "ENUM('a')"],
    "clickhouse": [
        "LowCardinality(String)",
        "LowCardinality(Nullable(String))",
        "Array(Int32)",
        "Map(String, Int64)",
        "Tuple(a Int8)",
        "Point",
        "Enum8('a' = 1)",
        "FixedString(3)",
        "AggregateFunction(sum, UInt64)",
        "UUID",
    ],
    "snowflake": ["VARIANT", "OBJECT", "ARRAY", "BINARY", "TEXT", "VECTOR(FLOAT, 3)"],
    "databricks": ["struct<a:int>", "array<int>", "map<string,int>", "interval day", "void"],
    "trino": ["row(a integer)", "array(integer)", "map(varchar, integer)", "interval day to second", "ipaddress"],
    "sqlite": ["VARCHAR(10)", "NATIVE CHARACTER(70)", "VARYING CHARACTER(255)", "blob", "STRING"],
}


def _cases():
    for expected, table in (("number", NUMBER), ("time", TIME), ("boolean", BOOLEAN), ("string", STRING)):
        for dialect, natives in table.items():
            for native in natives:
                yield dialect, native, expected


@pytest.mark.parametrize(("dialect", "native", "expected"), list(_cases()))
def test_a_native_type_is_what_it_is(dialect, native, expected):
    assert column_type(native, dialect) == expected


@pytest.mark.parametrize(
    ("native", "expected"),
    [("INT64", "number"), ("BIGNUMERIC", "number"), ("datetime2", "time"), ("Nullable(Int64)", "number"),
     ("LowCardinality(String)", "string"), ("int unsigned", "number"), ("hugeint", "number"), ("datetimeoffset", "time")],
)  # fmt: skip
def test_a_type_of_another_dialect_is_known_all_the_same(native, expected):
    assert column_type(native, "postgres") == expected


@pytest.mark.parametrize("native", ["tsvector", "public.my_enum", "'; drop table t", "(" * 2_000, ""])
def test_a_type_that_nobody_knows_is_none(native):
    assert column_type(native, "postgres") is None
