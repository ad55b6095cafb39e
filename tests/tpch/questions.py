"""The 22 business questions of TPC-H, each as a semantic query and as SQL written by hand.

Both name every column that orders the answer, so answers are compared row by row, in order. The parameters are those of
the specification's validation run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """`number` is the specification's. The columns of `sql` are those of the query: dimensions, then measures."""

    number: int
    words: str
    sql: str
    measures: Sequence[str | Mapping[str, str]] = ()
    dimensions: Sequence[str | Mapping[str, str]] = ()
    filters: Sequence[str] = ()
    segments: Sequence[str] = ()
    order_by: Sequence[str | Mapping[str, str]] = ()
    limit: int | None = None

    def query(self) -> dict[str, object]:
        """As the wire has it. TPC-H never asks for members without facts."""
        return {
            "measures": list(self.measures),
            "dimensions": list(self.dimensions),
            "filters": list(self.filters),
            "segments": list(self.segments),
            "order_by": list(self.order_by),
            "limit": self.limit,
            "include_empty": False,
        }


def down(field: str) -> dict[str, str]:
    """Order by this, largest first."""
    return {"field": field, "direction": "desc"}


def year(field: str) -> dict[str, str]:
    """This, cut to years."""
    return {"field": field, "granularity": "year"}


REVENUE = "l_extendedprice * (1 - l_discount)"

