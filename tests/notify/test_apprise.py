"""What apprise sends leaves by the one way out only: the guard holds whatever a plugin does."""

import asyncio
import json
import logging
import os
import re
import ssl
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from kure.adapters import apprising
from kure.adapters.apprising import Apprising
from kure.adapters.outgoing import Call, Guard, Outgoing
from kure.domain.notices import apprised
from kure.domain.notices.notice import of_test
from kure.domain.notices.receiver import Target
from kure.domain.notices.steps import Kind
from kure.errors import AddressRefused, InvalidInput, NotDelivered
from kure.logs import CHATTY
from tests.notify.https_receiver import HttpsReceiver, receiving_https

SECRET = "a-very-secret-path"
BODY = json.dumps({"title": "Deployment shop/cart fails", "body": "why", "type": "failure"})


@pytest.fixture
async def receiver(tmp_path: Path) -> AsyncIterator[HttpsReceiver]:
    async with receiving_https(tmp_path) as receiver:
        yield receiver


async def post(
    receiver: HttpsReceiver, address: str = "", guard: Guard | None = None, seconds: float = 10.0
) -> None:
    """Have apprise send something there."""
    address = address or f"jsons://hooks.test:{receiver.port}/{SECRET}"
    async with Outgoing(guard or receiver.guard(), receiver.trust, seconds) as outgoing:
        await Apprising(outgoing).post(Call(address, BODY.encode()))


UNFIT = [
    ("json://hooks.test/x", "does not speak HTTPS"),
    ("xml://hooks.test/x", "does not speak HTTPS"),
    ("form://hooks.test/x", "does not speak HTTPS"),
    ("gotify://hooks.test/token", "does not speak HTTPS"),
    ("mailto://ada:pw@example.com", "does not"),
    ("mailtos://ada:pw@example.com", "HTTPS alone"),
    ("mqtts://example.com/topic", "HTTPS alone"),
    ("ircs://example.com/room", "HTTPS alone"),
    ("xmpps://ada:pw@example.com", "HTTPS alone"),
    ("dbus://", "does not"),
    ("gnome://", "does not"),
    ("windows://", "does not"),
    ("macosx://", "does not"),
    ("syslog://", "does not speak HTTPS"),
    ("rsyslog://hooks.test", "does not speak HTTPS"),
    ("file:///etc/passwd", "no service"),
    ("/etc/passwd", "no service"),
    ("https://example.com/hook", "no service|not as apprise writes"),
    ("discord://", "not complete"),
    ("fcm://project@key/device?keyfile=/etc/passwd", "not complete"),
    ("", "no service"),
]


@pytest.mark.parametrize(("address", "why"), UNFIT)
async def test_what_does_not_go_through_https_alone_is_unfit(address: str, why: str) -> None:
    assert re.search(why, await apprising.unfit(address))


@pytest.mark.parametrize(
    "address",
    [
        "discord://123456789012345678/a-token-of-discord",
        "tgram://123456789:a_token_of_telegram_0123456789/12345",
        "ntfys://ntfy.sh/topic",
        "gotifys://gotify.example.com/AtOkEn",
        "matrixs://ada:pw@matrix.example.com/#room",
        "jsons://example.com/hook",
    ],
)
async def test_services_that_are_reached_by_https_are_fit(address: str) -> None:
    assert await apprising.unfit(address) == ""


async def test_a_message_arrives_through_the_guard_under_its_own_name(
    receiver: HttpsReceiver,
) -> None:
    await post(receiver)
    ((path, body),) = receiver.got
    assert path == f"/{SECRET}"
    assert (json.loads(body)["title"], json.loads(body)["message"]) == (
        "Deployment shop/cart fails",
        "why",
    )


async def test_what_a_log_says_calls_nobody(receiver: HttpsReceiver) -> None:
    told = of_test("chat", "d1", datetime(2026, 11, 1, tzinfo=UTC), "https://kure.test")
    notice = replace(told, cause="panic: @everyone <!channel>", kind=Kind.RESOLVED)
    address = f"jsons://hooks.test:{receiver.port}/{SECRET}"
    request = apprised.request(notice, Target(address))
    async with Outgoing(receiver.guard(), receiver.trust) as outgoing:
        await Apprising(outgoing).post(Call(request.url, request.body))
    message = json.loads(receiver.got[0][1])
    assert "@everyone" not in message["message"]
    assert "panic: " in message["message"]
    assert message["message"].endswith("https://kure.test")
    assert message["type"] == "success"


REFUSED = [
    ("jsons://metadata/latest", "link-local"),
    ("jsons://10.1.2.3/x", "marked as inside"),
    ("jsons://rebinding/x", "link-local"),
    ("jsons://half/x", "link-local"),
    ("ntfys://metadata/topic", "link-local"),
    ("matrixs://ada:pw@metadata/#room", "link-local"),
]


