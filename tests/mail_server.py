"""A mail server that wants STARTTLS and a password, with a certificate made for the test."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Mailbox:
    """What the mail server took, and whom it refuses."""

    def __init__(self):
        self.messages, self.refused, self.answer = [], set(), "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.refused:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.answer.startswith("250"):
            self.messages.append((session.auth_data, list(envelope.rcpt_tos), envelope.content))
        return self.answer


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """Files of a certificate for `localhost` that nobody trusts until `SSL_CERT_FILE` names it."""
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def mailbox(settings, certificate, monkeypatch):
    """A mail server that wants STARTTLS and a password, with a certificate that this process trusts."""
    box = Mailbox()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.file, certificate.key)

    def authenticate(server, session, envelope, mechanism, data):
        good = (data.login, data.password) == (b"voice", b"letmein")
        return AuthResult(success=good, handled=good, auth_data="voice" if good else None)

    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=_free_port(),
        server_hostname="localhost",
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=authenticate,
    )
    controller.start()
    settings.SMTP_HOST, settings.SMTP_SECURITY = "localhost", "starttls"
    settings.SMTP_PORT = controller.port
    settings.SMTP_USER, settings.SMTP_PASSWORD = "voice", "letmein"
    settings.MAIL_FROM = "Zhiyin <voice@example.com>"
    # The test's own patches, so that whatever it changes here is undone in order.
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    yield box
    controller.stop()


def _free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def make_certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = SimpleNamespace(file=folder / "cert.pem", key=folder / "key.pem")
    files.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files
