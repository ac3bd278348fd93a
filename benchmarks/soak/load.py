"""Many phones at once: one `wrk` for the pages, one for the answers, and what they saw."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.soak.site import Site

SCRIPT = Path(__file__).with_name("load.lua")
TIMEOUT_SECONDS = 30


class Told(NamedTuple):
    """What came back: fine; refused kindly, in Chinese; refused barely; not at all. Milliseconds."""

    fine: int
    kind: int
    bare: int
    broken: int
    p50: float
    p99: float
    seconds: float
    example: str = ""

    @property
    def rate(self) -> float:
        return (self.fine + self.kind + self.bare) / self.seconds


class Crowd(NamedTuple):
    """How many phones, how long they load, and how long a person looks at an answer."""

    reading: int
    asking: int
    seconds: int
    look_seconds: float
    # Answers are compressed as for a phone; an error has to be read by the script, so not in faults.
    encoding: str = "gzip"


class Load:
    """The running crowd; `told` is filled when it has ended."""

    def __init__(self, site: Site, crowd: Crowd) -> None:
        self.told: dict[str, Told] = {}
        # People who ask something think longer than those who read.
        self._running = {
            "pages": _start(site, crowd, "pages", crowd.reading, crowd.look_seconds),
            "answers": _start(site, crowd, "answers", crowd.asking, 2 * crowd.look_seconds),
        }

    def end(self) -> None:
        for name, process in self._running.items():
            said, error = process.communicate()
            lines = {line.split(" ", 1)[0]: line for line in said.splitlines()}
            if process.returncode or "TOLD" not in lines:
                raise RuntimeError(f"wrk: {error or said}")
            told = json.loads(lines["TOLD"].partition(" ")[2])
            self.told[name] = Told(**told, example=lines["EXAMPLE"].partition(" ")[2])


@contextmanager
def loading(site: Site, crowd: Crowd) -> Iterator[Load]:
    """Load the site; the block ends when the crowd has gone."""
    load = Load(site, crowd)
    yield load
    load.end()


def _start(
    site: Site, crowd: Crowd, name: str, connections: int, look_seconds: float
) -> subprocess.Popen[str]:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{crowd.seconds}s"]
    command += [f"--timeout={TIMEOUT_SECONDS}s", f"--script={SCRIPT}"]
    command += [f"http://127.0.0.1:{site.front}", "--"]
    command += [str(site.folder / name), str(look_seconds), "1"]
    if crowd.encoding:
        command.append(crowd.encoding)
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