@pytest.mark.parametrize(("address", "why"), REFUSED)
async def test_what_the_guard_refuses_apprise_does_not_reach(
    receiver: HttpsReceiver, address: str, why: str
) -> None:
    guard = receiver.guard(
        metadata=["169.254.169.254"],
        rebinding=["169.254.169.254", "127.0.0.1"],
        half=["127.0.0.1,169.254.169.254"],
    )
    with pytest.raises(AddressRefused, match=why):
        await post(receiver, address, guard)
    assert not receiver.got


async def test_a_name_is_resolved_once_for_a_request(receiver: HttpsReceiver) -> None:
    """Rebinding: the second answer is never asked for."""
    await post(receiver, guard=receiver.guard(**{"hooks.test": ["127.0.0.1", "169.254.169.254"]}))
    assert len(receiver.got) == 1


async def test_a_redirect_to_the_metadata_service_is_not_followed(receiver: HttpsReceiver) -> None:
    async def redirect(request: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": "http://169.254.169.254/latest"})

    receiver.answer = redirect
    with pytest.raises(NotDelivered, match="redirect, which is not followed"):
        await post(receiver, f"jsons://hooks.test:{receiver.port}/x?redirect=yes")
    assert len(receiver.got) == 1


async def test_a_receiver_that_never_answers_is_given_up(receiver: HttpsReceiver) -> None:
    async def silent(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError("it never answers")

    receiver.answer = silent
    with pytest.raises(NotDelivered, match=r"no answer in 0\.5 s"):
        await post(receiver, seconds=0.5)


async def test_a_receiver_says_when_to_come_back(receiver: HttpsReceiver) -> None:
    async def busy(request: web.Request) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": "1800"})

    receiver.answer = busy
    with pytest.raises(NotDelivered) as refused:
        await post(receiver)
    assert refused.value.retry_after_seconds == 1800


async def test_an_unknown_signer_is_refused(receiver: HttpsReceiver) -> None:
    async with Outgoing(receiver.guard(), ssl.create_default_context()) as outgoing:
        call = Call(f"jsons://hooks.test:{receiver.port}/x?verify=no", BODY.encode())
        with pytest.raises(NotDelivered, match="certificate"):
            await Apprising(outgoing).post(call)
    assert not receiver.got


async def test_the_address_is_in_no_error_and_no_log(
    receiver: HttpsReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    async def wrong(request: web.Request) -> web.Response:
        return web.Response(status=500)

    caplog.set_level(logging.DEBUG)
    for name in CHATTY:
        caplog.set_level(logging.WARNING, name)
    receiver.answer = wrong
    with pytest.raises(NotDelivered) as refused:
        await post(receiver)
    with pytest.raises(InvalidInput) as unfit:
        await post(receiver, f"mailtos://ada:{SECRET}@example.com")
    told = f"{refused.value!r}{unfit.value!r}"
    assert SECRET not in told + caplog.text


async def test_the_address_is_in_no_list_of_processes(receiver: HttpsReceiver) -> None:
    seen: list[bytes] = []

    async def look(request: web.Request) -> web.Response:
        seen.extend(_children())
        return web.json_response({})

    receiver.answer = look
    await post(receiver)
    assert any(b"apprise_child" in one for one in seen)
    assert not any(SECRET.encode() in one for one in seen)


def _children() -> list[bytes]:
    """What the system shows of this process's children."""
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return [
        Path(f"/proc/{child}/{what}").read_bytes()
        for child in children
        for what in ("cmdline", "environ")
    ]


WAYS_OUT: dict[str, Any] = {
    "connect": "import socket; socket.create_connection(('127.0.0.1', {port}))",
    "resolve": "import socket; socket.getaddrinfo('example.com', 443)",
    "datagram": "import socket; socket.socket(2, 2).sendto(b'x', ('127.0.0.1', {port}))",
    "program": "import subprocess; subprocess.run(['true'])",
    "shell": "import os; os.system('true')",
    "fork": "import os; os.fork()",
    "read": "open('/etc/passwd').read()",
    "write": "open('{folder}/left', 'w').write('x')",
    "urllib": "import urllib.request; urllib.request.urlopen('https://127.0.0.1:{port}/')",
}


@pytest.mark.parametrize("way", WAYS_OUT)
async def test_the_child_has_no_other_way_out(
    receiver: HttpsReceiver, way: str, tmp_path: Path
) -> None:
    """What a plugin could call, under the hook that the child installs."""
    program = (
        "import runpy, sys\n"
        f"child = runpy.run_path({str(apprising.CHILD)!r})\n"
        "sys.addaudithook(child['shut_in'])\n"
        "try:\n"
        f"    {WAYS_OUT[way].format(port=receiver.port, folder=tmp_path)}\n"
        "except PermissionError as error:\n"
        "    print('refused', error)\n"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-c", program), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    assert b"refused" in said
    assert not receiver.got
    assert not (tmp_path / "left").exists()
