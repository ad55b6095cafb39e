"""Snowflake: system functions act unless listed, stages are files, and a name may be computed."""

from semantic_layer.sql_analysis.effects.table import Effects, names

EFFECTS = Effects(
    functions=names("""
        getnextval identifier get_presigned_url build_stage_file_url build_scoped_file_url get_stage_location
        infer_schema generate_column_description
        """),
    families=("system$",),
    harmless=names("""
        system$clustering_depth system$clustering_information system$clustering_ratio system$current_user_task_name
        system$estimate_query_acceleration system$explain_json_to_text system$explain_plan_json system$get_tag
        system$last_change_commit_time system$stream_has_data system$typeof
        """),
    symbols=("->>", "@"),
)
