"""The demo's data: fourteen tables of a made-up shop, grown from a seed.

Every number comes from `random.Random.random`, integer arithmetic and IEEE multiplication, so the same rows grow on
every Python and every machine. Nothing here is a real person, firm or product.
"""

from ktx_core.demo.shop.database import CONTENT_DIGEST, build_database, content_digest
from ktx_core.demo.shop.grow import grow_tables
from ktx_core.demo.shop.schema import TABLES, Table, quoted

__all__ = ["CONTENT_DIGEST", "TABLES", "Table", "build_database", "content_digest", "grow_tables", "quoted"]
