"""Real servers that behave as the products' documents say, and a home with destinations."""

import base64
import hashlib
import hmac
import json
import socketserver
import ssl
import threading
from collections import deque
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, unquote_plus, urlsplit

import pytest

from zhiyin.engine import close_engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.insight.delivery.contract import OutMessage, queue_message
from zhiyin.insight.delivery.destinations import Wanted, create_destination
from zhiyin.insight.delivery.letters import Address
from zhiyin.insight.delivery.sender import Sender
from zhiyin.insight.models import Delivery
from zhiyin.people.actors import SYSTEM
from zhiyin.people.caches import forget_everything
from zhiyin.people.scope import EVERYTHING


class Clock:
    """A clock that tests move; the robots' servers look at it too."""

    def __init__(self):
        self.now = datetime(2026, 5, 20, 4, 10, tzinfo=UTC)  # 12:10 in Shanghai

    def __call__(self):
        return self.now

    def move(self, **parts):
        self.now += timedelta(**parts)


class RobotServer:
    """Group robots of three products and a webhook receiver, which check what the products check."""

    def __init__(self, clock, *, certificate=None):
        self.clock = clock
        self.secrets = {}
        self.keywords = {}
        self.limits = {}
        self.taken = []
        self.scripted = deque()
        self._times = {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, headers, answer = outer.answer(self.path, dict(self.headers), body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *args):
                pass

        class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
            allow_reuse_address = daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate.file, certificate.key)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            self.address = self.address.replace("http://127.0.0.1", "https://localhost")
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def stop(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def script(self, *answers):
        """The next requests are answered so: (status, headers, body)."""
        self.scripted.extend(answers)

    def answer(self, path, headers, body):
        if self.scripted:
            status, more, said = self.scripted.popleft()
            return status, more, json.dumps(said).encode()
        parts = urlsplit(path)
        if parts.path.startswith("/cgi-bin/webhook/send"):
            said = self._wecom(parse_qs(parts.query), json.loads(body))
        elif parts.path.startswith("/robot/send"):
            said = self._dingtalk(parts.query, json.loads(body))
        elif parts.path.startswith("/open-apis/bot/v2/hook/"):
            said = self._feishu(json.loads(body), size=len(body))
        else:
            return self._webhook({name.lower(): value for name, value in headers.items()}, body)
        return 200, {"Content-Type": "application/json"}, json.dumps(said).encode()

    def _is_too_often(self, product):
        limit = self.limits.get(product)
        times = self._times.setdefault(product, [])
        recent = [at for at in times if at > self.clock() - timedelta(seconds=60)]
        if limit is not None and len(recent) >= limit:
            return True
        times.append(self.clock())
        return False

    def _wecom(self, query, content):
        if query.get("key") != ["wecom-key"]:
            return {"errcode": 93000, "errmsg": "invalid webhook url"}
        if self._is_too_often("wecom"):
            return {"errcode": 45009, "errmsg": "api freq out of limit"}
        kind = content["msgtype"]
        if kind == "text" and len(content["text"]["content"].encode()) > 2048:
            return {"errcode": 45002, "errmsg": "content size out of limit"}
        if kind == "markdown" and len(content["markdown"]["content"].encode()) > 4096:
            return {"errcode": 45002, "errmsg": "content size out of limit"}
        if kind == "image":
            picture = base64.b64decode(content["image"]["base64"])
            if hashlib.md5(picture).hexdigest() != content["image"]["md5"]:
                return {"errcode": 40008, "errmsg": "invalid message type"}
        self.taken.append(content)
        return {"errcode": 0, "errmsg": "ok"}

    def _dingtalk(self, query, content):
        given = dict(part.split("=", 1) for part in query.split("&"))
        if self._is_too_often("dingtalk"):
            return {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}
        secret = self.secrets.get("dingtalk")
        if secret:
            moment = int(given.get("timestamp", 0))
            expected = hmac.new(secret.encode(), f"{moment}\n{secret}".encode(), hashlib.sha256).digest()
            is_late = abs(moment / 1000 - self.clock().timestamp()) > 3600
            if is_late or base64.b64decode(unquote_plus(given.get("sign", ""))) != expected:
                return {"errcode": 310000, "errmsg": "sign not match"}
        keyword = self.keywords.get("dingtalk", "")
        if keyword not in json.dumps(content, ensure_ascii=False):
            return {"errcode": 310000, "errmsg": "keywords not in content"}
        self.taken.append(content)
        return {"errcode": 0, "errmsg": "ok"}

    def _feishu(self, content, *, size):
        if self._is_too_often("feishu"):
            return {"code": 11232, "msg": "frequency limited psm"}
        if size > 20 * 1024:
            return {"code": 9499, "msg": "Bad Request"}
        secret = self.secrets.get("feishu")
        if secret:
            moment = content.get("timestamp", "")
            expected = hmac.new(f"{moment}\n{secret}".encode(), b"", hashlib.sha256).digest()
            is_late = abs(int(moment or 0) - self.clock().timestamp()) > 3600
            if is_late or base64.b64decode(content.get("sign", "")) != expected:
                return {"code": 19021, "msg": "sign match fail or timestamp is not within one hour"}
        self.taken.append(content)
        return {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"}

    def _webhook(self, headers, body):
        key = base64.b64decode(self.secrets["webhook"].removeprefix("whsec_"))
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        if headers["webhook-signature"] != f"v1,{expected}":
            return 401, {}, b""
        self.taken.append({"id": headers["webhook-id"], **json.loads(body)})
        return 204, {}, b""


class Post:
    """A home, a clock, a sender, and destinations of every kind on the local servers."""

    def __init__(self, clock, robots):
        self.clock, self.robots = clock, robots
        self.sender = Sender(clock=clock)

    def make(self, kind, *, name="", address=None, **wanted):
        address = address or self.address(kind)
        return create_destination(
            kind,
            Wanted(name=name or kind, address=address, **wanted),
            scope=EVERYTHING,
            by=SYSTEM,
            now=self.clock(),
        )

    def address(self, kind, **more):
        base = self.robots.address
        urls = {
            "wecom": f"{base}/cgi-bin/webhook/send?key=wecom-key",
            "dingtalk": f"{base}/robot/send?access_token=token-1234",
            "feishu": f"{base}/open-apis/bot/v2/hook/hook-1234",
            "webhook": f"{base}/receiver",
        }
        if kind == "mail":
            return Address(recipients=("lin@example.com", "wang@example.com"))
        return Address(url=urls[kind], secret=self.robots.secrets.get(kind, ""), **more)

    def send(self):
        return self.sender.send_due()

    def say(self, *destinations, key="alert:1", **parts):
        """One message; how many deliveries it made."""
        given = {"title": "上菜变慢", "text": "北京一店 45 条提到上菜慢。", "path": "/alerts/1/"} | parts
        ids = [one.pk for one in destinations]
        return queue_message(OutMessage(key=key, **given), destination_ids=ids, now=self.clock())

    def queue(self, *destinations, n=1, **parts):
        """`n` messages, numbered on from those that there are."""
        first = Delivery.objects.count()
        numbers = range(first, first + n)
        return sum(self.say(*destinations, key=f"a:{i}", title=f"预警 {i}", **parts) for i in numbers)


@pytest.fixture
def home(db, tmp_path, settings):
    settings.HOME = Home(tmp_path / "home")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.INNER_NETWORKS = ("127.0.0.0/8",)
    settings.PUBLIC_URL = "https://voice.example.com"
    forget_everything()
    yield open_engine(settings.HOME)
    close_engine()
    forget_everything()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def robots(clock):
    server = RobotServer(clock)
    yield server
    server.stop()


@pytest.fixture
def sealed_robots(clock, certificate):
    """The same over TLS, as `localhost`."""
    server = RobotServer(clock, certificate=certificate)
    yield server
    server.stop()


@pytest.fixture
def post(home, clock, robots):
    return Post(clock, robots)
