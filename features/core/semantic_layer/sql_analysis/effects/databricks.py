"""Databricks: functions that run Java, call out, or read files; relations named by a path."""

from semantic_layer.sql_analysis.effects.table import QUERY_WORDS_THAT_WRITE, Effects, names

EFFECTS = Effects(
    functions=names("""
        reflect java_method try_reflect http_request remote_query secret try_secret identifier sleep
        read_files read_kafka read_kinesis read_pubsub read_pulsar read_statestore read_state_metadata
        cloud_files cloud_files_state from_avro to_avro list_secrets event_log get_event_log
        """),
    families=("ai_", "read_", "vector_search"),
    relations=names("""
        range explode explode_outer posexplode posexplode_outer inline inline_outer stack json_tuple flatten
        variant_explode variant_explode_outer table_changes sql_keywords collations unnest sequence
        """),
    words=QUERY_WORDS_THAT_WRITE | {"TRANSFORM"},
    symbols=("|>",),
    file_formats=names("avro binaryfile csv delta hudi iceberg jdbc json libsvm orc parquet text xml"),
)