QUESTIONS = (
    Question(
        1,
        "what was billed, shipped and returned",
        measures=[
            "lineitem.quantity",
            "lineitem.base_price",
            "lineitem.revenue",
            "lineitem.charged",
            "lineitem.average_quantity",
            "lineitem.average_price",
            "lineitem.average_discount",
            "lineitem.line_count",
        ],
        dimensions=["lineitem.l_returnflag", "lineitem.l_linestatus"],
        filters=["lineitem.l_shipdate <= date '1998-12-01' - interval '90' day"],
        order_by=["lineitem.l_returnflag", "lineitem.l_linestatus"],
        sql=f"""
            SELECT l_returnflag, l_linestatus, sum(l_quantity), sum(l_extendedprice), sum({REVENUE}),
              sum({REVENUE} * (1 + l_tax)), avg(l_quantity), avg(l_extendedprice), avg(l_discount), count(*)
            FROM lineitem WHERE l_shipdate <= DATE '1998-09-02' GROUP BY 1, 2 ORDER BY 1, 2
        """,
    ),
    Question(
        2,
        "who in Europe offers a part for the least",
        measures=["partsupp.lowest_cost"],
        dimensions=[
            "supplier.s_acctbal",
            "supplier.s_name",
            "supplier_nation.n_name",
            "part.p_partkey",
            "part.p_mfgr",
            "supplier.s_phone",
        ],
        filters=[
            "part.p_size = 15 and part.p_type like '%BRASS'",
            "region.r_name = 'EUROPE'",
            """partsupp.ps_supplycost = (
                 select min(o.ps_supplycost) from partsupp o
                 join supplier s on s.s_suppkey = o.ps_suppkey
                 join nation n on n.n_nationkey = s.s_nationkey
                 join region r on r.r_regionkey = n.n_regionkey
                 where o.ps_partkey = part.p_partkey and r.r_name = 'EUROPE')""",
        ],
        order_by=[down("supplier.s_acctbal"), "supplier_nation.n_name", "supplier.s_name", "part.p_partkey"],
        limit=100,
        sql="""
            WITH offers AS (
              SELECT *, min(ps_supplycost) OVER (PARTITION BY ps_partkey) AS least
              FROM partsupp
              JOIN supplier ON s_suppkey = ps_suppkey
              JOIN nation ON n_nationkey = s_nationkey
              JOIN region ON r_regionkey = n_regionkey AND r_name = 'EUROPE'
            )
            SELECT s_acctbal, s_name, n_name, p_partkey, p_mfgr, s_phone, ps_supplycost
            FROM offers JOIN part ON p_partkey = ps_partkey
            WHERE p_size = 15 AND p_type LIKE '%BRASS' AND ps_supplycost = least
            ORDER BY s_acctbal DESC, n_name, s_name, p_partkey LIMIT 100
        """,
    ),
    Question(
        3,
        "which open orders are worth most",
        measures=["lineitem.revenue"],
        dimensions=["orders.o_orderkey", "orders.o_orderdate", "orders.o_shippriority"],
        filters=[
            "customer.c_mktsegment = 'BUILDING'",
            "orders.o_orderdate < date '1995-03-15'",
            "lineitem.l_shipdate > date '1995-03-15'",
        ],
        order_by=[down("lineitem.revenue"), "orders.o_orderdate", "orders.o_orderkey"],
        limit=10,
        sql=f"""
            SELECT o_orderkey, o_orderdate, o_shippriority, sum({REVENUE}) AS revenue
            FROM customer JOIN orders ON o_custkey = c_custkey JOIN lineitem ON l_orderkey = o_orderkey
            WHERE c_mktsegment = 'BUILDING' AND o_orderdate < DATE '1995-03-15' AND l_shipdate > DATE '1995-03-15'
            GROUP BY 1, 2, 3 ORDER BY revenue DESC, o_orderdate, o_orderkey LIMIT 10
        """,
    ),
    Question(
        4,
        "how many orders of a quarter had a late line",
        measures=["orders.order_count"],
        dimensions=["orders.o_orderpriority"],
        filters=[
            "orders.o_orderdate >= date '1993-07-01' and orders.o_orderdate < date '1993-10-01'",
            "lineitem.l_commitdate < lineitem.l_receiptdate",
        ],
        order_by=["orders.o_orderpriority"],
        sql="""
            SELECT o_orderpriority, count(*) FROM orders
            WHERE o_orderdate >= DATE '1993-07-01' AND o_orderdate < DATE '1993-10-01'
              AND o_orderkey IN (SELECT l_orderkey FROM lineitem WHERE l_commitdate < l_receiptdate)
            GROUP BY 1 ORDER BY 1
        """,
    ),
    Question(
        5,
        "what suppliers sold to customers of their own nation",
        measures=["lineitem.revenue"],
        dimensions=["supplier_nation.n_name"],
        filters=[
            "customer.c_nationkey = supplier.s_nationkey",
            "region.r_name = 'ASIA'",
            "orders.o_orderdate >= date '1994-01-01' and orders.o_orderdate < date '1995-01-01'",
        ],
        order_by=[down("lineitem.revenue")],
        sql=f"""
            SELECT n_name, sum({REVENUE}) AS revenue
            FROM lineitem JOIN orders ON o_orderkey = l_orderkey JOIN customer ON c_custkey = o_custkey
            JOIN supplier ON s_suppkey = l_suppkey AND s_nationkey = c_nationkey
            JOIN nation ON n_nationkey = s_nationkey JOIN region ON r_regionkey = n_regionkey
            WHERE r_name = 'ASIA' AND o_orderdate >= DATE '1994-01-01' AND o_orderdate < DATE '1995-01-01'
            GROUP BY n_name ORDER BY revenue DESC
        """,
    ),
    Question(
        6,
        "what smaller discounts would have brought",
        measures=["lineitem.discount_given"],
        filters=[
            "lineitem.l_shipdate >= date '1994-01-01' and lineitem.l_shipdate < date '1995-01-01'",
            "lineitem.l_discount between 0.05 and 0.07",
            "lineitem.l_quantity < 24",
        ],
        sql="""
            SELECT sum(l_extendedprice * l_discount) FROM lineitem
            WHERE l_shipdate >= DATE '1994-01-01' AND l_shipdate < DATE '1995-01-01'
              AND l_discount BETWEEN 0.05 AND 0.07 AND l_quantity < 24
        """,
    ),
    Question(
        7,
        "what France and Germany sold to each other",
        measures=["lineitem.revenue"],
        dimensions=["supplier_nation.n_name", "customer_nation.n_name", year("lineitem.l_shipdate")],
        filters=[
            """supplier_nation.n_name = 'FRANCE' and customer_nation.n_name = 'GERMANY'
               or supplier_nation.n_name = 'GERMANY' and customer_nation.n_name = 'FRANCE'""",
            "lineitem.l_shipdate between date '1995-01-01' and date '1996-12-31'",
        ],
        order_by=["supplier_nation.n_name", "customer_nation.n_name", "lineitem.l_shipdate"],
        sql=f"""
            SELECT seller.n_name, buyer.n_name, date_trunc('year', l_shipdate) AS shipped, sum({REVENUE})
            FROM lineitem JOIN supplier ON s_suppkey = l_suppkey
            JOIN nation AS seller ON seller.n_nationkey = s_nationkey
            JOIN orders ON o_orderkey = l_orderkey JOIN customer ON c_custkey = o_custkey
            JOIN nation AS buyer ON buyer.n_nationkey = c_nationkey
            WHERE (seller.n_name = 'FRANCE' AND buyer.n_name = 'GERMANY'
                OR seller.n_name = 'GERMANY' AND buyer.n_name = 'FRANCE')
              AND l_shipdate BETWEEN DATE '1995-01-01' AND DATE '1996-12-31'
            GROUP BY ALL ORDER BY 1, 2, 3
        """,
    ),
    Question(
        8,
        "which share of a market is Brazil's",
        measures=[
            {
                "name": "share",
                "expr": """sum(case when supplier_nation.n_name = 'BRAZIL' then lineitem.net_price else 0 end)
                           / lineitem.revenue""",
            }
        ],
        dimensions=[year("orders.o_orderdate")],
        filters=[
            "customer_nation.n_regionkey in (select r.r_regionkey from region r where r.r_name = 'AMERICA')",
            "orders.o_orderdate between date '1995-01-01' and date '1996-12-31'",
            "part.p_type = 'ECONOMY ANODIZED STEEL'",
        ],
        order_by=["orders.o_orderdate"],
        sql=f"""
            WITH sold AS (
              SELECT date_trunc('year', o_orderdate) AS ordered, seller.n_name AS seller, {REVENUE} AS volume
              FROM lineitem JOIN part ON p_partkey = l_partkey AND p_type = 'ECONOMY ANODIZED STEEL'
              JOIN supplier ON s_suppkey = l_suppkey JOIN nation AS seller ON seller.n_nationkey = s_nationkey
              JOIN orders ON o_orderkey = l_orderkey JOIN customer ON c_custkey = o_custkey
              JOIN nation AS buyer ON buyer.n_nationkey = c_nationkey
              JOIN region ON r_regionkey = buyer.n_regionkey AND r_name = 'AMERICA'
              WHERE o_orderdate BETWEEN DATE '1995-01-01' AND DATE '1996-12-31'
            )
            SELECT ordered, sum(CASE WHEN seller = 'BRAZIL' THEN volume ELSE 0 END) / sum(volume)
            FROM sold GROUP BY 1 ORDER BY 1
        """,
    ),
    Question(
        9,
        "what green parts earned, by nation and year",
        measures=["lineitem.profit"],
        dimensions=["supplier_nation.n_name", year("orders.o_orderdate")],
        filters=["part.p_name like '%green%'"],
        order_by=["supplier_nation.n_name", down("orders.o_orderdate")],
        sql=f"""
            SELECT n_name, date_trunc('year', o_orderdate) AS ordered, sum({REVENUE} - ps_supplycost * l_quantity)
            FROM lineitem JOIN part ON p_partkey = l_partkey JOIN supplier ON s_suppkey = l_suppkey
            JOIN partsupp ON ps_partkey = l_partkey AND ps_suppkey = l_suppkey
            JOIN orders ON o_orderkey = l_orderkey JOIN nation ON n_nationkey = s_nationkey
            WHERE p_name LIKE '%green%' GROUP BY 1, 2 ORDER BY 1, 2 DESC
        """,
    ),
    Question(
        10,
        "which customers sent most back",
        measures=["lineitem.revenue"],
        dimensions=[
            "customer.c_custkey",
            "customer.c_name",
            "customer.c_acctbal",
            "customer.c_phone",
            "customer_nation.n_name",
            "customer.c_address",
            "customer.c_comment",
        ],
        filters=[
            "orders.o_orderdate >= date '1993-10-01' and orders.o_orderdate < date '1994-01-01'",
            "lineitem.l_returnflag = 'R'",
        ],
        order_by=[down("lineitem.revenue"), "customer.c_custkey"],
        limit=20,
        sql=f"""
            SELECT c_custkey, c_name, c_acctbal, c_phone, n_name, c_address, c_comment, sum({REVENUE}) AS revenue
            FROM customer JOIN orders ON o_custkey = c_custkey JOIN lineitem ON l_orderkey = o_orderkey
            JOIN nation ON n_nationkey = c_nationkey
            WHERE o_orderdate >= DATE '1993-10-01' AND o_orderdate < DATE '1994-01-01' AND l_returnflag = 'R'
            GROUP BY ALL ORDER BY revenue DESC, c_custkey LIMIT 20
        """,
    ),
    Question(
        11,
        "which parts make up much of the stock in Germany",
        measures=["partsupp.stock_value"],
        dimensions=["part.p_partkey"],
        filters=[
            "supplier_nation.n_name = 'GERMANY'",
            """partsupp.stock_value > (
                 select sum(o.ps_supplycost * o.ps_availqty) * 0.0001 from partsupp o
                 join supplier s on s.s_suppkey = o.ps_suppkey
                 join nation n on n.n_nationkey = s.s_nationkey where n.n_name = 'GERMANY')""",
        ],
        order_by=[down("partsupp.stock_value"), "part.p_partkey"],
        sql="""
            WITH stock AS (
              SELECT ps_partkey, sum(ps_supplycost * ps_availqty) AS worth
              FROM partsupp JOIN supplier ON s_suppkey = ps_suppkey JOIN nation ON n_nationkey = s_nationkey
              WHERE n_name = 'GERMANY' GROUP BY 1
            )
            SELECT ps_partkey, worth FROM stock WHERE worth > 0.0001 * (SELECT sum(worth) FROM stock) ORDER BY 2 DESC, 1
        """,
    ),
    Question(
        12,
        "does cheap shipping delay urgent orders",
        measures=["lineitem.urgent_lines", "lineitem.other_lines"],
        dimensions=["lineitem.l_shipmode"],
        segments=["lineitem.late"],
        filters=[
            "lineitem.l_shipmode in ('MAIL', 'SHIP')",
            "lineitem.l_shipdate < lineitem.l_commitdate",
            "lineitem.l_receiptdate >= date '1994-01-01' and lineitem.l_receiptdate < date '1995-01-01'",
        ],
        order_by=["lineitem.l_shipmode"],
        sql="""
            SELECT l_shipmode, count(*) FILTER (WHERE o_orderpriority < '3'),
              count(*) FILTER (WHERE o_orderpriority >= '3')
            FROM lineitem JOIN orders ON o_orderkey = l_orderkey
            WHERE l_shipmode IN ('MAIL', 'SHIP') AND l_shipdate < l_commitdate AND l_commitdate < l_receiptdate
              AND l_receiptdate >= DATE '1994-01-01' AND l_receiptdate < DATE '1995-01-01'
            GROUP BY 1 ORDER BY 1
        """,
    ),
    Question(
        13,
        "how many customers placed how many orders",
        measures=["customer.customer_count"],
        dimensions=["customer.orders_placed"],
        order_by=[down("customer.customer_count"), down("customer.orders_placed")],
        sql="""
            WITH placed AS (
              SELECT c_custkey, count(o_orderkey) AS orders
              FROM customer LEFT JOIN orders ON o_custkey = c_custkey AND o_comment NOT LIKE '%special%requests%'
              GROUP BY 1
            )
            SELECT orders, count(*) FROM placed GROUP BY 1 ORDER BY 2 DESC, 1 DESC
        """,
    ),
    Question(
        14,
        "how much of a month's revenue came from promotions",
        measures=["lineitem.promo_percent"],
        filters=["lineitem.l_shipdate >= date '1995-09-01' and lineitem.l_shipdate < date '1995-10-01'"],
        sql=f"""
            SELECT 100.0 * sum(CASE WHEN p_type LIKE 'PROMO%' THEN {REVENUE} ELSE 0 END) / sum({REVENUE})
            FROM lineitem JOIN part ON p_partkey = l_partkey
            WHERE l_shipdate >= DATE '1995-09-01' AND l_shipdate < DATE '1995-10-01'
        """,
    ),
    Question(
        15,
        "which supplier sold most in a quarter",
        measures=["lineitem.revenue"],
        dimensions=["supplier.s_suppkey", "supplier.s_name", "supplier.s_address", "supplier.s_phone"],
        filters=[
            "lineitem.l_shipdate >= date '1996-01-01' and lineitem.l_shipdate < date '1996-04-01'",
            """lineitem.revenue >= (
                 select sum(l.net_price) from lineitem l
                 where l.l_shipdate >= date '1996-01-01' and l.l_shipdate < date '1996-04-01'
                 group by l.l_suppkey order by sum(l.net_price) desc limit 1)""",
        ],
        order_by=["supplier.s_suppkey"],
        sql=f"""
            WITH sold AS (
              SELECT l_suppkey, sum({REVENUE}) AS revenue FROM lineitem
              WHERE l_shipdate >= DATE '1996-01-01' AND l_shipdate < DATE '1996-04-01' GROUP BY 1
            )
            SELECT s_suppkey, s_name, s_address, s_phone, revenue FROM supplier JOIN sold ON l_suppkey = s_suppkey
            WHERE revenue = (SELECT max(revenue) FROM sold) ORDER BY 1
        """,
    ),
    Question(
        16,
        "how many suppliers without complaints offer parts of a kind",
        measures=["partsupp.suppliers"],
        dimensions=["part.p_brand", "part.p_type", "part.p_size"],
        filters=[
            "part.p_brand <> 'Brand#45' and part.p_type not like 'MEDIUM POLISHED%'",
            "part.p_size in (49, 14, 23, 45, 19, 3, 36, 9)",
            "supplier.s_comment not like '%Customer%Complaints%'",
        ],
        order_by=[down("partsupp.suppliers"), "part.p_brand", "part.p_type", "part.p_size"],
        sql="""
            SELECT p_brand, p_type, p_size, count(DISTINCT ps_suppkey) AS suppliers
            FROM partsupp JOIN part ON p_partkey = ps_partkey
            WHERE p_brand <> 'Brand#45' AND p_type NOT LIKE 'MEDIUM POLISHED%'
              AND p_size IN (3, 9, 14, 19, 23, 36, 45, 49)
              AND ps_suppkey NOT IN (SELECT s_suppkey FROM supplier WHERE s_comment LIKE '%Customer%Complaints%')
            GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3
        """,
    ),
    Question(
        17,
        "what would be lost a year without small orders of a part",
        measures=[{"name": "yearly_loss", "expr": "sum(lineitem.l_extendedprice) / 7.0"}],
        filters=[
            "part.p_brand = 'Brand#23' and part.p_container = 'MED BOX'",
            "lineitem.l_quantity < (select 0.2 * avg(l.l_quantity) from lineitem l where l.l_partkey = part.p_partkey)",
        ],
        sql="""
            WITH usual AS (SELECT l_partkey AS partkey, avg(l_quantity) AS quantity FROM lineitem GROUP BY 1)
            SELECT sum(l_extendedprice) / 7.0
            FROM lineitem JOIN part ON p_partkey = l_partkey JOIN usual ON partkey = p_partkey
            WHERE p_brand = 'Brand#23' AND p_container = 'MED BOX' AND l_quantity < 0.2 * quantity
        """,
    ),
    Question(
        18,
        "which orders are exceptionally large",
        measures=["lineitem.quantity"],
        dimensions=[
            "customer.c_name",
            "customer.c_custkey",
            "orders.o_orderkey",
            "orders.o_orderdate",
            "orders.o_totalprice",
        ],
        filters=["lineitem.quantity > 300"],
        order_by=[down("orders.o_totalprice"), "orders.o_orderdate", "orders.o_orderkey"],
        limit=100,
        sql="""
            SELECT c_name, c_custkey, o_orderkey, o_orderdate, o_totalprice, sum(l_quantity)
            FROM customer JOIN orders ON o_custkey = c_custkey JOIN lineitem ON l_orderkey = o_orderkey
            WHERE o_orderkey IN (SELECT l_orderkey FROM lineitem GROUP BY 1 HAVING sum(l_quantity) > 300)
            GROUP BY ALL ORDER BY o_totalprice DESC, o_orderdate, o_orderkey LIMIT 100
        """,
    ),
    Question(
        19,
        "what small parts that are delivered by air in person brought",
        measures=["lineitem.revenue"],
        filters=[
            """part.p_brand = 'Brand#12' and part.p_container in ('SM CASE', 'SM BOX', 'SM PACK', 'SM PKG')
                 and lineitem.l_quantity between 1 and 11 and part.p_size between 1 and 5
               or part.p_brand = 'Brand#23' and part.p_container in ('MED BAG', 'MED BOX', 'MED PKG', 'MED PACK')
                 and lineitem.l_quantity between 10 and 20 and part.p_size between 1 and 10
               or part.p_brand = 'Brand#34' and part.p_container in ('LG CASE', 'LG BOX', 'LG PACK', 'LG PKG')
                 and lineitem.l_quantity between 20 and 30 and part.p_size between 1 and 15""",
            "lineitem.l_shipmode in ('AIR', 'AIR REG')",
            "lineitem.l_shipinstruct = 'DELIVER IN PERSON'",
        ],
        sql=f"""
            WITH wanted(brand, size, largest, fewest) AS (VALUES
              ('Brand#12', 'SM', 5, 1), ('Brand#23', 'MED', 10, 10), ('Brand#34', 'LG', 15, 20)
            )
            SELECT sum({REVENUE}) FROM lineitem JOIN part ON p_partkey = l_partkey
            JOIN wanted ON brand = p_brand AND p_size BETWEEN 1 AND largest
              AND l_quantity BETWEEN fewest AND fewest + 10
              AND p_container IN (size || ' BOX', size || ' PACK', size || ' PKG',
                                  size || CASE size WHEN 'MED' THEN ' BAG' ELSE ' CASE' END)
            WHERE l_shipmode IN ('AIR', 'AIR REG') AND l_shipinstruct = 'DELIVER IN PERSON'
        """,
    ),
    Question(
        20,
        "who in Canada holds more of the forest parts than they sell",
        dimensions=["supplier.s_name", "supplier.s_address"],
        filters=[
            "supplier_nation.n_name = 'CANADA'",
            """supplier.s_suppkey in (
                 select o.ps_suppkey from partsupp o join part p on p.p_partkey = o.ps_partkey
                 where p.p_name like 'forest%' and o.ps_availqty > (
                   select 0.5 * sum(l.l_quantity) from lineitem l
                   where l.l_partkey = o.ps_partkey and l.l_suppkey = o.ps_suppkey
                     and l.l_shipdate >= date '1994-01-01' and l.l_shipdate < date '1995-01-01'))""",
        ],
        order_by=["supplier.s_name"],
        sql="""
            WITH sold AS (
              SELECT l_partkey, l_suppkey, sum(l_quantity) AS quantity FROM lineitem
              WHERE l_shipdate >= DATE '1994-01-01' AND l_shipdate < DATE '1995-01-01' GROUP BY 1, 2
            )
            SELECT DISTINCT s_name, s_address
            FROM supplier JOIN nation ON n_nationkey = s_nationkey JOIN partsupp ON ps_suppkey = s_suppkey
            JOIN part ON p_partkey = ps_partkey JOIN sold ON l_partkey = p_partkey AND l_suppkey = s_suppkey
            WHERE n_name = 'CANADA' AND p_name LIKE 'forest%' AND ps_availqty > 0.5 * quantity
            ORDER BY 1
        """,
    ),
    Question(
        21,
        "who alone kept orders waiting",
        measures=["lineitem.line_count"],
        dimensions=["supplier.s_name"],
        segments=["lineitem.late"],
        filters=[
            "supplier_nation.n_name = 'SAUDI ARABIA'",
            "orders.o_orderstatus = 'F'",
            """exists (select 1 from lineitem o
                 where o.l_orderkey = lineitem.l_orderkey and o.l_suppkey <> lineitem.l_suppkey)""",
            """not exists (select 1 from lineitem o
                 where o.l_orderkey = lineitem.l_orderkey and o.l_suppkey <> lineitem.l_suppkey
                   and o.l_receiptdate > o.l_commitdate)""",
        ],
        order_by=[down("lineitem.line_count"), "supplier.s_name"],
        limit=100,
        sql="""
            WITH supplied AS (
              SELECT l_orderkey, count(DISTINCT l_suppkey) AS suppliers,
                count(DISTINCT CASE WHEN l_receiptdate > l_commitdate THEN l_suppkey END) AS late
              FROM lineitem GROUP BY 1
            )
            SELECT s_name, count(*) AS waits
            FROM lineitem AS one JOIN supplied USING (l_orderkey) JOIN orders ON o_orderkey = l_orderkey
            JOIN supplier ON s_suppkey = l_suppkey JOIN nation ON n_nationkey = s_nationkey
            WHERE o_orderstatus = 'F' AND l_receiptdate > l_commitdate AND n_name = 'SAUDI ARABIA'
              AND suppliers > 1 AND late = 1
            GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 100
        """,
    ),
    Question(
        22,
        "where are customers with money who have not ordered",
        measures=["customer.customer_count", "customer.balance"],
        dimensions=["customer.country_code"],
        filters=[
            "customer.country_code in ('13', '31', '23', '29', '30', '18', '17')",
            """customer.c_acctbal > (
                 select avg(o.c_acctbal) from customer o
                 where o.c_acctbal > 0 and o.country_code in ('13', '31', '23', '29', '30', '18', '17'))""",
            "not exists (select 1 from orders o where o.o_custkey = customer.c_custkey)",
        ],
        order_by=["customer.country_code"],
        sql="""
            WITH called AS (
              SELECT *, substring(c_phone, 1, 2) AS code FROM customer
              WHERE substring(c_phone, 1, 2) IN ('13', '17', '18', '23', '29', '30', '31')
            )
            SELECT code, count(*), sum(c_acctbal) FROM called
            WHERE c_acctbal > (SELECT avg(c_acctbal) FROM called WHERE c_acctbal > 0)
              AND c_custkey NOT IN (SELECT o_custkey FROM orders)
            GROUP BY 1 ORDER BY 1
        """,
    ),
)
