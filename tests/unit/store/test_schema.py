"""The two families of tables: which is which, and what account data promises."""

import sqlalchemy as sa

from daygate.store.schema import ACCOUNT_DATA, DIRECTORY, metadata


def test_every_table_belongs_to_exactly_one_family():
    names = [table.name for table in (*DIRECTORY, *ACCOUNT_DATA)]
    assert len(names) == len(set(names))
    assert set(names) == set(metadata.tables)


def test_the_account_leads_every_key_of_account_data():
    """Only then can a table be split by account: a unique key must hold the partition key."""
    for table in ACCOUNT_DATA:
        for constraint in table.constraints:
            if isinstance(constraint, sa.PrimaryKeyConstraint | sa.UniqueConstraint):
                assert next(iter(constraint.columns)).name == "account_id", constraint
        for index in table.indexes:
            if index.unique:
                assert next(iter(index.columns)).name == "account_id", index


def test_no_foreign_key_ties_accounts_together():
    assert [key for table in metadata.tables.values() for key in table.foreign_keys] == []


def test_hashes_are_32_bytes_and_what_is_sealed_has_no_fixed_length():
    for table in metadata.tables.values():
        for column in table.columns:
            if column.name.endswith("_hash") and column.name != "password_hash":
                assert isinstance(column.type, sa.LargeBinary), column
                assert column.type.length == 32, column
            if column.name.endswith("_sealed"):
                assert isinstance(column.type, sa.LargeBinary), column
