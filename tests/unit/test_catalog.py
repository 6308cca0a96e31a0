from __future__ import annotations

import json

import pytest

from turnout import catalog, catalog_file
from turnout.errors import ConfigError, InputFileError, UnknownModel
from turnout.types import Price

MINE = """
providers:
  mybox: {base_url: "http://localhost:8000/v1/", api_key_env: MYBOX_KEY}
models:
  - {id: mybox/llama, provider: mybox, name: llama-8b, price: {input: 0.02, output: 0.05}, context: 8192}
"""


def write(path, text):
    path.write_text(text)
    return path


def test_the_snapshot_knows_prices_modalities_and_context():
    models = catalog.snapshot().models
    assert len(models) > 100
    turbo = models["openai/gpt-3.5-turbo"]
    assert turbo.price == Price(0.5, 1.5)
    assert turbo.inputs == {"text"}
    assert turbo.context_tokens == 16385
    assert any("image" in m.inputs for m in models.values())


def test_the_papers_candidates_have_the_papers_prices():
    models = (catalog.snapshot() | catalog_file.shipped()).models
    listed = {
        "claude-2": (8, 24),
        "gpt-3.5-turbo-1106": (1, 2),
        "gpt-4-1106-preview": (10, 30),
        "mistral-7b-instruct": (0.055, 0.055),
        "mixtral-8x7b-instruct": (0.24, 0.24),
        "gpt-3.5-turbo": (0.5, 1.5),
        "gpt-4": (30, 60),
    }
    for name, price in listed.items():
        found = [m for i, m in models.items() if i.rsplit("/", 1)[-1] == name]
        assert Price(*price) in [m.price for m in found], name


def test_a_user_file_adds_models_and_providers(tmp_path):
    added = catalog_file.read_file(write(tmp_path / "mine.yaml", MINE))
    assert added.endpoints["mybox"].base_url == "http://localhost:8000/v1"
    model = added.models["mybox/llama"]
    assert (model.name, model.context_tokens, model.price) == ("llama-8b", 8192, Price(0.02, 0.05))


def test_the_key_is_looked_up_when_it_is_needed(tmp_path, monkeypatch):
    endpoint = catalog_file.read_file(write(tmp_path / "mine.yaml", MINE)).endpoints["mybox"]
    monkeypatch.delenv("MYBOX_KEY", raising=False)
    assert endpoint.missing_key() == "MYBOX_KEY"
    monkeypatch.setenv("MYBOX_KEY", "secret")
    assert endpoint.missing_key() is None


def test_merging_replaces_entries_of_the_same_id_and_keeps_the_rest(tmp_path):
    target = tmp_path / "config" / "models.yaml"
    catalog_file.merge_file(target, write(tmp_path / "a.yaml", MINE))
    more = "models: [{id: mybox/llama, provider: mybox, price: {input: 9, output: 9}}, {id: mybox/b, provider: mybox}]"
    catalog_file.merge_file(target, write(tmp_path / "b.yaml", more))
    models = catalog_file.read_file(target).models
    assert set(models) == {"mybox/llama", "mybox/b"}
    assert models["mybox/llama"].price == Price(9, 9)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("models: [{provider: x}]", "models → 1 → id"),
        ("models: [{id: a, price: {input: -1}}]", "price → input"),
        ("models: [{id: a, inputs: [smell]}]", "inputs"),
        ("models: [{id: a, colour: red}]", "colour"),
        ("providers: {p: {base_url: 'ftp://x'}}", "base_url"),
        ("providers: {p: {base_url: 'http://x', api_key: abc123}}", "keys do not belong in files"),
        ("models: [", "not valid YAML"),
        ("models: [{id: a, provider: nowhere}]", "names the provider 'nowhere'"),
    ],
)
def test_a_wrong_file_names_what_is_wrong_and_changes_nothing(tmp_path, text, message):
    target = write(tmp_path / "models.yaml", MINE)
    with pytest.raises(ConfigError, match=message) as caught:
        catalog_file.merge_file(target, write(tmp_path / "wrong.yaml", text))
    assert "abc123" not in str(caught.value)
    assert target.read_text() == MINE


def test_a_missing_file_is_an_input_error(tmp_path):
    with pytest.raises(InputFileError, match="No such file"):
        catalog_file.read_file(tmp_path / "none.yaml")


def test_patterns_match_or_say_what_is_near():
    known = catalog.snapshot()
    assert {m.id.split("/")[0] for m in known.match(["openai/*", "anthropic/*"])} == {"openai", "anthropic"}
    with pytest.raises(UnknownModel, match=r"near: .*gpt-3\.5"):
        known.match(["gpt-3.5"])


def test_a_synced_listing_replaces_the_snapshot(tmp_path):
    listing = [
        {
            "id": "acme/one",
            "context_length": 1000,
            "architecture": {"input_modalities": ["text", "image", "file"], "output_modalities": ["text"]},
            "pricing": {"prompt": "0.000001", "completion": "0.000002"},
            "supported_parameters": ["tools"],
        },
        {"id": "acme/auto", "pricing": {"prompt": "-1", "completion": "-1"}},
    ]
    path = tmp_path / "cache" / "models.json"
    assert catalog.write_synced(path, listing, "2026-11-24") == 2
    models = catalog.snapshot(path).models
    assert models["acme/one"].price == Price(1.0, 2.0)
    assert models["acme/one"].inputs == {"text", "image"}
    assert models["acme/one"].tools
    assert models["acme/auto"].price == Price(None, None)


@pytest.mark.parametrize("listing", [[], [{"name": "no id"}], [{"id": "a", "pricing": {"prompt": "free"}}]])
def test_a_bad_listing_leaves_the_old_one(tmp_path, listing):
    path = tmp_path / "models.json"
    catalog.write_synced(path, [{"id": "acme/one"}], "2026-11-24")
    before = path.read_text()
    with pytest.raises(ConfigError):
        catalog.write_synced(path, listing, "2026-11-25")
    assert path.read_text() == before


def test_a_damaged_synced_file_says_how_to_mend_it(tmp_path):
    path = tmp_path / "models.json"
    path.write_text(json.dumps({"data": [1]}))
    with pytest.raises(ConfigError, match="turnout models sync"):
        catalog.snapshot(path)
