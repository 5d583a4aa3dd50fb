"""The only reader of the environment. Built once in each process's main, passed down, frozen."""

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, IPvAnyNetwork, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from kure.domain.access.groups import Grant
from kure.domain.failures.model import Graces
from kure.errors import Misconfigured

LOOPBACK = ("127.0.0.1", "localhost", "::1")
DEFAULT_PORTS = {"http": 80, "https": 443}
POSTGRES_PORT = 5432


class Settings(BaseSettings):
    """Every knob of Kure. Set a field with `KURE_<NAME>`, in the environment or in a file
    `.env`."""

    model_config = SettingsConfigDict(
        env_prefix="KURE_",
        env_nested_delimiter="__",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        hide_input_in_errors=True,
    )

    data_dir: Annotated[Path, Field(description="keys, tokens and embedded servers' files")] = Path(
        ".kure"
    )
    cluster: Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")] = "local"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Annotated[
        Literal["text", "json"], Field(description="json: an object a line, with the ids")
    ] = "text"

    host: Annotated[
        str, Field(description="where the API listens; beyond loopback it needs public_url")
    ] = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    public_url: Annotated[
        str | None,
        Field(
            description="the one source for links, Host, Origin and cookies",
            pattern=r"^https?://[^/?#@\s]+/?$",
        ),
    ] = None
    trusted_proxies: Annotated[
        list[IPvAnyNetwork],
        Field(description="networks whose X-Forwarded-For is believed, as JSON"),
    ] = []
    api_url: Annotated[str, Field(description="where an agent reports to")] = (
        "http://127.0.0.1:8080"
    )
    service_token: Annotated[
        SecretStr | None, Field(description="else read from data_dir/agent-token")
    ] = None

    token_file: Annotated[
        Path | None, Field(description="a projected token, renewed in place; else service_token")
    ] = None
    api_ca: Annotated[Path | None, Field(description="who signed the API's certificate")] = None
    agent_scope: Annotated[
        Literal["all", "node"],
        Field(description="all pods of the cluster, or one node's and, where elected, the rest"),
    ] = "all"
    node_name: Annotated[str, Field(description="scope node: whose pods to watch")] = ""
    pod_name: Annotated[str, Field(description="scope node: who it is in the election")] = ""
    pod_namespace: Annotated[str, Field(description="where the Lease is")] = "kure"
    lease_name: str = "kure-agent"
    spool_dir: Annotated[
        Path | None, Field(description="reports that wait; else data_dir/spool")
    ] = None
    spool_mib: Annotated[int, Field(ge=1, le=10_240)] = 64

    agent_listen: Annotated[
        str | None, Field(description="HOST:PORT for agents of a cluster; only their routes")
    ] = None
    agent_tls_cert: Path | None = None
    agent_tls_key: Path | None = None
    agent_account: Annotated[
        str, Field(description="whose projected tokens are an agent's: NAMESPACE/SERVICEACCOUNT")
    ] = "kure/kure-agent"
    metrics_listen: Annotated[
        str | None, Field(description="HOST:PORT of the API's metrics, for Prometheus")
    ] = None
    worker_metrics_listen: Annotated[
        str | None, Field(description="HOST:PORT of a worker's metrics")
    ] = None
    agent_metrics_listen: Annotated[
        str | None, Field(description="HOST:PORT of an agent's metrics")
    ] = None
    temporal_metrics_listen: Annotated[
        str | None, Field(description="HOST:PORT of the metrics of a worker's Temporal client")
    ] = None
    otlp_endpoint: Annotated[
        str | None,
        Field(
            description="where traces go: http://collector:4318; else nowhere",
            validation_alias=AliasChoices("KURE_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"),
        ),
    ] = None
    reports_per_minute: Annotated[
        int, Field(ge=1, description="most that one token may report, evidence included")
    ] = 6000
    service_tokens: Annotated[
        dict[str, SecretStr], Field(description="further clusters: {name: token}, as JSON")
    ] = {}
    dashboard_dir: Annotated[Path, Field(description="the built dashboard")] = (
        Path(__file__).parents[1] / "frontend" / "dist"
    )

    database_url: Annotated[
        SecretStr | None, Field(description="postgresql://…; else embedded")
    ] = None
    database_direct_url: Annotated[
        SecretStr | None, Field(description="past a pooler, for LISTEN; else database_url")
    ] = None
    database_pool: Annotated[int, Field(ge=2, le=100)] = 10

    temporal_address: str = "127.0.0.1:7233"
    temporal_namespace: str = "default"
    temporal_api_key: Annotated[SecretStr | None, Field(description="Temporal Cloud")] = None
    temporal_tls: Annotated[bool, Field(description="implied by an API key or a certificate")] = (
        False
    )
    temporal_tls_ca: Path | None = None
    temporal_tls_cert: Path | None = None
    temporal_tls_key: Path | None = None
    temporal_tls_server_name: str | None = None
    temporal_ui_url: Annotated[str | None, Field(description="links to the Temporal UI")] = None
    encrypt_payloads: Annotated[bool, Field(description="AES-GCM on all that Temporal stores")] = (
        True
    )

    kubeconfig: Annotated[
        Path | None, Field(description="else KUBECONFIG, ~/.kube/config or in-cluster")
    ] = None
    context: str | None = None

    dry_runs: Annotated[
        bool, Field(description="try fixes on the API server (dryRun=All) where the account may")
    ] = True

    mirrors: Annotated[
        bool, Field(description="make mirrors, throw-away copies of pods, where the account may")
    ] = True

    scan_cron: Annotated[
        str,
        Field(
            description="when the cluster is scanned, as cron in UTC; '-' for only on demand",
            pattern=r"^(-|[0-9*,/A-Za-z-]+( [0-9*,/A-Za-z-]+){4})$",
        ),
    ] = "-"
    scan_jitter: Annotated[timedelta, Field(ge=timedelta(0), description="up to so much later")] = (
        timedelta(minutes=30)
    )

    outgoing_loopback: Annotated[
        bool, Field(description="let webhooks call this machine itself: for trying them out")
    ] = False
    outgoing_ca: Annotated[
        Path | None, Field(description="who else signs certificates of what is called outside")
    ] = None

    oidc_issuer: Annotated[
        str | None,
        Field(
            description="sign-in by an identity provider (OpenID Connect); needs public_url",
            pattern=r"^https?://[^?#@\s]+$",
        ),
    ] = None
    oidc_client_id: str = ""
    oidc_client_secret: Annotated[
        SecretStr | None, Field(description="none for a public client; PKCE is always used")
    ] = None
    oidc_groups: Annotated[
        dict[str, Grant],
        Field(description='what groups grant, as JSON: {"ops": {"role": "write", "scopes": […]}}'),
    ] = {}
    oidc_groups_claim: Annotated[str, Field(description="the claim that lists groups")] = "groups"
    oidc_name_claim: Annotated[str, Field(description="the claim that names an account")] = (
        "preferred_username"
    )
    oidc_scope: Annotated[str, Field(description="what is asked for, separated by spaces")] = (
        "openid profile"
    )
    oidc_label: Annotated[
        str, Field(description="on the sign-in page: Sign in with …", max_length=40)
    ] = "single sign-on"
    oidc_inside: Annotated[
        bool, Field(description="the provider may have a private address and speak plain HTTP")
    ] = False
    oidc_sign_out: Annotated[
        bool, Field(description="who signs out of Kure signs out at the provider as well")
    ] = True

    graces: Annotated[
        Graces, Field(description="KURE_GRACES__<NAME>: how long what may heal is left alone")
    ] = Graces()
    crash_quiet: Annotated[timedelta, Field(description="quiet time after a crash loop")] = (
        timedelta(minutes=5)
    )
    quiet: Annotated[timedelta, Field(description="quiet time after any other failure")] = (
        timedelta(seconds=30)
    )

    @property
    def https(self) -> bool:
        """Whether people come over TLS; else cookies go over plain HTTP, as was chosen."""
        return (self.public_url or "").startswith("https:")

    @property
    def base(self) -> str:
        """The address under which people reach Kure, for links."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    def own_endpoints(self) -> frozenset[tuple[str, int]]:
        """Host and port of each of Kure's own parts and of the Kubernetes API, as far as this
        process is told: no call to the outside may end there.

        In a cluster that is every Service of Kure's own namespace, which Kubernetes names in the
        environment of its pods (https://kubernetes.io/docs/concepts/services-networking/service/).
        """
        urls = [self.api_url, f"//{self.temporal_address}", f"http://{self.host}:{self.port}"]
        urls += [url.get_secret_value() for url in self._database_urls()]
        urls += [f"//{listen}" for listen in (self.agent_listen, self.metrics_listen) if listen]
        found = {
            (part.hostname, part.port or DEFAULT_PORTS.get(part.scheme, POSTGRES_PORT))
            for part in map(urlsplit, urls)
            if part.hostname
        }
        return frozenset(found | _services(os.environ))

    def _database_urls(self) -> list[SecretStr]:
        return [url for url in (self.database_url, self.database_direct_url) if url is not None]


def _services(environment: Mapping[str, str]) -> set[tuple[str, int]]:
    """What `<SERVICE>_SERVICE_HOST` and `<SERVICE>_SERVICE_PORT[_<NAME>]` say."""
    return {
        (host, int(port))
        for name, host in environment.items()
        if name.endswith("_SERVICE_HOST")
        for key, port in environment.items()
        if key.startswith(name.removesuffix("HOST") + "PORT") and port.isdecimal()
    }


def load() -> Settings:
    """Read the settings. Misconfigured names each variable that cannot work and why, never its
    value."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [
            f"KURE_{'__'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()
        ]
        raise Misconfigured("Settings cannot be used. " + "; ".join(lines)) from error
    except SettingsError as error:
        field = str(error).split('"')[1]
        raise Misconfigured(
            f"Settings cannot be used. KURE_{field.upper()}: is not JSON."
        ) from error
