"""House rule of the store: a statement on account data names the account, or is on a named errand.

Row security repeats the comparison in PostgreSQL; here it is held for SQLite too, and before
anything runs.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from daygate.store.row_security import Errand
from daygate.store.schema import ACCOUNT_DATA
from tests.house.tree import ROOT

STORE = ROOT / "src/daygate/store"
MODULES = [*sorted(STORE.glob("*.py")), *sorted((ROOT / "src/daygate/work").glob("*.py"))]
TABLES = {table.name for table in ACCOUNT_DATA}
STATEMENTS = {"select", "update", "delete", "exists"}

ERRANDS = {
    "checkups.of_services": "DOCTOR",
    "connections.of_application": "APPLICATION",
    "grants.connected_accounts": "APPLICATION",
    "grants.of_application": "APPLICATION",
    "grants.unshared": "UNSHARED",
    "profiles.holders": "HOLDERS",
    "queue._lanes_with_due": "WORK",
    "queue.claim": "WORK",
    "queue.counts": "WORK",
    "queue.parked": "WORK",
    "rotation._batches": "KEYS",
    "rotation._rewrite": "KEYS",
    "tokens.bearer": "BEARER",
    "tokens.holder_of": "BEARER",
    "tokens.refresh": "BEARER",
    "tokens.refresh_at_once": "BEARER",
    "vault._holds_sealed": "KEYS",
}
"""Every function that looks over all accounts, and on which errand; `Errand` says why."""

PARTS = {
    "connections._joined": "connections.of_application",
    "connections._matches": "connections.of_application",
    "connections._next_ms": "connections.of_application",
    "connections._of_calendars": "connections.of_application",
    "queue._claim_lane": "queue.claim",
    "queue._count": "queue.counts",
    "queue._rows": "queue.counts",
}
"""Functions that only make a statement, and the errand that runs it."""


def _functions(path: Path) -> Iterator[tuple[str, ast.AST]]:
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node
        if isinstance(node, ast.ClassDef):
            yield from (
                (f"{node.name}.{each.name}", each)
                for each in node.body
                if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
            )


def _aliases(tree: ast.Module) -> set[str]:
    """Names by which this module speaks of tables of account data."""
    named = {
        name.asname or name.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == "daygate.store.schema"
        for name in node.names
        if name.name in TABLES
    }
    for node in ast.walk(tree):
        # `c = grants.c` and `_COLUMNS = (grants.c.scope, ...)`, but no rows that a query gave.
        short = isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute | ast.Tuple)
        if isinstance(node, ast.Assign) and short and _speaks_of(node.value, named):
            named |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return named


def _speaks_of(node: ast.AST, named: set[str]) -> bool:
    """Whether `grants`, `grants.c` or `schema.grants` stands anywhere in it."""
    return any(
        (isinstance(each, ast.Name) and each.id in named)
        or (isinstance(each, ast.Attribute) and ast.unparse(each) in _QUALIFIED)
        for each in ast.walk(node)
    )


_QUALIFIED = {f"schema.{name}" for name in TABLES}


def _asks(function: ast.AST, named: set[str]) -> bool:
    """Whether it reads or changes account data; adding rows needs no WHERE."""
    return _speaks_of(function, named) and any(
        isinstance(each, ast.Call)
        and isinstance(each.func, ast.Attribute)
        and each.func.attr in STATEMENTS
        for each in ast.walk(function)
    )


def _names_the_account(function: ast.AST) -> bool:
    """Whether a column `account_id` is compared with something that is no column."""
    return any(
        isinstance(each, ast.Compare)
        and [_is_column(side) for side in (each.left, *each.comparators)] in ([1, 0], [0, 1])
        and "account_id" in ast.unparse(each)
        for each in ast.walk(function)
    )


def _is_column(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Attribute) and node.attr == "account_id"):
        return False
    owner = ast.unparse(node.value)
    return owner.startswith("_") or owner.endswith(".c") or len(owner) == 1


def _calls(function: ast.AST) -> set[str]:
    return {
        each.func.id
        for each in ast.walk(function)
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)
    }


def _settled(path: Path) -> set[str]:
    """Functions that name the account, themselves or through what they call in this module."""
    functions = dict(_functions(path))
    settled = {name for name, node in functions.items() if _names_the_account(node)}
    while more := {
        name
        for name, node in functions.items()
        if name not in settled and not settled.isdisjoint(_calls(node))
    }:
        settled |= more
    return settled


def _on_errand(function: ast.AST) -> set[str]:
    return {
        each.attr
        for each in ast.walk(function)
        if isinstance(each, ast.Attribute)
        and isinstance(each.value, ast.Name)
        and each.value.id == "Errand"
    }


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_m3_a_statement_on_account_data_names_the_account(path: Path):
    """One forgotten WHERE shows one person's calendar to another."""
    named, settled = _aliases(ast.parse(path.read_text())), _settled(path)
    loose = [
        f"{path.stem}.{name}"
        for name, node in _functions(path)
        if _asks(node, named) and name not in settled
    ]
    assert set(loose) - ERRANDS.keys() - PARTS.keys() == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_m3_errands_over_all_accounts_are_those_listed(path: Path):
    """`tx.house` opens the second wall: each use of it is on this one list."""
    if path.stem in ("row_security", "migrate"):
        return
    found = {
        f"{path.stem}.{name}": errand
        for name, node in _functions(path)
        for errand in _on_errand(node)
        if not name.startswith("Tx.")
    }
    assert {name: ERRANDS.get(name) for name in found} == found


def test_nobody_but_the_store_and_the_queue_goes_on_errands():
    """Faces and rules ask the store a question with a name; they do not open the wall."""
    elsewhere = [
        path
        for path in (ROOT / "src").rglob("*.py")
        if path not in MODULES and ".house(" in path.read_text()
    ]
    assert elsewhere == []


def test_every_errand_is_run_by_somebody():
    assert {each.name for each in Errand} - set(ERRANDS.values()) <= {"MIGRATION"}
