"""The only reader of the environment. Built once in each process's main, passed down, frozen."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from kure.domain.failures.model import Graces
from kure.errors import Misconfigured

LOOPBACK = ("127.0.0.1", "localhost", "::1")


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
        hide_input_in_errors=True,
    )

    data_dir: Annotated[Path, Field(description="keys, tokens and embedded servers' files")] = Path(
        ".kure"
    )
    cluster: Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")] = "local"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    host: Annotated[
        str, Field(description="where the API listens; loopback until sign-in exists")
    ] = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    public_url: Annotated[
        str | None, Field(description="the one source for links and the allowed Host")
    ] = None
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

    graces: Annotated[
        Graces, Field(description="KURE_GRACES__<NAME>: how long what may heal is left alone")
    ] = Graces()
    crash_quiet: Annotated[timedelta, Field(description="quiet time after a crash loop")] = (
        timedelta(minutes=5)
    )
    quiet: Annotated[timedelta, Field(description="quiet time after any other failure")] = (
        timedelta(seconds=30)
    )


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
