"""Saved views: each is one's own."""

from tests.api.conftest import Api
from tests.api.people import browser, make

VIEWS = "/api/views"
MINE = {"name": "mine", "query": "status=open&namespace=shop"}


async def test_refused_are_empty_long_and_strange_ones(api: Api) -> None:
    for body in (
        {},
        {"name": "", "query": ""},
        {"name": "n" * 81, "query": ""},
        {"name": "n", "query": "q" * 2001},
        {"name": "a\0b", "query": ""},
        MINE | {"user_id": "another"},
    ):
        assert (await api.person("POST", VIEWS, json=body)).status_code == 422, body
    assert await api.count("views") == 0


async def test_each_sees_and_deletes_their_own(api: Api) -> None:
    for name in ("ada", "bob"):
        await make(api, name)
    origin = {"Origin": api.url}
    async with browser(api, "ada") as ada, browser(api, "bob") as bob:
        saved = (await ada.post(VIEWS, json=MINE, headers=origin)).json()
        assert (await ada.get(VIEWS)).json()["items"] == [saved]
        assert (await bob.get(VIEWS)).json()["items"] == []
        gone = await bob.delete(f"{VIEWS}/{saved['id']}", headers=origin)
        assert gone.status_code == 404
        changed = await ada.post(VIEWS, json=MINE | {"query": "q=web"}, headers=origin)
        assert changed.json() == saved | {"query": "q=web"}
        gone = await ada.delete(f"{VIEWS}/{saved['id']}", headers=origin)
        assert gone.status_code == 204
        assert (await ada.get(VIEWS)).json()["items"] == []


async def test_there_are_at_most_fifty(api: Api) -> None:
    answers = [
        (await api.person("POST", VIEWS, json={"name": f"v{n}", "query": ""})).status_code
        for n in range(51)
    ]
    assert answers == [201] * 50 + [409]
    again = await api.person("POST", VIEWS, json={"name": "v7", "query": "q=x"})
    assert again.status_code == 201
