"""The demo's data directory: emptied at each start, and only if a demo made it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MARK = ".daygate-demo"
_OURS = ("daygate.db", "daygate.db-wal", "daygate.db-shm", "secret_keys")


class NotOurs(Exception):
    """The directory must not be used; the text says why and what to do."""


@contextmanager
def fresh(directory: Path) -> Iterator[Path]:
    """Hold the directory, without what an earlier demo left in it, for as long as a demo runs."""
    directory.mkdir(parents=True, exist_ok=True)
    mark = directory / MARK
    if not mark.exists() and any(directory.iterdir()):
        raise NotOurs(
            f"{directory} holds something that is not a demo, and a demo deletes what it finds: "
            "name another directory with --data-dir."
        )
    with mark.open("w") as held:
        try:
            # The kernel lets go of it however the process ends.
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotOurs(
                f"Another demo runs in {directory}: stop it, or name another with --data-dir."
            ) from None
        for name in _OURS:
            (directory / name).unlink(missing_ok=True)
        yield directory
