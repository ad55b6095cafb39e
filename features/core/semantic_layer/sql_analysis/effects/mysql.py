"""MySQL and MariaDB: functions that wait, lock, read files, replicate, or change a sequence or a variable."""

from semantic_layer.sql_analysis.effects.table import Effects, names

EFFECTS = Effects(
    functions=names("""
        sleep benchmark get_lock release_lock release_all_locks load_file
        master_pos_wait master_gtid_wait source_pos_wait wait_for_executed_gtid_set
        wait_until_sql_thread_after_gtids wsrep_sync_wait_upto_gtid
        nextval setval last_insert_id
        sys_exec sys_eval sys_get sys_set sys_bineval lib_mysqludf_sys_info
        set_firewall_mode set_firewall_group_mode read_firewall_users read_firewall_groups
        load_rewrite_rules flush_rewrite_cache mysql_query_attribute_set
        gen_dictionary_load gen_dictionary_drop gen_blacklist
        """),
    families=(
        "asynchronous_connection_failover_",
        "audit_log_",
        "audit_api_",
        "group_replication_",
        "keyring_key_",
        "mysql_firewall_",
        "service_get_",
        "service_release_",
        "spider_",
        "version_tokens_",
    ),
    harmless=frozenset({"audit_log_filter_is_enabled", "version_tokens_show"}),
    symbols=(":=",),
    hint_words=frozenset({"RESOURCE_GROUP", "SET", "SET_VAR"}),
)
