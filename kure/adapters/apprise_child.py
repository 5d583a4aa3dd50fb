"""apprise, shut in: a program of its own that reaches nothing but its parent.

apprise's plugins call `requests`, which would resolve, connect and follow redirects by itself. Here
each request goes to the parent instead, who makes it as it makes all others (`outgoing.py`); an
audit hook refuses every other way out: sockets, programs, files. Run by its path and isolated
(`python -I`), it imports nothing of Kure.

Lines of JSON: in comes what is to be done; then, for each request, one goes out and its answer
comes in; the last one out says what came of it.
"""

import base64
import json
import os
import sys
from typing import Any, NoReturn

import apprise
import requests
from apprise.manager_plugins import NotificationManager

PLUGINS = "apprise.plugins."
# What a plugin has that opens connections without `requests`.
OTHER_WAYS = frozenset({"asyncio", "smtplib", "socket", "ssl", "subprocess"})
REFUSED = ("ctypes.", "os.", "pty.", "shutil.", "socket.", "subprocess.", "urllib.")
HARMLESS = frozenset({"os.listdir", "os.scandir", "os.putenv", "os.unsetenv", "socket.__new__"})
PACKAGES = tuple(os.path.realpath(path) + os.sep for path in {sys.prefix, sys.base_prefix})
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

KNOWN: Any = NotificationManager()  # type: ignore[no-untyped-call] # its own
to_parent = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
from_parent = sys.stdin


def shut_in(event: str, args: tuple[Any, ...]) -> None:
    """The audit hook; see https://docs.python.org/3/library/audit_events.html."""
    if event == "open" and isinstance(args[0], str | bytes):
        where = os.path.realpath(os.fsdecode(args[0]))
        if args[2] & WRITING or not where.startswith(PACKAGES):
            raise PermissionError(event)
    elif event.startswith(REFUSED) and event not in HARMLESS:
        raise PermissionError(event)


def tell(message: dict[str, Any]) -> None:
    to_parent.write(json.dumps(message) + "\n")
    to_parent.flush()


def send(
    adapter: requests.adapters.HTTPAdapter, request: requests.PreparedRequest, **_: Any
) -> requests.Response:
    """In place of `HTTPAdapter.send`: the parent makes the request."""
    body = request.body or b""
    if isinstance(body, str):
        body = body.encode()
    if not isinstance(body, bytes):
        raise requests.exceptions.InvalidSchema("a body that is a stream")
    tell(
        {
            "method": request.method,
            "url": request.url,
            "headers": dict(request.headers),
            "body": base64.b64encode(body).decode(),
        }
    )
    answer = json.loads(from_parent.readline())
    if "status" not in answer:
        raise requests.exceptions.ConnectionError("not delivered")
    response = requests.Response()
    response.status_code = answer["status"]
    response._content = base64.b64decode(answer["body"])
    response.encoding = "utf-8"
    response.url, response.request = request.url or "", request
    return response


def unfit(address: str) -> str:
    """Why this is no address of a service that apprise reaches by HTTPS; '' where it is."""
    schema = address.partition("://")[0].lower()
    plugin = KNOWN[schema] if "://" in address and schema in KNOWN else None
    if plugin is None:
        return "begins with no service that apprise knows, as in discord://…"
    secure = plugin.secure_protocol or ()
    if schema not in ((secure,) if isinstance(secure, str) else secure):
        return f"is refused: {schema}:// does not speak HTTPS"
    if not _only_requests(plugin):
        return f"is refused: {schema}:// does not go through HTTPS alone"
    return ""


def _only_requests(plugin: Any) -> bool:
    """Whether the plugin, with what it is made from, connects by `requests` only."""
    homes = {
        one.__module__
        for one in plugin.__mro__
        if one.__module__.startswith(PLUGINS) and one.__module__ != f"{PLUGINS}base"
    }
    packages = tuple(".".join(home.split(".")[:3]) for home in homes)
    used = {
        name
        for home, module in tuple(sys.modules.items())
        if any(home == package or home.startswith(f"{package}.") for package in packages)
        for name in vars(module)
    }
    return "requests" in used and not used & OTHER_WAYS


def run(asked: dict[str, Any]) -> dict[str, Any]:
    address = asked["address"]
    if why := unfit(address):
        return {"unfit": why}
    asset = apprise.AppriseAsset(async_mode=False, storage_mode="memory")
    service = apprise.Apprise.instantiate(address, asset=asset)
    if service is None:
        return {"unfit": "is not complete, or not as apprise writes it for this service"}
    if "body" not in asked:
        return {"unfit": ""}
    speaker = apprise.Apprise(asset=asset)
    speaker.add(service)
    said = speaker.notify(
        body=asked["body"],
        title=asked["title"],
        notify_type=asked["type"],
        body_format=apprise.NotifyFormat.TEXT,
    )
    return {"sent": bool(said)}


def main() -> NoReturn:
    """Do what the first line asks for. What apprise prints is for nobody: it may hold secrets."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    setattr(requests.adapters.HTTPAdapter, "send", send)  # noqa: B010
    KNOWN.load_modules()
    sys.addaudithook(shut_in)
    tell(run(json.loads(from_parent.readline())))
    # Without what runs at exit: it would meet the hook.
    os._exit(0)


if __name__ == "__main__":
    main()
