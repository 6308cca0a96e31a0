from __future__ import annotations

import pytest

from turnout.catalog import Catalogue, Endpoint
from turnout.config import Settings
from turnout.gateway.upstream import Upstreams
from turnout.types import Model, Price


@pytest.mark.parametrize(
    ("address", "name"),
    [("https://api.openai.com/v1", "max_completion_tokens"), ("http://127.0.0.1:8000/v1", "max_tokens")],
)
async def test_limit_of_the_answer_has_the_name_that_the_provider_takes(
    settings: Settings, address: str, name: str
) -> None:
    model = Model("ours/one", "ours", "one", Price())
    catalogue = Catalogue({model.id: model}, {"ours": Endpoint("ours", address)})
    upstreams = Upstreams(settings, catalogue, lambda model: ("", ""), lambda model: None)
    assert (await upstreams.target(model)).limit_name == name
