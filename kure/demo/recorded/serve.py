"""Serves a recorded cluster on loopback, and says how to sign in to it."""

import base64
import json
import os
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from kure.demo.ports import LOOPBACK
from kure.demo.recorded.app import create_app
from kure.demo.recorded.certificate import ensure_certificate
from kure.demo.recorded.cluster import Place, RecordedCluster
from kure.demo.state import write_secret
from kure.errors import Misconfigured
from kure.recording.format import read

CONTEXT = "recorded"
TOKEN_BYTES = 24
STOP_SECONDS = 1


@dataclass(frozen=True)
class Stage:
    """Where a recording is played, and where its state is kept."""

    recording: Path
    folder: Path
    port: int
    loop: bool = False

    @property
    def server(self) -> str:
        return f"https://{LOOPBACK}:{self.port}"

    @property
    def cert(self) -> Path:
        return self.folder / "cert.pem"

    @property
    def key(self) -> Path:
        return self.folder / "key.pem"

    @property
    def kubeconfig(self) -> Path:
        return self.folder / "kubeconfig"


def sign_in(stage: Stage) -> None:
    """Write the kubeconfig that leads to the cluster, with a token that is kept."""
    stage.folder.mkdir(parents=True, exist_ok=True)
    token = stage.folder / "token"
    if not token.exists():
        write_secret(token, secrets.token_urlsafe(TOKEN_BYTES))
    ensure_certificate(stage.cert, stage.key)
    authority = base64.b64encode(stage.cert.read_bytes()).decode()
    server = {"server": stage.server, "certificate-authority-data": authority}
    named = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": CONTEXT,
        "contexts": [{"name": CONTEXT, "context": {"cluster": CONTEXT, "user": CONTEXT}}],
        "clusters": [{"name": CONTEXT, "cluster": server}],
        "users": [{"name": CONTEXT, "user": {"token": token.read_text().strip()}}],
    }
    write_secret(stage.kubeconfig, json.dumps(named, indent=1))


def serve(stage: Stage, tell: Callable[[str], None]) -> None:
    """Play until SIGTERM; where, is told when it can be asked. Raises InvalidInput where the
    recording cannot be read, Misconfigured where the port is not to be had."""
    recording = read(stage.recording)
    sign_in(stage)  # before anybody can connect: who waits for the port reads it next
    listening = _listen(stage.port)
    place = Place(stage.folder / "state.json", _identity(stage.recording))
    cluster = RecordedCluster(recording, place, _now, loop=stage.loop)
    token = (stage.folder / "token").read_text().strip()
    config = uvicorn.Config(
        create_app(cluster, token, _now),
        ssl_certfile=stage.cert,
        ssl_keyfile=stage.key,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    tell(f"Playing {stage.recording} at {stage.server}; KUBECONFIG={stage.kubeconfig}")
    uvicorn.Server(config).run(sockets=[listening])


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((LOOPBACK, port))
    except OSError as error:
        raise Misconfigured(
            f"Cannot listen on {LOOPBACK}:{port}: {os.strerror(error.errno or 0)}; "
            "take another port with --port, or stop what has this one"
        ) from error


def _identity(file: Path) -> str:
    return f"{file.name}:{file.stat().st_size}"


def _now() -> datetime:
    return datetime.now(UTC)
