"""One server to measure, pinned to a core: `python -m bench.server app|bare PORT CORE FOLDER`."""

import os
import sys
from pathlib import Path

import uvicorn

from bench import bare
from daygate.app import build_app
from daygate.settings import Settings

UNLIMITED = 1_000_000_000
_PATIENCE_S = 3600  # one server rests, its connection open, while the other is measured


def settings(folder: Path) -> Settings:
    """SQLite in the folder; the application's rate is not what is measured."""
    return Settings(data_dir=folder, api_per_s=UNLIMITED, api_per_min=UNLIMITED)


def main() -> None:
    """Serve until stopped."""
    kind, port, core, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})
    if kind == "app":
        application = build_app(settings(folder))
    else:
        application = bare.build(folder / "daygate.db", folder / "statements.json")
    uvicorn.run(
        application,
        port=port,
        log_level="warning",
        access_log=False,
        timeout_keep_alive=_PATIENCE_S,
    )


if __name__ == "__main__":
    main()
