"""The command line: stable, because scripts rely on it. Exit 0 done, 1 refused, 2 used wrongly."""

from daygate.cli.main import main

__all__ = ["main"]
