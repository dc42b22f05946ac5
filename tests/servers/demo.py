"""`daygate demo` in a process of its own, and what it printed."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

COMMAND = [sys.executable, "-m", "daygate", "demo"]
END_S = 60


@dataclass
class Demo:
    """A running demo."""

    process: "subprocess.Popen[str]"
    told: str

    def after(self, label: str, word: int = 0) -> str:
        """A word, the first one unless said otherwise, of what stands after a label."""
        found = re.search(rf"^ *{re.escape(label)} +(\S.*)", self.told, re.MULTILINE)
        assert found, f"nothing was said of {label}"
        return found[1].split()[word]

    def command(self, number: int) -> str:
        """The command of a step."""
        lines = self.told.splitlines()
        at = next(i for i, line in enumerate(lines) if line.startswith(f"  {number}. "))
        return lines[at + 1].strip()


@contextmanager
def demo(directory: Path) -> Iterator[Demo]:
    """Start a demo on free ports; leaving stops it as Ctrl-C does."""
    arguments = ["--port", "0", "--data-dir", str(directory)]
    process = subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith("Stop with"):
                break
        yield Demo(process, "".join(lines))
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(END_S) == 0
        process.stdout.close()
