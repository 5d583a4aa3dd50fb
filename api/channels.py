"""What an administrator sends as channels, checked, with the secrets that were left out; and
channels as they are shown."""

from collections.abc import Callable, Mapping

import httpx2

from api.addresses import unfit
from kure.adapters import apprising
from kure.adapters.outgoing import Guard
from kure.adapters.postgres.channels import DEAD_MAN, Notifications
from kure.contracts.notifications import (
    Channel,
    ChannelBody,
    ChannelHealth,
    ChannelView,
    DeadMan,
    DeadManBody,
    DeadManView,
    NotificationsBody,
    NotificationsView,
)
from kure.domain.notices.receivers import receiver
from kure.errors import InvalidInput

MASK = "…"


def masked(address: str) -> str:
    """An address without its path, which is as good as a password. In one of apprise's, all may
    be."""
    if not address:
        return ""
    scheme = address.partition("://")[0]
    if scheme.lower() not in ("http", "https"):
        return f"{scheme}://{MASK}"
    url = httpx2.URL(address)
    return f"{url.scheme}://{url.netloc.decode()}/{MASK}"


def shown(stored: Notifications, health: Mapping[str, ChannelHealth]) -> NotificationsView:
    """What is set, without its secrets."""
    unused = ChannelHealth()
    dead_man = stored.dead_man
    return NotificationsView(
        version=stored.version,
        channels=[
            ChannelView(
                **one.model_dump(exclude={"address", "token"}),
                address=masked(one.address),
                token=MASK if one.token else "",
                health=health.get(one.id, unused),
            )
            for one in stored.channels
        ],
        dead_man=dead_man
        and DeadManView(
            **dead_man.model_dump(exclude={"address"}),
            address=masked(dead_man.address),
            health=health.get(DEAD_MAN, unused),
        ),
    )


async def checked(body: NotificationsBody, stored: Notifications, guard: Guard) -> Notifications:
    """What is to be set. InvalidInput names each field that cannot be used."""
    problems: list[tuple[str, str]] = []
    names = [one.id for one in body.channels]
    wanted = []
    for number, one in enumerate(body.channels):
        place = f"channels.{number}"
        if names.count(one.id) > 1 or one.id == DEAD_MAN:
            problems.append((f"{place}.id", "is taken; each channel has an id of its own"))
        channel, found = _channel(one, stored.channel(one.id))
        if receiver(channel.kind, has_token=bool(channel.token)).by_apprise:
            found += await _unfit_for_apprise(channel.address)
        else:
            found += await _unfit_address(channel.address, channel.inside, guard)
        problems += [(f"{place}.{field}", why) for field, why in found]
        wanted.append(channel)
    dead_man, found = _dead_man(body.dead_man, stored.dead_man)
    if dead_man is not None:
        found += await _unfit_address(dead_man.address, dead_man.inside, guard)
    problems += [(f"dead_man.{field}", why) for field, why in found]
    if problems:
        places = ", ".join(field for field, _ in problems[:5])
        raise InvalidInput(f"The channels cannot be used: see {places}.", tuple(problems))
    return Notifications(body.version, wanted, dead_man)


def _channel(body: ChannelBody, before: Channel | None) -> tuple[Channel, list[tuple[str, str]]]:
    """The channel, and what is wrong with it."""
    if before is not None and before.kind != body.kind:
        before = None
    address = _kept(body.address, before.address if before else "", shows=masked)
    token = _kept(body.token, before.token if before else "", shows=lambda _: MASK)
    channel = Channel(**body.model_dump(exclude={"address", "token"}), address=address, token=token)
    how = receiver(channel.kind, has_token=bool(token))
    problems = []
    if before is not None and token and token == before.token and address != before.address:
        problems.append(("token", "give it again: it does not go to another address by itself"))
    if how.needs_token and not token:
        problems.append(("token", "is needed for this kind of channel"))
    if not how.default and not address:
        problems.append(("address", "is needed for this kind of channel"))
    if how.needs_room and not channel.room:
        problems.append(("room", "is needed: the id of the channel, C…, not its name"))
    return channel, problems


def _dead_man(
    body: DeadManBody | None, before: DeadMan | None
) -> tuple[DeadMan | None, list[tuple[str, str]]]:
    if body is None:
        return None, []
    address = _kept(body.address, before.address if before else "", shows=masked)
    dead_man = DeadMan(**body.model_dump(exclude={"address"}), address=address)
    return dead_man, [] if address else [("address", "is needed")]


def _kept(sent: str | None, before: str, *, shows: Callable[[str], str]) -> str:
    if sent is None or (before and sent == shows(before)):
        return before
    return sent.strip()


async def _unfit_for_apprise(address: str) -> list[tuple[str, str]]:
    why = await apprising.unfit(address) if address else ""
    return [("address", why)] if why else []


async def _unfit_address(address: str, inside: bool, guard: Guard) -> list[tuple[str, str]]:
    why = await unfit(address, inside, guard) if address else ""
    return [("address", why)] if why else []
