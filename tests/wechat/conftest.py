"""A stand-in of WeChat's server on loopback, that answers like it and counts what it is asked."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

APP_ID, SECRET = "wx-of-these-tests", "the-secret-of-these-tests"
TICKET = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"


class WeChat(ThreadingHTTPServer):
    """What it was asked, and what it is to do: refuse with a code, be slow, or talk nonsense."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []
        self.token_error: dict[str, Any] | None = None
        self.ticket_error: dict[str, Any] | None = None
        self.body: bytes | None = None
        self.slow_seconds = 0.0
        self.may_answer = threading.Event()
        self.may_answer.set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def token(self, asked: dict[str, str]) -> dict[str, Any]:
        self.asked.append("token")
        if self.token_error:
            return self.token_error
        right = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}
        if asked != right:
            return {"errcode": 40125, "errmsg": f"invalid appsecret {asked.get('secret')}"}
        return {"access_token": "a token", "expires_in": 7200}

    def ticket(self, query: dict[str, list[str]]) -> dict[str, Any]:
        self.asked.append("ticket")
        if self.ticket_error:
            return self.ticket_error
        if query != {"access_token": ["a token"], "type": ["jsapi"]}:
            return {"errcode": 40001, "errmsg": "invalid credential"}
        return {"errcode": 0, "errmsg": "ok", "ticket": TICKET, "expires_in": 7200}


class _Handler(BaseHTTPRequestHandler):
    server: WeChat

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if urlsplit(self.path).path == "/cgi-bin/stable_token":
            self._answer(self.server.token(sent))

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/cgi-bin/ticket/getticket":
            self._answer(self.server.ticket(parse_qs(parts.query)))

    def _answer(self, said: dict[str, Any]) -> None:
        time.sleep(self.server.slow_seconds)
        self.server.may_answer.wait()
        body = json.dumps(said).encode() if self.server.body is None else self.server.body
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def wechat() -> Iterator[WeChat]:
    server = WeChat()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def configured(settings, wechat: WeChat) -> WeChat:
    """A site with an app id, whose WeChat is the stand-in."""
    settings.WECHAT_APP_ID, settings.WECHAT_APP_SECRET = APP_ID, SECRET
    settings.WECHAT_API = wechat.address
    return wechat
