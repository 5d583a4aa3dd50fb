"""Where the cluster is and how to sign in to it: from a kubeconfig, or inside a cluster.

The official client reads both (client certificates, tokens, token files, exec plugins, OIDC); its
typed requests are not used. What it raises on a broken file is translated here.
"""

import asyncio
import hashlib
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from kubernetes.aio.client import Configuration
from kubernetes.aio.config import (
    KUBE_CONFIG_DEFAULT_LOCATION,
    ConfigException,
    load_incluster_config,
    load_kube_config,
)

from kure.errors import ClusterUnavailable, Misconfigured
from kure.settings import LOOPBACK, Settings

PLUGIN_SECONDS = 60

# The kubelet renews a projected token in place; client-go reads the file again as often.
TOKEN_FILE_LIFE = timedelta(minutes=1)

# Renewed this long before a plugin's token ends, so that none ends on its way.
SKEW = timedelta(minutes=1)

# A kubeconfig is written by people: besides its own error the reader raises these on lists where
# objects belong, on text that is no base64 and on files that cannot be read.
BROKEN = (ConfigException, OSError, ValueError, TypeError, KeyError, AttributeError)


@dataclass(frozen=True)
class Tls:
    """How the connection is secured. Two are equal only where the files' contents are, too."""

    ca_file: str | None
    cert_file: str | None
    key_file: str | None
    verify: bool
    server_name: str | None
    digest: str

    def context(self) -> ssl.SSLContext:
        """Raises OSError, which ssl.SSLError is, on files that cannot be used."""
        context = ssl.create_default_context(cafile=self.ca_file)
        # Python 3.13 began to ask for extensions that many clusters' own CAs lack; client-go does
        # not: https://docs.python.org/3/library/ssl.html#ssl.VERIFY_X509_STRICT
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        if self.cert_file:
            context.load_cert_chain(self.cert_file, self.key_file)
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


@dataclass(frozen=True, repr=False)
class Access:
    """A server and the right to ask it. `source` names the origin for people; `expires_at` is when
    it has to be read again, None where only a refusal tells."""

    server: str
    authorization: str | None
    tls: Tls
    proxy: str | None
    source: str
    expires_at: datetime | None

    @property
    def is_local(self) -> bool:
        """The server is on this machine: no proxy of the environment stands before it."""
        return urlsplit(self.server).hostname in LOOPBACK


async def read_access(settings: Settings) -> Access:
    """Read where the cluster is, running the kubeconfig's credential plugin where it names one.

    The kubeconfig of the settings, else KUBECONFIG or ~/.kube/config where it exists, else the
    account of the pod that this runs in. Raises Misconfigured, and ClusterUnavailable where a
    plugin does not end.
    """
    if settings.kubeconfig is None and not _any_exists(KUBE_CONFIG_DEFAULT_LOCATION):
        return _in_cluster()
    return await _from_kubeconfig(
        str(settings.kubeconfig or KUBE_CONFIG_DEFAULT_LOCATION), settings.context
    )


def _any_exists(paths: str) -> bool:
    return any(Path(path).expanduser().exists() for path in paths.split(":") if path)


def _in_cluster() -> Access:
    found = Configuration()
    try:
        load_incluster_config(found, try_refresh_token=False)  # type: ignore[no-untyped-call] # its own
    except BROKEN as error:
        raise Misconfigured(
            f"There is no cluster to connect to: no kubeconfig at {KUBE_CONFIG_DEFAULT_LOCATION}, "
            f"and this is not a pod ({error}). Set KURE_KUBECONFIG or KUBECONFIG"
        ) from error
    return _access(found, "the pod's service account", datetime.now(UTC) + TOKEN_FILE_LIFE)


async def _from_kubeconfig(file: str, context: str | None) -> Access:
    source = f"the kubeconfig {file}" + (f", context {context}" if context else "")
    if not _any_exists(file):
        raise Misconfigured(f"Cannot read {source}: there is no such file")
    found = Configuration()
    try:
        async with asyncio.timeout(PLUGIN_SECONDS):
            loader = await load_kube_config(  # type: ignore[no-untyped-call] # its own
                config_file=file,
                context=context,
                client_configuration=found,
                persist_config=False,
            )
        expiry: datetime | None = getattr(loader, "exec_plugin_expiry", None)
        access = _access(found, source, expiry - SKEW if expiry else None)
    except TimeoutError as error:
        raise ClusterUnavailable(
            f"Cannot sign in with {source}: its credential plugin has not answered for "
            f"{PLUGIN_SECONDS} s; run `kubectl get pods` to see what it waits for"
        ) from error
    except yaml.YAMLError as error:
        # The mark alone: the text of the error may quote the file, which holds credentials.
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise Misconfigured(f"Cannot read {source}: it is not YAML{where}") from None
    except BROKEN as error:
        raise Misconfigured(f"Cannot use {source}: {error}") from error
    user = loader.current_context["context"].get("user")
    if user and not access.authorization and not access.tls.cert_file and _is_tls(access.server):
        raise Misconfigured(
            f"Cannot sign in with {source}: its user {user} gives no token and no certificate, or "
            "its credential plugin failed; run `kubectl get pods` to see why"
        )
    return access


def _is_tls(server: str) -> bool:
    return server.startswith("https:")


def _access(found: Configuration, source: str, expires_at: datetime | None) -> Access:
    files = (found.ssl_ca_cert, found.cert_file, found.key_file)
    digest = hashlib.sha256()
    for file in files:
        digest.update(Path(file).read_bytes() if file else b"-")
    return Access(
        server=found.host,
        authorization=found.api_key.get("BearerToken"),
        tls=Tls(*files, bool(found.verify_ssl), found.tls_server_name, digest.hexdigest()),
        proxy=found.proxy,
        source=source,
        expires_at=expires_at,
    )
