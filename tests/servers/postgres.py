"""A PostgreSQL server of its own for a test run: started in a temporary folder, gone at the end."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

_DEBIAN_BINARIES = Path("/usr/lib/postgresql")
_START_S = 60.0
_STOP_S = 30.0
_SUPERUSER = "daygate"


class NoPostgres(Exception):
    """PostgreSQL is not installed here; the message says what to do."""


class PostgresServer:
    """One server, reached through a unix socket: no port to collide with another run's.

    `durable` keeps fsync on, for tests that kill the server and look at what was promised.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._binaries = find_binaries()
        self._user = _plain_user()
        self._durable = durable
        # Short on purpose: a unix socket's path may have 107 bytes (unix(7)).
        self._folder = Path(tempfile.mkdtemp(prefix="dgpg-"))
        self._data = self._folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        if self._user:
            shutil.chown(self._folder, self._user)
        self._initialise()

    def __enter__(self) -> "PostgresServer":
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str = "postgres", role: str = _SUPERUSER) -> str:
        """The address of a database, as `DAYGATE_DATABASE_URL` takes it."""
        return f"postgresql://{role}@/{database}?host={self._folder}"

    def start(self) -> None:
        """Start, and wait until a query is answered."""
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", *self._options()],
                stdout=log,
                stderr=log,
                cwd=self._folder,
                user=self._user,
                start_new_session=True,  # Ctrl-C is for pytest, which then stops the server
            )
        end = time.monotonic() + _START_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"PostgreSQL did not start:\n{self.log()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Fast shutdown: sessions are cut, transactions rolled back."""
        self._end(signal.SIGINT)

    def crash(self) -> None:
        """Immediate shutdown: nothing is flushed; the next start recovers from the log."""
        self._end(signal.SIGQUIT)

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run one statement as the superuser and give back what it prints."""
        flags = ["-XqAt", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement]
        done = subprocess.run(
            [*self._client("psql"), *flags], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{statement}: {done.stderr}")
        return done.stdout

    def dump(self, database: str) -> bytes:
        """Everything in a database, as `pg_dump` writes it."""
        dump = subprocess.run([*self._client("pg_dump"), database], capture_output=True, check=True)
        return dump.stdout

    def log(self) -> str:
        """What the server wrote."""
        return (self._folder / "log").read_text(errors="replace")

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _initialise(self) -> None:
        flags = ["-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        done = subprocess.run(
            [str(self._binaries / "initdb"), *flags, "-U", _SUPERUSER, "-D", str(self._data)],
            capture_output=True,
            text=True,
            cwd=self._folder,
            user=self._user,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"initdb failed:\n{done.stderr}")

    def _options(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._folder),
            "max_connections": "200",
            "shared_buffers": "64MB",
            "fsync": "on" if self._durable else "off",
            "full_page_writes": "on" if self._durable else "off",
            "synchronous_commit": "on" if self._durable else "off",
            "autovacuum": "off",  # runs are short, and a vacuum holds up DROP DATABASE
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return ["-D", str(self._data), *options]

    def _answers(self) -> bool:
        return subprocess.run([*self._client("pg_isready"), "-q"], check=False).returncode == 0

    def _client(self, name: str) -> list[str]:
        return [str(self._binaries / name), "-h", str(self._folder), "-U", _SUPERUSER]


def find_binaries() -> Path:
    """The folder with `initdb` and `postgres`: on PATH, or the newest of Debian's layout."""
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent  # links may lead to some of the binaries only
    found = sorted(_DEBIAN_BINARIES.glob("*/bin/initdb"), key=_version)
    if not found:
        raise NoPostgres(
            "these tests need PostgreSQL: install the package `postgresql`, "
            "or put the folder with `initdb` and `postgres` on PATH"
        )
    return found[-1].parent


def _version(binary: Path) -> int:
    number = re.match(r"\d+", binary.parts[-3])
    return int(number.group()) if number else 0


def _plain_user() -> str | None:
    """PostgreSQL refuses to run as root, so root drops to a user without rights."""
    if os.geteuid() != 0:
        return None
    known = [line.split(":", 1)[0] for line in Path("/etc/passwd").read_text().splitlines()]
    return next(name for name in ("postgres", "nobody") if name in known)
