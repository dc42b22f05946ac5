"""`daygate users`: the password comes from standard input, and an address has one account."""

import sqlalchemy as sa

from tests.unit.cli.conftest import PASSWORD, Console


def test_a_user_can_sign_in_and_the_password_is_kept_as_a_hash(console: Console):
    done = console.user("Dev@Example.org", "--operator", "--name", "Dee")
    assert (done.exit_code, done.stdout) == (0, "dev@example.org can sign in now.\n")
    with sa.create_engine(f"sqlite:///{console.folder / 'daygate.db'}").connect() as connection:
        (row,) = connection.execute(sa.text("SELECT * FROM users")).mappings()
    assert (row["email"], row["name"], bool(row["operator"])) == ("dev@example.org", "Dee", True)
    assert PASSWORD not in row["password_hash"]


def test_an_address_is_taken_once(console: Console):
    console.user()
    done = console.user("DEV@example.org")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("email: ")


def test_every_field_that_is_wrong_is_named(console: Console):
    done = console("users", "create", "nonsense", "--password-stdin", stdin="short\n")
    assert done.exit_code == 1
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["email", "password"]
