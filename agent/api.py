"""The one way from the agent to Kure's API: requests with the agent's token, tried again until
they are taken or refused for good."""

import asyncio
import itertools
import logging
import random
import ssl
import time
from collections.abc import AsyncGenerator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

import httpx2
from pydantic import ValidationError

from agent.traces import Traces
from kure.contracts.reports import AgentConfig, Message, OpenPods
from kure.domain.backoff import full_jitter
from kure.errors import InvalidInput, Misconfigured, NotSignedIn, Unavailable
from kure.settings import LOOPBACK, Settings

log = logging.getLogger("kure.agent")

Answer = TypeVar("Answer", bound=Message)

SECONDS = httpx2.Timeout(20, connect=5)

# A token that is refused needs a person; nothing is gained by asking often.
REFUSED_PAUSE = 30.0
LONGEST_PAUSE = 30.0

# How long the API may keep the question whether its settings have changed (it allows 55 s), and how
# soon the next may follow one that it answered at once.
SETTINGS_SECONDS = 50
SETTINGS_PAUSE = 10.0

# A report over which the API fails so often must not keep up the others.
MOST_CRASHES = 6


class ApiAway(Unavailable):
    """The API does not answer, or answers 429 or 5xx. `wait` is what it asked for, in seconds;
    `is_crash` where it failed over this very request (500)."""

    def __init__(self, message: str, wait: float = 0, *, is_crash: bool = False) -> None:
        super().__init__(message)
        self.wait = wait
        self.is_crash = is_crash


class NotAllowed(InvalidInput):
    """The API knows the agent and will never take this from it (403); other requests it may."""


