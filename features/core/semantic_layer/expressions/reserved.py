"""Words that an identifier may not be without quotes.

One list for all dialects, the union of what SQL:2016, PostgreSQL, MySQL, SQLite, BigQuery, Redshift, Trino, DuckDB,
Databricks, ClickHouse and T-SQL reserve: quoting a lower-case name that needs none changes nothing there. Snowflake
folds to upper case, where it would, so it has its own shorter list.
"""

from functools import lru_cache

_ANYWHERE = """
access add admin after aggregate alias all allocate alter analyse analyze and anti any apply are array as asc
asensitive asof assert assert_rows_modified asymmetric at atomic attach authorization backup before begin between
bigint binary blob boolean both break browse bulk by cache call cascade cascaded case cast catalog change char
character check checkpoint class clob close cluster clustered coalesce collate collation collect column commit
compute concat condition conflict connect connection constraint contains containstable continue convert corresponding
cost create cross cube current current_catalog current_date current_path current_role current_schema current_time
current_timestamp current_transform_group_for_type current_user cursor cycle data database databases date datetime
day day_hour day_microsecond day_minute day_second dbcc deallocate dec decimal declare default deferrable deferred
define delayed delete dense_rank deny desc describe desc deterministic disk distinct distinctrow distributed div do
domain double drop dual dump dynamic each element else elseif empty enclosed end end-exec enum errlvl escape escaped
every except exclude exec execute exists exit explain external extract fail false fetch file fillfactor filter final
first_value float float4 float8 following for force foreign format free freetext freetexttable freeze from full
fulltext function fusion general generated get glob global go goto grant group grouping groups hash having high_priority
hold holdlock hour hour_microsecond hour_minute hour_second identified identity identity_insert identitycol if ignore
ilike immediate in index indexed infile initially inner inout insensitive insert instead int int1 int2 int3 int4 int8
integer intersect interval into io_after_gtids io_before_gtids is isnull iterate join json_table key keys kill lag
lambda language large last_value lateral lead leading leave left level like limit linear lineno lines load local
localtime localtimestamp lock long longblob longtext lookup loop low_priority map master_bind match maxvalue mediumblob
mediumint mediumtext member merge method middleint minus minute minute_microsecond minute_second mod modifies module
month multiset national natural nchar nclob new no no_write_to_binlog nocheck nonclustered none not nothing notnull
nth_value ntile null nullif nulls numeric nvarchar object of off offline offset offsets old on online only open
opendatasource openquery openrowset openxml optimize optimizer_costs option optionally or order ordinality out outer
outfile over overlaps overlay parameter partition percent percent_rank period pivot placing plan pragma preceding
precision prepare primary print privileges proc procedure proto public purge qualify query raiserror raise range rank
read read_write reads readtext real reconfigure recursive ref references referencing regexp reindex release rename
repeat replace replication require resignal respect restore restrict result return returning returns revert revoke
right rlike rollback rollup row row_number rowcount rowguidcol rows rule sample save savepoint schema schemas scope
scroll search second second_microsecond securityaudit select semanticextraction semi sensitive separator session
session_user set settings setuser shutdown show signal similar skip smallint some spatial specific sql
sql_big_result sql_calc_found_rows sql_small_result sqlexception sqlstate sqlwarning ssl start starting statistics
stored straight_join struct submultiset symmetric system system_user table tables tablesample tag temp temporary
terminated textsize then time timestamp tinyblob tinyint tinytext to top trailing tran transaction translate
treat trigger true truncate try_cast try_convert tsequal unbounded undo union unique unlock unnest unpivot
unsigned until update updatetext usage use user using utc_date utc_time utc_timestamp vacuum value values varbinary
varchar varcharacter variadic varying verbose view virtual volatile waitfor when where while window with within
without write writetext xor year year_month zerofill zone
"""

_SNOWFLAKE = """
account all alter and any as between by case cast check column connect connection constraint create cross current
current_date current_time current_timestamp current_user database delete distinct drop else exists false following
for from full grant group gscluster having ilike in increment inner insert intersect into is issue join lateral left
like localtime localtimestamp minus natural not null of on or order organization qualify regexp revoke right rlike row
rows sample schema select set some start table tablesample then to trigger true try_cast union unique update using
values view when whenever where with
"""


@lru_cache(maxsize=2)
def _words(text: str) -> frozenset[str]:
    return frozenset(text.upper().split())


def reserved_words(dialect: str) -> frozenset[str]:
    """In upper case."""
    return _words(_SNOWFLAKE if dialect == "snowflake" else _ANYWHERE)
