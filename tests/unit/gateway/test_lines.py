from datetime import UTC, datetime

import pytest

from turnout.gateway.exchange import Attempt, Exchange
from turnout.gateway.lines import line


def exchange(**fields) -> Exchange:
    return Exchange("dec-1", datetime(2026, 11, 29, 12, 0, tzinfo=UTC), 0.0, "chat", **fields)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"asked": "auto", "model_id": "a/b", "status": 200, "latency_s": 0.64, "usd": 7.1e-6},
         "auto → a/b · 200 · 0.64 s · $0.0000071"),
        ({"asked": "a/b", "model_id": "a/b", "status": 200, "key_id": "key-1"}, "a/b · 200 · key-1"),
        ({"asked": "no\nsuch", "status": 404, "error": "no model"}, "no such → nobody · 404 · no model"),
        ({"asked": "auto", "model_id": "a/b", "status": 200,
          "attempts": [Attempt("c/d", "ProviderTimeout", "slow", 1.0)] * 2}, "auto → a/b · 200 · after c/d failed"),
        ({"status": 413, "error": "too large"}, "chat → nobody · 413 · too large"),
    ],
)  # fmt: skip
def test_a_request_is_one_line(fields, said):
    text = line(exchange(**fields))
    assert text[8:] == " " + said
    assert text.isprintable()
