"""Write the next migration: what the schema declares and the migrations do not yet make.

    python scripts/new_migration.py "Remember when a profile was listed"
    python scripts/new_migration.py --first     (until the first release: write 0001 and 0002 anew)

The result is a draft to read and tidy, except for `--first`, which is complete.
"""

import argparse
import asyncio
import re
import subprocess
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.runtime.migration import MigrationContext

from daygate.store import schema
from daygate.store.migrate import MIGRATIONS, migrate, newest_revision
from daygate.store.row_security import POLICY, RULE

VERSIONS = MIGRATIONS / "versions"
FIRST = (("0001", "Directory", schema.DIRECTORY), ("0002", "Account data", schema.ACCOUNT_DATA))
HEAD = '''"""{message}."""
# ruff: noqa: PLR0915 - one statement for each table and index

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {before}


def upgrade() -> None:
    """{message}."""
    {body}
'''


def main() -> None:
    """Read the command line and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--first", action="store_true", help="write the first two anew")
    what.add_argument("message", nargs="?", help="what changes, as a sentence without a full stop")
    arguments = parser.parse_args()
    written = write_first() if arguments.first else [write_next(arguments.message)]
    for tidy in (["format"], ["check", "--fix"], ["format"]):
        command = [sys.executable, "-m", "ruff", *tidy, "-q", *map(str, written)]
        subprocess.run(command, check=True)  # noqa: S603 - our own words
    for path in written:
        sys.stdout.write(f"{path}\n")


def write_first() -> list[Path]:
    """One migration per family of tables, from nothing."""
    written, before = [], None
    for revision, message, tables in FIRST:
        names = {table.name for table in tables}
        body = difference("sqlite://", only=names)
        written.append(write(revision, before, message, body))
        before = revision
    return written


def write_next(message: str) -> Path:
    """The difference between a database made by today's migrations and the schema."""
    before = newest_revision()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/migrated.db"
        asyncio.run(migrate(url))
        body = difference(url, only={table.name for table in schema.metadata.tables.values()})
    return write(f"{int(before or 0) + 1:04}", before, message, body)


def difference(url: str, *, only: Collection[str]) -> str:
    """The statements that are missing, as Python."""

    def ours(_item: object, name: str | None, kind: str, *_rest: object) -> bool:
        return kind != "table" or name in only

    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"include_object": ours})
            upgrade = produce_migrations(context, schema.metadata).upgrade_ops
            return render_python_code(upgrade) if upgrade else "pass"
    finally:
        engine.dispose()


def write(revision: str, before: str | None, message: str, body: str) -> Path:
    """Lay the file down."""
    body = "\n".join(line for line in body.splitlines() if not line.lstrip().startswith("#"))
    body += guards(body)
    name = re.sub(r"\W+", "_", message.lower()).strip("_")
    text = HEAD.format(
        message=message, revision=revision, before=_quoted(before), body=body.strip()
    )
    path = VERSIONS / f"{revision}_{name}.py"
    path.write_text(text)
    return path


def guards(body: str) -> str:
    """The policies of the tables of account data that a step makes; dormant until switched on."""
    made = re.findall(r"op\.create_table\(\s*['\"](\w+)", body)
    names = tuple(table.name for table in schema.ACCOUNT_DATA if table.name in made)
    if not names:
        return ""
    rule = "\n".join(f'            "{part} "' for part in re.split(r" (?=OR )", RULE))
    return f"""

    if op.get_bind().dialect.name == "postgresql":
        rule = (
{rule}
        )
        for table in {names!r}:
            op.execute(f"CREATE POLICY {POLICY} ON {{table}} USING ({{rule}})")"""


def _quoted(word: str | None) -> str:
    return "None" if word is None else f'"{word}"'


if __name__ == "__main__":
    main()
