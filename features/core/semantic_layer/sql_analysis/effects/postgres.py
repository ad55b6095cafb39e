"""PostgreSQL.

From `pg_proc` of PostgreSQL 15 (every function marked volatile was judged), the release notes of 16 to 18, and the
extensions of contrib and of the large hosts. Functions that run text as SQL are in it whatever they are marked.
"""

from semantic_layer.sql_analysis.effects.table import Effects, names

FUNCTIONS = names("""
    nextval setval setseed set_config set_limit
    pg_terminate_backend pg_cancel_backend pg_signal_backend
    pg_notify pg_nextoid pg_promote pg_reload_conf pg_export_snapshot pg_extension_config_dump
    pg_log_backend_memory_contexts pg_log_query_plan pg_logical_emit_message pg_import_system_collations
    pg_switch_wal pg_switch_xlog pg_xlog_replay_pause pg_xlog_replay_resume
    pg_start_backup pg_stop_backup pg_stop_making_pinned_objects pg_stat_clear_snapshot pg_stat_force_next_flush
    pg_stat_file pg_stat_statements_reset pg_stat_reset pg_current_logfile
    pg_prewarm autoprewarm_start_worker autoprewarm_dump_now pg_truncate_visibility_map
    pg_clear_relation_stats pg_clear_attribute_stats pg_restore_relation_stats pg_restore_attribute_stats
    pg_sync_replication_slots pg_wal_summary_contents pg_available_wal_summaries
    pg_hba_file_rules pg_ident_file_mappings pg_show_all_file_settings
    query_to_xml query_to_xml_and_xmlschema query_to_xmlschema cursor_to_xml cursor_to_xmlschema
    ts_stat ts_rewrite amvalidate
    txid_current pg_current_xact_id gin_clean_pending_list
    loread lowrite currtid currtid2
    crosstab crosstab2 crosstab3 crosstab4 crosstabn connectby xpath_table
    heap_force_kill heap_force_freeze
    http http_get http_post http_put http_patch http_delete http_head http_set_curlopt http_reset_curlopt
    get_raw_page
    run_command_on_workers run_command_on_shards run_command_on_placements create_distributed_table
    """)

FAMILIES = (
    "autoprewarm",
    "binary_upgrade_",
    "brin_",
    "bt_index_",
    "dblink",
    "lo_",
    "master_",
    "pg_advisory_",
    "pg_background_",
    "pg_backup_",
    "pg_buffercache_evict",
    "pg_buffercache_mark",
    "pg_copy_",
    "pg_create_",
    "pg_drop_",
    "pg_execute_",
    "pg_file_",
    "pg_logdir_",
    "pg_logical_slot_",
    "pg_ls_",
    "pg_read_",
    "pg_replication_origin_",
    "pg_replication_slot_",
    "pg_rotate_",
    "pg_set_",
    "pg_sleep",
    "pg_stat_reset",
    "pg_try_advisory_",
    "pg_wal_replay_",
    "plpgsql_",
    "postgres_fdw_disconnect",
)

HARMLESS = frozenset({"brin_page_type", "pg_replication_origin_session_is_setup", "pg_replication_origin_progress"})

SCHEMAS = frozenset({"aws_commons", "aws_lambda", "aws_s3", "azure_storage", "cron", "dbms_job", "google_ml", "net"})

EFFECTS = Effects(functions=FUNCTIONS, families=FAMILIES, harmless=HARMLESS, schemas=SCHEMAS)
