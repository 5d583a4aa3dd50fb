"""Connecting to Temporal: a local server, a cluster with mTLS, or Temporal Cloud with an API key.

Every client speaks pydantic and, outside the demo, encrypts what Temporal stores.
"""

import dataclasses
import os
import socket
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import temporalio.api.common.v1 as common
from google.protobuf import json_format
from opentelemetry.trace import TracerProvider
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
)
from temporalio.client import Client, TLSConfig
from temporalio.contrib.opentelemetry import TracingInterceptor
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, PayloadCodec
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.service import RPCError, RPCStatusCode

from kure.adapters.crypto import Cipher, Keyring
from kure.errors import InvalidInput, Misconfigured, TemporalUnavailable
from kure.settings import Settings

ENCODING = b"binary/kure-aes-gcm"
SEARCH_ATTRIBUTES = ("KureCluster", "KureNamespace", "KureWorkload", "KureStatus")


class EncryptionCodec(PayloadCodec):
    """AES-GCM over whole payloads, so that Temporal's store and UI hold no names or texts.

    A payload that is not encrypted passes: histories from before encryption was switched on.
    """

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    async def encode(self, payloads: Sequence[common.Payload]) -> list[common.Payload]:
        return [
            common.Payload(
                metadata={"encoding": ENCODING}, data=self._cipher.seal(p.SerializeToString())
            )
            for p in payloads
        ]

    async def decode(self, payloads: Sequence[common.Payload]) -> list[common.Payload]:
        return [
            common.Payload.FromString(self._cipher.open(p.data))
            if p.metadata.get("encoding") == ENCODING
            else p
            for p in payloads
        ]


async def recoded(
    message: dict[str, Any],
    code: Callable[[Sequence[common.Payload]], Awaitable[list[common.Payload]]],
) -> dict[str, Any]:
    """`{"payloads": […]}`, as proto3 writes it in JSON, after a codec's encode or decode.
    InvalidInput for what are no payloads, or not of this installation."""
    try:
        given = json_format.ParseDict(message, common.Payloads())
        done = await code(given.payloads)
    except (json_format.ParseError, Misconfigured) as error:
        raise InvalidInput(f"These payloads cannot be used. {error}"[:500]) from error
    changed: dict[str, Any] = json_format.MessageToDict(common.Payloads(payloads=done))
    return changed


def converter(settings: Settings) -> DataConverter:
    """How messages become payloads. Misconfigured where encryption is on and the key is missing."""
    if not settings.encrypt_payloads:
        return pydantic_data_converter
    cipher = Keyring.load(settings.data_dir / "key").cipher("payload")
    return dataclasses.replace(pydantic_data_converter, payload_codec=EncryptionCodec(cipher))


def runtime(settings: Settings) -> Runtime | None:
    """Serves the client's own metrics, where KURE_TEMPORAL_METRICS_LISTEN says so; once a process.
    Misconfigured where nothing can listen there."""
    listen = settings.temporal_metrics_listen
    if listen is None:
        return None
    metrics = PrometheusConfig(
        bind_address=listen,
        counters_total_suffix=True,
        unit_suffix=True,
        durations_as_seconds=True,
    )
    try:
        return Runtime(telemetry=TelemetryConfig(metrics=metrics))
    except (RuntimeError, ValueError) as error:
        raise Misconfigured(
            f"KURE_TEMPORAL_METRICS_LISTEN is {listen!r}, but nothing can listen there: "
            f"{str(error)[:200]}. Give a free HOST:PORT, such as 0.0.0.0:9093."
        ) from error


async def connect(
    settings: Settings,
    *,
    lazy: bool = False,
    runtime: Runtime | None = None,
    spans: TracerProvider | None = None,
) -> Client:
    """A client. TemporalUnavailable names the address and what came back; a `lazy` one connects
    with its first call. With `spans`, its calls and its workers' work are traced."""
    api_key = settings.temporal_api_key
    try:
        return await Client.connect(
            settings.temporal_address,
            namespace=settings.temporal_namespace,
            api_key=api_key.get_secret_value() if api_key else None,
            tls=tls(settings),
            data_converter=converter(settings),
            lazy=lazy,
            runtime=runtime,
            interceptors=[TracingInterceptor(spans.get_tracer("kure"))] if spans else [],
            identity=f"{os.getpid()}@{socket.gethostname()}",
        )
    except (RuntimeError, RPCError) as error:
        raise TemporalUnavailable(
            f"Temporal does not answer at {settings.temporal_address} "
            f"({str(error).splitlines()[0][:200]}). Check KURE_TEMPORAL_ADDRESS and that the "
            "server runs."
        ) from error


def tls(settings: Settings) -> TLSConfig | bool:
    """TLS as the settings ask for it: none, the server's alone, or both sides' certificates."""
    pair = (settings.temporal_tls_cert, settings.temporal_tls_key)
    if (pair[0] is None) != (pair[1] is None):
        raise Misconfigured("KURE_TEMPORAL_TLS_CERT and KURE_TEMPORAL_TLS_KEY go together.")
    wanted = settings.temporal_tls or settings.temporal_api_key or pair[0]
    if not (wanted or settings.temporal_tls_ca or settings.temporal_tls_server_name):
        return False
    return TLSConfig(
        server_root_ca_cert=_bytes(settings.temporal_tls_ca),
        client_cert=_bytes(pair[0]),
        client_private_key=_bytes(pair[1]),
        domain=settings.temporal_tls_server_name,
    )


def _bytes(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise Misconfigured(f"{path} cannot be read: {error.strerror}.") from error


async def registered_search_attributes(client: Client) -> frozenset[str]:
    """Which of Kure's search attributes the namespace knows.

    Starting a workflow with one that is not registered fails, so Kure leaves those out. An account
    without the right to list them has none.
    """
    request = ListSearchAttributesRequest(namespace=client.namespace)
    try:
        known = await client.operator_service.list_search_attributes(request)
    except RPCError as error:
        if error.status in (RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNIMPLEMENTED):
            return frozenset()
        raise TemporalUnavailable(
            f"Temporal does not answer ({error.status.name}); it will be tried again."
        ) from error
    return frozenset(SEARCH_ATTRIBUTES) & frozenset(known.custom_attributes)


async def register_search_attributes(client: Client) -> None:
    """Register what is missing; without the right to, Kure goes on without them."""
    missing = set(SEARCH_ATTRIBUTES) - await registered_search_attributes(client)
    if not missing:
        return
    keyword = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
    request = AddSearchAttributesRequest(
        namespace=client.namespace, search_attributes=dict.fromkeys(missing, keyword)
    )
    try:
        await client.operator_service.add_search_attributes(request)
    except RPCError as error:
        refused = (
            RPCStatusCode.PERMISSION_DENIED,
            RPCStatusCode.UNIMPLEMENTED,
            RPCStatusCode.ALREADY_EXISTS,
        )
        if error.status not in refused:
            raise TemporalUnavailable(
                f"Temporal did not take the search attributes ({error.status.name})."
            ) from error


def leave() -> NoReturn:
    """End a process that has had a client and has done its work, with 0.

    Threads of the client may meet a Python that is ending, which aborts it
    (https://github.com/temporalio/sdk-python/issues/300): so Python is not ended.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
