"""What docs/administration.md says to ask can be asked, as it stands there."""

import json
import re
from pathlib import Path

from tests.api.conftest import Api

TEXT = (Path(__file__).parents[2] / "docs" / "administration.md").read_text()
ASKED = re.compile(r"```http\n(\w+) (\S+)\n(.+?)\n```", re.DOTALL)
NAMED = re.compile(r"`(GET|PUT|POST|DELETE) (/[^`?\s]+)")


async def test_the_examples_are_answered(api: Api) -> None:
    asked = ASKED.findall(TEXT)
    assert len(asked) >= 5
    for method, path, body in asked:
        answer = await api.person(method, path, json=json.loads(body))
        assert answer.status_code == (200 if "preview" in path else 201), answer.text
    kept = (await api.person("GET", "/api/admin/excluded-pods")).json()["items"]
    assert len(kept) == sum("excluded-pods" in path for _, path, _ in asked)


async def test_the_routes_that_it_names_are_there(api: Api) -> None:
    known = (await api.person("GET", "/api/openapi.json")).json()["paths"]
    named = NAMED.findall(TEXT)
    assert len(named) >= 12
    for method, path in named:
        assert path == "/api/openapi.json" or method.lower() in known[path], (method, path)
