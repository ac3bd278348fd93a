"""WebKitGTK on a screen in memory, told what to do over WebDriver: plain JSON over HTTP."""

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

PROGRAMS = ("WebKitWebDriver", "Xvfb")
START_SECONDS = 60
ANSWER_SECONDS = 120
# MiniBrowser's tool bar is wider than a phone unless it is made to shrink.
NARROW_TOOL_BAR = "* { min-width: 0; padding: 0; margin: 0; border-width: 0; font-size: 4px }"
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # WebDriver's own name for it


class WebKit:
    """One window, 360 px wide. What goes wrong in a script raises HTTPError with its words."""

    def __init__(self, driver: str, site: str, *arguments: str) -> None:
        self._driver, self._site = driver, site
        options = {"webkitgtk:browserOptions": {"args": ["--automation", *arguments]}}
        made = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": options}})
        self._driver += f"/session/{made['sessionId']}"
        self._ask("POST", "/window/rect", {"width": 360, "height": 780})
        until = time.monotonic() + START_SECONDS
        while self.run("return innerWidth") != 360:
            assert time.monotonic() < until, "the window does not become as narrow as a phone"
            time.sleep(0.1)

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = json.dumps(body or {}).encode() if method == "POST" else None
        request = Request(self._driver + path, data, method=method)
        try:
            with urlopen(request, timeout=ANSWER_SECONDS) as answer:
                return json.load(answer)["value"]
        except HTTPError as error:
            with error:
                error.add_note(error.read().decode())
            raise

    def open(self, path: str) -> None:
        """Load a page of the site; returns when it and its scripts have loaded."""
        self._ask("POST", "/url", {"url": self._site + path})

    def run(self, script: str) -> Any:
        """Run the body of a function in the page, also where its own scripts are off."""
        return self._ask("POST", "/execute/sync", {"script": script, "args": []})

    def _find(self, selector: str) -> str:
        wanted = {"using": "css selector", "value": selector}
        return str(self._ask("POST", "/element", wanted)[ELEMENT])

    def press(self, selector: str) -> None:
        # By itself WebKitWebDriver scrolls and then presses where the element was before.
        self.run(f"document.querySelector({selector!r}).scrollIntoView({{block: 'center'}})")
        self._ask("POST", f"/element/{self._find(selector)}/click")

    def type(self, selector: str, text: str) -> None:
        self._ask("POST", f"/element/{self._find(selector)}/value", {"text": text})

    def wait_for_address(self, part: str) -> None:
        """Wait until the address has this in it. What is looked for in a page that is just leaving
        may never be answered; the address always is."""
        until = time.monotonic() + START_SECONDS
        while part not in self._ask("GET", "/url"):
            assert time.monotonic() < until, f"no address with {part}"
            time.sleep(0.1)

    def wait_for(self, selector: str) -> str:
        """Wait until the page has this, and return its text."""
        self._ask("POST", "/timeouts", {"implicit": START_SECONDS * 1000})
        return str(self._ask("GET", f"/element/{self._find(selector)}/text"))

    def close(self) -> None:
        self._ask("DELETE", "")


@contextmanager
def screen() -> Iterator[str]:
    """Keep a screen in memory; give its name for DISPLAY."""
    reading, writing = os.pipe()
    program = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "800x900x24", "-nolisten", "tcp"]
    running = subprocess.Popen(program, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"
    finally:
        running.terminate()
        running.wait()


def _answers(port: int) -> bool:
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def driver(folder: Path, display: str) -> Iterator[str]:
    """Keep a WebKitWebDriver whose windows are on that screen; give its address."""
    (folder / "gtk-3.0").mkdir()
    (folder / "gtk-3.0" / "gtk.css").write_text(NARROW_TOOL_BAR)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = subprocess.Popen(
        ["WebKitWebDriver", f"--port={port}"],
        env={**os.environ, "DISPLAY": display, "XDG_CONFIG_HOME": str(folder)},
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + START_SECONDS
        while not _answers(port):
            assert running.poll() is None, "WebKitWebDriver did not start"
            assert time.monotonic() < until, "WebKitWebDriver did not answer"
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait()
