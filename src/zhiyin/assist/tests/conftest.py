"""A real server on a port of its own that speaks the protocol, and somebody who may set it."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.test import Client

from zhiyin.engine import close_engine
from zhiyin.engine.home import Home
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role


class ChatServer:
    """Answers `POST /v1/chat/completions`; `asked` holds what came, `answer` and `status` what goes back."""

    def __init__(self):
        self.asked, self.keys = [], []
        self.status, self.seconds = 200, 0.0
        self.answer = {
            "choices": [{"message": {"role": "assistant", "content": "上菜慢，建议增加人手。"}}],
            "usage": {"prompt_tokens": 200, "completion_tokens": 50},
        }
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.asked.append((self.path, json.loads(body)))
                outer.keys.append(self.headers.get("Authorization"))
                time.sleep(outer.seconds)
                content = (
                    outer.answer if isinstance(outer.answer, bytes) else json.dumps(outer.answer).encode()
                )
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *parts):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def chat_server():
    chat = ChatServer()
    yield chat
    chat.server.shutdown()
    chat.server.server_close()


@pytest.fixture
def visit(db, tmp_path, settings):
    """Browsers in which somebody of a role is signed in; the page in English."""
    settings.HOME = Home(tmp_path / "home")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

    def sign_in(role):
        account = create_account(role, password="correct horse battery staple")
        grant_role(account, role=Role(role))
        client = Client(headers={"accept-language": "en"})
        client.force_login(account)
        return client

    yield sign_in
    close_engine()


@pytest.fixture
def given(chat_server):
    """What the form takes."""
    return {
        "base_url": chat_server.url,
        "model": "small-1",
        "key": "secret-key",
        "seconds": "2",
        "price_in": "2",
        "price_out": "8",
        "currency": "CNY",
        "month_limit": "",
    }
