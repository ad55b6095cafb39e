"""SQLite, its command-line extensions included."""

from semantic_layer.sql_analysis.effects.table import Effects, names

EFFECTS = Effects(
    functions=names("""
        load_extension readfile writefile edit fts3_tokenizer optimize lsmode_set writelsmode
        sqlite_log sqlite_rename_table sqlite_rename_column sqlite_rename_quotefix sqlite_rename_test
        sqlite_attach sqlite_detach sqlite_drop_column sqlite_add_constraint
        crashme system shell_add_schema shell_putsnl eval
        """),
    relations=names("""
        json_each json_tree jsonb_each jsonb_tree generate_series
        pragma_collation_list pragma_compile_options pragma_database_list pragma_foreign_key_list
        pragma_function_list pragma_index_info pragma_index_list pragma_index_xinfo pragma_module_list
        pragma_pragma_list pragma_table_info pragma_table_list pragma_table_xinfo
        """),
)
