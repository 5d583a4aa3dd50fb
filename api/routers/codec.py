"""Temporal's payloads in clear text, for admins: the remote codec of the Temporal UI and CLI
(https://docs.temporal.io/codec-server). Every use is in the audit log."""

from typing import Annotated

from fastapi import APIRouter, Header
from pydantic import BaseModel, Field

from api.state import Admin, Kure, State
from kure.adapters.postgres import audit
from kure.adapters.temporal import EncryptionCodec, recoded
from kure.domain.access.person import Person

router = APIRouter(prefix="/api/admin/codec", tags=["codec"])

Base64 = Annotated[str, Field(json_schema_extra={"contentEncoding": "base64"})]
Namespace = Annotated[str, Header(alias="X-Namespace", max_length=200)]


class Payload(BaseModel):
    """As proto3 writes it in JSON: `data`, and each value of `metadata`, is base64."""

    metadata: Annotated[dict[str, Base64], Field(max_length=50)] = {}
    data: Base64 = ""


class Payloads(BaseModel):
    payloads: Annotated[list[Payload], Field(max_length=1000)] = []


@router.post("/decode")
async def decode(body: Payloads, kure: Kure, person: Admin, namespace: Namespace = "") -> Payloads:
    """Open payloads; one that is not encrypted comes back as it is."""
    await _noted(kure, person, "codec.decode", namespace, len(body.payloads))
    codec = EncryptionCodec(kure.keyring.cipher("payload"))
    return Payloads.model_validate(await recoded(body.model_dump(), codec.decode))


@router.post("/encode")
async def encode(body: Payloads, kure: Kure, person: Admin, namespace: Namespace = "") -> Payloads:
    """Encrypt payloads as Kure does; they come back as they are where it does not."""
    await _noted(kure, person, "codec.encode", namespace, len(body.payloads))
    if not kure.settings.encrypt_payloads:
        return body
    codec = EncryptionCodec(kure.keyring.cipher("payload"))
    return Payloads.model_validate(await recoded(body.model_dump(), codec.encode))


async def _noted(kure: State, person: Person, action: str, namespace: str, count: int) -> None:
    target, detail = f"namespace/{namespace}", {"payloads": count}
    await audit.write(kure.pool, kure.clock(), person.name, action, target, "done", detail)
