"""People who sign in, in a process of their own, so that what they cost is not the watched event
loop's: `python -m benchmarks.visitors URL SECONDS`.

Writes `up` when they can begin, begins at a line on standard input, and writes how long each
sign-in took, in ms, a line each.
"""

import asyncio
import sys
from time import monotonic

import httpx

PASSWORD = "correct horse battery"
PEOPLE, AT_ONCE = 50, 8


def name(number: int) -> str:
    return f"person-{number % PEOPLE}"


async def _sign_in(client: httpx.AsyncClient, first: int, end: float, took: list[float]) -> None:
    number = first
    while monotonic() < end:
        body = {"name": name(number), "password": PASSWORD}
        began = monotonic()
        answer = await client.post("/api/auth/login", json=body)
        answer.raise_for_status()
        took.append((monotonic() - began) * 1000)
        number += AT_ONCE


async def main(url: str, seconds: float) -> None:
    took: list[float] = []
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        sys.stdout.write("up\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.readline)
        end = monotonic() + seconds
        people = [_sign_in(client, number, end, took) for number in range(AT_ONCE)]
        await asyncio.gather(*people)
    sys.stdout.writelines(f"{one}\n" for one in took)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2])))
