"""SQL Server: statements need no separator, so each word that begins one is refused wherever it stands bare."""

from semantic_layer.sql_analysis.effects.table import QUERY_WORDS_THAT_WRITE, Effects, names

STATEMENT_WORDS = names("""
    ADD ALTER BACKUP BEGIN BREAK BROWSE BULK CHECKPOINT CLOSE COMMIT CONTINUE CREATE DBCC DEALLOCATE DECLARE DENY
    DISABLE DISK DROP DUMP ENABLE ERRLVL EXEC EXECUTE EXIT GET GO GOTO GRANT HOLDLOCK KILL LINENO LOAD MOVE OPEN
    PRINT PROC PROCEDURE RAISERROR READTEXT RECEIVE RECONFIGURE RESTORE RETURN REVERT REVOKE ROLLBACK SAVE SEND SET
    SETUSER SHUTDOWN THROW TRAN TRANSACTION TRUNCATE UPDATETEXT USE WAITFOR WHILE WRITETEXT
    """)

LOCK_WORDS = names("HOLDLOCK PAGLOCK ROWLOCK TABLOCK TABLOCKX UPDLOCK XLOCK")

EFFECTS = Effects(
    functions=names("""
        openrowset opendatasource openquery fn_get_audit_file fn_xe_file_target_read_file fn_dump_dblog fn_dblog
        fn_full_dblog fn_trace_gettable ai_generate_embeddings
        """),
    families=("sp_", "xp_"),
    words=QUERY_WORDS_THAT_WRITE | STATEMENT_WORDS | LOCK_WORDS,
)