class Api:
    """`problem` says in plain words why nothing can be told at the moment, None while all is well.
    It is logged once when it begins and once when it is over."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client = httpx2.AsyncClient(
            base_url=settings.api_url,
            timeout=SECONDS,
            verify=_trusted(settings.api_ca) if settings.api_ca else True,
            # The environment's proxies, but none before an API on this machine.
            trust_env=urlsplit(settings.api_url).hostname not in LOOPBACK,
        )
        self._reachable = asyncio.Event()
        self._reachable.set()
        self._failed = 0
        self._traces = Traces(settings)
        self._etag = ""
        self.problem: str | None = None

    async def aclose(self) -> None:
        await self._client.aclose()
        await self._traces.aclose()

    async def config(self) -> AgentConfig:
        """What the agent needs to know before it watches. Waits until the API tells."""
        return await self._ask("/api/agent/config", AgentConfig)

    async def open_pods(self, query: Mapping[str, str]) -> OpenPods:
        """What the API holds to be failing, of a scope. Waits until the API tells."""
        path = "/api/agent/open"
        return await self._ask(f"{path}?{urlencode(query)}" if query else path, OpenPods)

    async def configs(self) -> AsyncGenerator[AgentConfig]:
        """What the agent needs to know, whenever it has changed. Never polled: the API keeps each
        question until it has an answer, or for most of a minute."""
        path = f"/api/agent/config?wait={SETTINGS_SECONDS}"
        while True:
            began = time.monotonic()
            try:
                answer = await self._exchange(
                    "GET",
                    path,
                    headers={"If-None-Match": self._etag} if self._etag else {},
                    limits=httpx2.Timeout(SETTINGS_SECONDS + 10, connect=5),
                )
                config = None
                if answer.status_code != HTTPStatus.NOT_MODIFIED:
                    config = AgentConfig.model_validate_json(answer.content)
                    self._etag = answer.headers.get("ETag", "")
            except (ApiAway, NotSignedIn, InvalidInput, ValidationError):
                config = None  # what stands in the way is said by the reports, which need it too
            if config:
                yield config
            if time.monotonic() - began < SETTINGS_PAUSE and not self._etag:
                await asyncio.sleep(SETTINGS_PAUSE)
            elif config is None and time.monotonic() - began < 1:
                await asyncio.sleep(SETTINGS_PAUSE * random.uniform(0.5, 1))

    async def _ask(self, path: str, kind: type[Answer]) -> Answer:
        for attempt in itertools.count(1):
            try:
                return kind.model_validate_json(await self.insist("GET", path))
            except (ValidationError, InvalidInput) as error:
                if attempt == 1:
                    log.warning("%s", self._unfit(path, error))
            await asyncio.sleep(full_jitter(attempt, random.random()))
        raise AssertionError("counting never ends")

    def _unfit(self, path: str, error: Exception) -> str:
        said = str(error).splitlines()[0]
        if isinstance(error, NotAllowed):
            return said
        return f"{self._settings.api_url}{path} is not Kure's API, of this release: {said}"

    async def insist(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """Send until the API takes it; returns its answer. All who insist wait together while it
        is away. Raises InvalidInput where it will never take this."""
        crashes = 0
        while True:
            try:
                return await self.once(method, path, body)
            except ApiAway as error:
                crashes += error.is_crash
                if crashes == MOST_CRASHES:
                    raise InvalidInput(f"{error}; given up after {crashes} tries") from error
                pause = error.wait + full_jitter(self._failed, random.random(), most=LONGEST_PAUSE)
            except NotSignedIn:
                pause = REFUSED_PAUSE * random.uniform(0.7, 1.3)
            await self._until_reachable(pause)

    async def _until_reachable(self, longest: float) -> None:
        """The pause; over at once when another request gets through."""
        try:
            await asyncio.wait_for(self._reachable.wait(), longest)
        except TimeoutError:
            return

    async def once(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """Send once. Raises ApiAway, NotSignedIn or InvalidInput."""
        with self._traces.of(method, path) as headers:
            return (await self._exchange(method, path, body, headers=headers)).content

    async def _exchange(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        limits: httpx2.Timeout = SECONDS,
    ) -> httpx2.Response:
        doing = f"{method} {self._settings.api_url}{path}"
        failed_before = self._failed
        named = {"X-Service-Token": "", "Content-Type": "application/json", **(headers or {})}
        try:
            named["X-Service-Token"] = self._token()
            answer = await self._client.request(
                method, path, content=body, headers=named, timeout=limits
            )
            if not answer.is_success and answer.status_code != HTTPStatus.NOT_MODIFIED:
                raise _refusal(doing, answer)
        except httpx2.HTTPError as error:
            why = str(error) or type(error).__name__
            self._away(f"Cannot report: {doing} fails ({why}); it is tried again", failed_before)
            raise ApiAway(f"{doing}: {why}") from error
        except (ApiAway, NotSignedIn) as error:
            self._away(f"Cannot report: {error}", failed_before)
            raise
        except InvalidInput:
            self._well()
            raise
        self._well()
        return answer

    def _token(self) -> str:
        """A file is read anew each time: it may come, or change, while the agent waits; the
        kubelet renews a projected token in place."""
        if self._settings.service_token and not self._settings.token_file:
            return self._settings.service_token.get_secret_value()
        file = self._settings.token_file or self._settings.data_dir / "agent-token"
        try:
            return file.read_text().strip()
        except OSError as error:
            raise NotSignedIn(
                f"the agent's token cannot be read from {file} ({error.strerror}); set "
                "KURE_TOKEN_FILE or KURE_SERVICE_TOKEN, or KURE_DATA_DIR to the folder of Kure's "
                "API"
            ) from error

    def _away(self, problem: str, failed_before: int) -> None:
        # Requests that were under way together fail together: that counts once.
        self._failed = max(self._failed, failed_before + 1)
        self._reachable.clear()
        self._say(problem)

    def _well(self) -> None:
        self._failed = 0
        self._reachable.set()
        self._say(None)

    def _say(self, problem: str | None) -> None:
        if problem and not self.problem:
            log.warning("%s", problem)
        if self.problem and not problem:
            log.info("%s takes reports again", self._settings.api_url)
        self.problem = problem


def _refusal(doing: str, answer: httpx2.Response) -> ApiAway | NotSignedIn | InvalidInput:
    status, said = answer.status_code, _said(answer)
    text = f"{doing} is answered {status}" + (f" ({said})" if said else "")
    if status == HTTPStatus.UNAUTHORIZED:
        return NotSignedIn(
            f"{text}; is KURE_SERVICE_TOKEN, or the file agent-token in KURE_DATA_DIR, the one of "
            "this cluster?"
        )
    if status == HTTPStatus.FORBIDDEN:
        return NotAllowed(text)
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        wait = answer.headers.get("Retry-After", "")
        is_crash = status == HTTPStatus.INTERNAL_SERVER_ERROR
        return ApiAway(text, float(wait) if wait.isdigit() else 0, is_crash=is_crash)
    return InvalidInput(text)


def _said(answer: httpx2.Response) -> str:
    """The detail of a problem+json answer."""
    try:
        detail = answer.json()["detail"]
    except (ValueError, TypeError, KeyError):
        return ""
    return str(detail)[:300]


def _trusted(file: Path) -> ssl.SSLContext:
    """Whoever signed the API's certificate, and nobody else."""
    try:
        return ssl.create_default_context(cafile=str(file))
    except OSError as error:
        raise Misconfigured(
            f"Settings cannot be used. KURE_API_CA: {file} cannot be used ({error}); is it PEM?"
        ) from error
