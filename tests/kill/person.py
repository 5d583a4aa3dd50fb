"""A person who tries fixes over HTTP while parts of Kure are killed."""

import asyncio
from typing import Any

import httpx

from tests.kill.stack import PATIENCE, Stack


class Person:
    """An admin who asks for mirrors; what is not answered is asked again, with the same key."""

    def __init__(self, stack: Stack) -> None:
        headers = {"Authorization": f"Bearer {stack.token}", "Origin": stack.url}
        self._http = httpx.AsyncClient(base_url=stack.url, headers=headers, timeout=30)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def deploys(self, incident: str, right: str, ttl_seconds: int) -> str:
        """A mirror of the pod with another image; its id."""
        shown = await self.asks("POST", f"/api/mirror/preview/{incident}", {})
        wrong = shown["manifest"].partition("image: ")[2].split()[0]
        body = {"manifest": shown["manifest"].replace(wrong, right), "ttl_seconds": ttl_seconds}
        started = await self.asks("POST", f"/api/mirror/deploy/{incident}", body)
        return str(started["mirror_id"])

    async def asks(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """What is answered in the end. AssertionError where it is refused."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    answer = await self._http.request(
                        method, path, json=body, headers={"Idempotency-Key": path}
                    )
                except httpx.HTTPError:
                    await asyncio.sleep(0.2)
                    continue
                if answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                    assert answer.is_success, answer.text
                    return answer.json()
                await asyncio.sleep(0.2)

    async def mirror(self, mirror_id: str) -> dict[str, Any]:
        found: dict[str, Any] = await self.asks("GET", f"/api/mirror/status/{mirror_id}")
        return found

    async def until(self, mirror_id: str, phase: str) -> dict[str, Any]:
        """The mirror, once it is there."""
        async with asyncio.timeout(PATIENCE):
            while (found := await self.mirror(mirror_id))["phase"] != phase:
                await asyncio.sleep(0.1)
        return found
