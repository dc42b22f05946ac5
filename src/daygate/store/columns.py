"""The kinds of column that every table is made of, and the metadata they gather in."""

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, MetaData, String

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def identifier(name: str, *, primary: bool = False, nullable: bool = False) -> Column[str]:
    return Column(name, String(64), primary_key=primary, nullable=nullable and not primary)


def sha256(name: str, *, primary: bool = False, nullable: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary(32), primary_key=primary, nullable=nullable and not primary)


def moment_ms(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


def yes_no(name: str, *, default: bool = False) -> Column[bool]:
    return Column(name, Boolean, nullable=False, default=default)
