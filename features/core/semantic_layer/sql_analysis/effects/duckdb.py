"""DuckDB: relations may be files, other databases, or text that is run as SQL, so they are listed one by one.

From `duckdb_functions()` of DuckDB 2.0: the scalar functions that it marks as having side effects, and the table
functions that read only what the database holds.
"""

from semantic_layer.sql_analysis.effects.table import QUERY_WORDS_THAT_WRITE, Effects, names

EFFECTS = Effects(
    functions=names("""
        nextval setval setseed sleep_ms write_log getenv query query_table sql_auto_complete
        json_execute_serialized_sql from_substrait from_substrait_json checkpoint force_checkpoint
        sniff_csv glob arrow_scan arrow_scan_dumb pandas_scan python_arrow_scan python_map_function seq_scan
        sqlite_attach sqlite_scan postgres_attach postgres_scan postgres_scan_pushdown postgres_execute postgres_query
        mysql_scan mysql_execute mysql_query mysql_clear_cache iceberg_scan iceberg_metadata iceberg_snapshots
        delta_scan shapefile_meta st_read st_read_meta st_drivers load_aws_credentials which_secret duckdb_secrets
        truncate_duckdb_logs import_database copy_database add_parquet_key
        http_get http_post http_post_form
        """),
    families=(
        "create_external_",
        "deregister_",
        "destroy_external_",
        "disable_",
        "enable_",
        "parquet_",
        "pg_clear_cache",
        "read_",
        "register_",
        "scan_arrow",
        "write_",
    ),
    relations=names("""
        generate_series range repeat repeat_row unnest json_each json_tree histogram histogram_values summary
        duckdb_columns duckdb_constraints duckdb_databases duckdb_dependencies duckdb_extensions duckdb_functions
        duckdb_indexes duckdb_keywords duckdb_memory duckdb_optimizers duckdb_schemas duckdb_sequences duckdb_settings
        duckdb_table_sample duckdb_tables duckdb_types duckdb_variables duckdb_views
        pragma_collations pragma_database_size pragma_platform pragma_show pragma_storage_info pragma_table_info
        pragma_user_agent pragma_version icu_calendar_names pg_timezone_names test_all_types test_vector_types
        """),
    words=QUERY_WORDS_THAT_WRITE | {"SHOW"},
    file_formats=names("""
        csv tsv txt json jsonl ndjson geojson parquet arrow arrows feather ipc avro orc xlsx xls gz zst bz2 xz zip
        db duckdb ddb sqlite sqlite3 shp gpkg fgb kml gpx osm pbf vortex lance
        """),
)
