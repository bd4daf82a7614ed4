"""A real server on a port of its own that speaks the chat part of the OpenAI protocol, for tests."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


class ChatServer:
    """Answers `POST /v1/chat/completions`; `asked` holds what came, `answer` and `status` what goes back."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.keys: list[str | None] = []
        self.status, self.seconds = 200, 0.0
        self.answer: Any = {
            "choices": [{"message": {"role": "assistant", "content": "上菜慢，建议增加人手。"}}],
            "usage": {"prompt_tokens": 200, "completion_tokens": 50},
        }
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _make_handler(self))
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def _make_handler(chat: ChatServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            chat.asked.append((self.path, json.loads(body)))
            chat.keys.append(self.headers.get("Authorization"))
            time.sleep(chat.seconds)
            content = chat.answer if isinstance(chat.answer, bytes) else json.dumps(chat.answer).encode()
            self.send_response(chat.status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *parts: object) -> None:
            """Tests are quiet."""

    return Handler


@pytest.fixture
def chat_server() -> Iterator[ChatServer]:
    """The server, stopped at the end."""
    chat = ChatServer()
    yield chat
    chat.server.shutdown()
    chat.server.server_close()
