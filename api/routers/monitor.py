"""The live stream as a WebSocket, for clients of Kure Monitor. Ours is GET /api/events."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from api.listening import Listener, listener, of_agent
from api.monitor import Say, say_to_agents
from api.problems import answer
from api.state import State, signed_in
from api.streaming import listen
from api.subscription import Mark
from kure.adapters.postgres.pool import translated
from kure.errors import DatabaseUnavailable, KureError

router, of_agents = APIRouter(), APIRouter()

Recognise = Callable[[State, WebSocket], Awaitable[tuple[Listener, Say]]]

# https://www.rfc-editor.org/rfc/rfc6455#section-7.4: the first as Kure Monitor has it; the second
# tells a client to connect again, and to fetch what it missed.
NOT_SIGNED_IN, COME_AGAIN = 4001, 1012


@router.websocket("/ws")
@router.websocket("/api/ws")
async def live(websocket: WebSocket) -> None:
    """`{type, data}` for each event, to whoever may read; to agents, by X-Service-Token, what
    concerns them. What a client says is not listened to. A refusal is the handshake's answer."""
    await _live(websocket, _agent if "x-service-token" in websocket.headers else _person)


@of_agents.websocket("/ws")
@of_agents.websocket("/api/ws")
async def live_of_agents(websocket: WebSocket) -> None:
    """The same where only agents come."""
    await _live(websocket, _agent)


async def _live(websocket: WebSocket, recognise: Recognise) -> None:
    kure: State = websocket.app.state.kure
    try:
        async with translated():
            who, say = await recognise(kure, websocket)
        await kure.hub.begun()
        kure.places.take(who.session)
    except KureError as error:
        await websocket.send_denial_response(answer(error))
        return
    try:
        await websocket.accept()
        await _serve(kure, websocket, who, say)
    finally:
        kure.places.leave(who.session)


async def _agent(kure: State, websocket: WebSocket) -> tuple[Listener, Say]:
    token = websocket.headers.get("x-service-token", "")
    return await of_agent(kure.agents, token), say_to_agents


async def _person(kure: State, websocket: WebSocket) -> tuple[Listener, Say]:
    person = await signed_in(websocket)
    return listener(person, kure.people, kure.clock), kure.monitor.say


async def _serve(kure: State, websocket: WebSocket, who: Listener, say: Say) -> None:
    sending = asyncio.create_task(_send(kure, websocket, who, say))
    leaving = asyncio.create_task(_until_it_leaves(websocket))
    try:
        await asyncio.wait([sending, leaving], return_when=asyncio.FIRST_COMPLETED)
        if not leaving.done():
            with suppress(WebSocketDisconnect):
                await websocket.close(await sending)
    finally:
        sending.cancel()
        leaving.cancel()
        await asyncio.gather(sending, leaving, return_exceptions=True)


async def _until_it_leaves(websocket: WebSocket) -> None:
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass


async def _send(kure: State, websocket: WebSocket, who: Listener, say: Say) -> int:
    """Until it ends; returns with which code."""
    async with kure.hub.subscribe(None) as client:
        async for part in listen(client, who):
            if part is Mark.BYE:
                return NOT_SIGNED_IN
            if part is Mark.RESYNC:
                return COME_AGAIN
            if part is Mark.BEAT:
                continue
            try:
                texts = [text for told in part for text in await say(told)]
            except DatabaseUnavailable:
                return COME_AGAIN
            for text in texts:
                await websocket.send_text(text)
    return COME_AGAIN
