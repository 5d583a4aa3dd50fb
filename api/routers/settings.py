"""What an admin may change while Kure runs. Each setting has a path of its own."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.state import Admin, Kure, State
from kure.adapters.postgres import config, retention
from kure.adapters.postgres.config import Stored
from kure.contracts.settings import KeepDays, Preview, Retention, RetentionSetting
from kure.domain.retention import RULES, Record, cutoff
from kure.errors import InvalidInput

router = APIRouter(prefix="/api/admin/settings", tags=["settings"])


class RetentionChange(BaseModel):
    """`version` is the one that the caller saw; 0 where nobody has changed it yet."""

    model_config = ConfigDict(extra="forbid")

    keep_days: KeepDays
    version: Annotated[int, Field(ge=0)]


PreviewOf = Annotated[
    KeepDays | None, Query(description='what would go if so many days were kept, or "off"')
]


def _reader(record: Record) -> Callable[..., Awaitable[RetentionSetting]]:
    async def read(kure: Kure, person: Admin, preview: PreviewOf = None) -> RetentionSetting:
        stored = (await config.read(kure.pool, record.setting)).get(record.setting)
        shown = _shown(record, stored)
        if preview is None:
            return shown
        return shown.model_copy(update={"preview": await _preview(kure, record, preview)})

    return read


def _writer(record: Record) -> Callable[..., Awaitable[RetentionSetting]]:
    async def change(body: RetentionChange, kure: Kure, person: Admin) -> RetentionSetting:
        value = Retention(keep_days=body.keep_days)
        _check(record, value, "keep_days")
        stored = await config.change(
            kure.pool, record.setting, value.model_dump(), body.version, person.name, kure.clock()
        )
        return _shown(record, stored)

    return change


for _record in Record:
    _path, _name = f"/{_record.setting}", _record.setting.replace("-", "_")
    router.get(_path, name=f"read_{_name}", summary=f"How long are kept: {RULES[_record].what}")(
        _reader(_record)
    )
    router.put(
        _path, name=f"change_{_name}", summary=f"Choose how long are kept: {RULES[_record].what}"
    )(_writer(_record))


def _shown(record: Record, stored: Stored | None) -> RetentionSetting:
    rule = RULES[record]
    default = Retention.of(rule.default).keep_days
    return RetentionSetting(
        name=record.setting,
        keep_days=Retention.model_validate(stored.value).keep_days if stored else default,
        default_days=default,
        least_days=rule.least,
        most_days=rule.most,
        may_be_off=rule.may_be_off,
        what=rule.what,
        since=rule.since,
        version=stored.version if stored else 0,
        changed_by=stored.changed_by if stored else None,
        changed_at=stored.changed_at if stored else None,
    )


async def _preview(kure: State, record: Record, keep_days: KeepDays) -> Preview:
    value = Retention(keep_days=keep_days)
    _check(record, value, "preview")
    before = cutoff(value.days, kure.clock())
    if before is None:
        return Preview(keep_days=keep_days, count=0, oldest=None)
    count, oldest = await retention.count(kure.pool, record, before)
    return Preview(keep_days=keep_days, count=count, oldest=oldest)


def _check(record: Record, value: Retention, field: str) -> None:
    if refusal := RULES[record].refusal(value.days):
        raise InvalidInput(f"{record.setting} cannot be that.", ((field, refusal),))
