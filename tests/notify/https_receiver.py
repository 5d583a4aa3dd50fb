"""A receiver that speaks HTTPS on this machine, under a name and a certificate of its own."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kure.adapters.outgoing import Guard
from tests.notify.test_outgoing import names


@dataclass
class HttpsReceiver:
    """Answers to the name hooks.test. `trust` takes its certificate, and no other."""

    trust: ssl.SSLContext
    port: int = 0
    answer: Callable[[web.Request], Awaitable[web.StreamResponse]] | None = None
    got: list[tuple[str, str]] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.got.append((request.path, await request.text()))
        return await self.answer(request) if self.answer else web.json_response({})

    def guard(self, **table: list[str]) -> Guard:
        hosts = {"hooks.test": ["127.0.0.1"]} | table
        return Guard(loopback=True, resolve=names(hosts))


@asynccontextmanager
async def receiving_https(folder: Path) -> AsyncIterator[HttpsReceiver]:
    """A running one; its certificate lies in `folder`."""
    certificate = _certificate(folder)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)
    receiver = HttpsReceiver(ssl.create_default_context(cafile=certificate))
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=serving).start()
    receiver.port = runner.addresses[0][1]
    try:
        yield receiver
    finally:
        await runner.cleanup()


def _certificate(folder: Path) -> Path:
    """Of hooks.test, signed by itself, with its key; in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "hooks.test")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.test")]), False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    pem, clear = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, clear)
    file.write_bytes(private + signed.public_bytes(pem))
    return file
