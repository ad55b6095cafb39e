"""ClickHouse: table functions reach files, networks and programs, so the harmless ones are listed one by one.

From `system.functions` and `system.table_functions` of ClickHouse 26.
"""

from semantic_layer.sql_analysis.effects.table import QUERY_WORDS_THAT_WRITE, Effects, names

EFFECTS = Effects(
    functions=names("""
        sleep sleepeachrow file generateserialid executable catboostevaluate modelevaluate eval
        addresstoline addresstolinewithinlines addresstosymbol showcertificate
        getclienthttpheader fuzzquery fuzzjson
        """),
    families=("ai",),
    harmless=frozenset(),
    relations=names("""
        numbers numbers_mt zeros zeros_mt primes generate_series generateseries generaterandom values
        sqlstandardvalues view viewifpermitted viewexplain null merge dictionary unnest arrayjoin format
        """),
    words=QUERY_WORDS_THAT_WRITE,
    settings=names("""
        aggregate_functions_null_for_empty allow_experimental_analyzer any_join_distinct_right_table_keys
        date_time_input_format date_time_output_format distinct_overflow_mode
        do_not_merge_across_partitions_select_final
        enable_analyzer enable_optimize_predicate_expression extremes final force_index_by_date force_primary_key
        group_by_overflow_mode group_by_two_level_threshold group_by_use_nulls join_algorithm join_any_take_last_row
        join_default_strictness join_overflow_mode join_use_nulls limit max_block_size max_bytes_to_read
        max_bytes_before_external_group_by max_bytes_before_external_sort max_execution_time max_memory_usage
        max_result_bytes max_result_rows max_rows_in_join max_rows_to_group_by max_rows_to_read max_rows_to_sort
        max_threads offset optimize_aggregation_in_order optimize_move_to_prewhere optimize_read_in_order
        optimize_skip_unused_shards partial_merge_join_optimizations prefer_localhost_replica priority
        read_overflow_mode result_overflow_mode select_sequential_consistency session_timezone sort_overflow_mode
        timeout_overflow_mode totals_mode transform_null_in union_default_mode use_query_cache use_skip_indexes
        use_uncompressed_cache
        """),
)
