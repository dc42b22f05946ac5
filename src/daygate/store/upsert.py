"""INSERT ... ON CONFLICT DO UPDATE in the dialect of the open database."""

from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


@lru_cache(maxsize=64)
def upsert(dialect: str, table: sa.Table, *kept: str) -> sa.Executable:
    """Insert rows, replacing every column but the key and those `kept` of a row that is there."""
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    key = [column.name for column in table.primary_key]
    replaced = {
        column.name: insert.excluded[column.name]
        for column in table.columns
        if column.name not in key and column.name not in kept
    }
    return insert.on_conflict_do_update(index_elements=key, set_=replaced)
