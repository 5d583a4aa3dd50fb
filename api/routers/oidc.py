"""Signing in through the identity provider: a browser goes there and comes back.

Both answers are redirects, since a person looks at them: to the page that was asked for, or to the
sign-in page with one of a few words, of which it knows what to say. The rest is in the log.
"""

import logging
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse

from api.oidc import LIFE, Answer, NoGroup, Oidc
from api.signing_in import Try
from api.state import Kure, State
from kure.adapters.postgres import audit
from kure.adapters.postgres.access import provided
from kure.adapters.postgres.pool import transaction
from kure.errors import (
    AccessDenied,
    Conflict,
    KureError,
    NotFound,
    NotSignedIn,
    TooOften,
    Unavailable,
)
from kure.ids import new_id

log = logging.getLogger("kure.api.oidc")

router = APIRouter(prefix="/api/auth/oidc", tags=["auth"])

# What the sign-in page is told, by what was raised; the first that fits.
WHY: tuple[tuple[type[KureError], str], ...] = (
    (NoGroup, "no_group"),
    (AccessDenied, "denied"),
    (Conflict, "stale"),
    (NotSignedIn, "invalid"),
    (TooOften, "throttled"),
    (Unavailable, "unreachable"),
)
Text = Annotated[str, Query(max_length=4096)]


def _oidc(kure: Kure) -> Oidc:
    if kure.oidc is None:
        raise NotFound("No identity provider is set up: KURE_OIDC_ISSUER says how.")
    return kure.oidc


Provider = Annotated[Oidc, Depends(_oidc)]


@router.get("/start", status_code=303, response_class=RedirectResponse)
async def start(
    kure: Kure, oidc: Provider, path: Annotated[Text, Query(alias="next")] = "/"
) -> RedirectResponse:
    """Go to the identity provider. `next` is the page to come back to, one of ours."""
    try:
        url, cookie = await oidc.begin(path, kure.clock())
    except Unavailable as error:
        return await _refused(kure, error)
    answer = RedirectResponse(url, 303)
    answer.set_cookie(
        _cookie(kure),
        cookie,
        max_age=LIFE.seconds,
        httponly=True,
        samesite="lax",
        secure=kure.settings.https,
        path="/",
    )
    return answer


@router.get("/callback", status_code=303, response_class=RedirectResponse)
async def callback(
    request: Request,
    kure: Kure,
    oidc: Provider,
    code: Text = "",
    state: Text = "",
    iss: Text = "",
    error: Text = "",
) -> RedirectResponse:
    """Come back from the identity provider, and begin a session."""
    attempt, now = Try(kure, request), kure.clock()
    try:
        await attempt.count()
        cookie = request.cookies.get(_cookie(kure), "")
        entered = await oidc.end(cookie, Answer(code, state, iss, error), now)
        async with transaction(kure.pool) as connection:
            user_id, name = await provided.admit(connection, entered.identity, entered.grant, now)
            secret = await attempt.begin(connection, user_id, name, "identity provider")
            sealed = oidc.seal(entered.told, user_id)
            await provided.keep(connection, secret, sealed, entered.told.lasts, now)
        answer = RedirectResponse(entered.path, 303)
        kure.people.give(answer, secret)
    except KureError as refused:
        answer = await _refused(kure, refused)
    answer.delete_cookie(
        _cookie(kure), path="/", httponly=True, samesite="lax", secure=kure.settings.https
    )
    return answer


async def _refused(kure: State, error: KureError) -> RedirectResponse:
    why = next((word for kind, word in WHY if isinstance(error, kind)), None)
    if why is None:
        raise error
    id_ = str(new_id())
    log.warning("sign-in through the identity provider, %s (%s): %s", why, id_, error)
    if why != "throttled":  # which is counted where it is noticed
        await audit.count_sign_in(kure.pool, kure.clock(), why)
    return RedirectResponse("/#" + urlencode({"refused": why, "id": id_}), 303)


def _cookie(kure: State) -> str:
    return "__Host-kure_sign_in" if kure.settings.https else "kure_sign_in"
