"""The vendor's Node SDK, each call in a process of its own."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).with_name("cronofy.mjs")
CALL_S = 60


@dataclass(slots=True)
class Node:
    """A client of the SDK; `config` is the SDK's own, which it changes with the tokens."""

    url: str
    config: dict[str, Any]

    def call(self, method: str, **options: Any) -> Any:
        """What the SDK returned."""
        return self._run(method, options)["value"]

    def refused(self, method: str, **options: Any) -> tuple[int, Any]:
        """Status and body, as the SDK's error carries them."""
        told = self._run(method, options)
        return told["status"], told["entity"]

    def _run(self, method: str, options: dict[str, Any]) -> dict[str, Any]:
        node = shutil.which("node")
        assert node, "there is no node on PATH: make test says how to get it"
        asked = {"url": self.url, "config": self.config, "method": method, "options": options}
        done = subprocess.run(
            [node, PROGRAM],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            timeout=CALL_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        self.config = told["config"]
        return told
