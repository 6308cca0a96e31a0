"""A fitted router: it reads the prompt, survives its file, and says what it does not know."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from turnout import build
from turnout.catalog import Catalogue
from turnout.datasets import load
from turnout.encoders import MiniLM, StaticEncoder, Surface
from turnout.errors import CorruptArtifact
from turnout.evidence import artifact
from turnout.evidence.averages import Averages
from turnout.evidence.shipped import Aggregate
from turnout.fitted import FittedRouter, Refined, match_ids
from turnout.preference import prefer
from turnout.router import Router
from turnout.types import Model, Price, Prompt

OUTCOMES = Path(__file__).parents[2] / "docs" / "examples" / "outcomes.csv"
SMALL, LARGE = "local/smollm2-135m", "local/qwen2.5-coder-1.5b"


@pytest.fixture(scope="module")
def encoder(minilm_folder) -> MiniLM:
    return MiniLM(minilm_folder)


@pytest.fixture(scope="module")
def router(encoder) -> FittedRouter:
    return FittedRouter.fit(load(str(OUTCOMES)), encoder)


def model(name: str) -> Model:
    return Model(name, "local", name, Price(per_second=1e-5))


def test_it_comes_back_from_its_file_as_it_was(router, encoder, tmp_path):
    router.save(tmp_path / "r.npz")
    again = FittedRouter.load(tmp_path / "r.npz", lambda name: encoder)
    assert again.header["models"] == router.header["models"]
    prompts = [Prompt("What is 31 × 12?"), Prompt("Übersetze: Guten Morgen")]
    models = [model(SMALL), model(LARGE), model("local/unknown")]
    ids = [m.id for m in models]
    before, after = (r.bind(ids, Averages(())).estimate(prompts, models) for r in (router, again))
    np.testing.assert_array_equal(before.quality, after.quality)
    assert np.isfinite(after.quality[:, :2]).all()
    assert np.isnan(after.quality[:, 2]).all()
    assert after.basis[0].latency_source == "outcomes, mean"
    assert not after.basis[0].cost_is_estimate


def test_bound_anew_it_speaks_of_the_new_catalogue_and_averages(router):
    models, prompts = [model(SMALL), model("local/unknown")], [Prompt("What is 31 × 12?")]
    figures = {name: None for name in Aggregate.__dataclass_fields__ if name.endswith(("_usd", "_s", "_tokens"))}
    timed = Aggregate(
        **figures | {"latency_p50_s": 3.0}, model="local/unknown", modality="text", category="code", benchmark="b",
        metric="", n=9, quality=None, quality_low=None, quality_high=None, source="test", date="",
    )  # fmt: skip
    for _ in range(2):
        bare = router.bind([SMALL], Averages(())).estimate(prompts, models)
        full = router.bind(["local/unknown"], Averages([timed])).estimate(prompts, models)
        assert np.isfinite(bare.quality).tolist() == [[True, False]]
        assert not np.isfinite(full.quality).any()
        assert full.latency_s[0, 1] == 3.0
        assert [b.latency_source for b in (*bare.basis, *full.basis)] == ["outcomes, mean", "", "", "b, code"]


def test_the_prompt_decides_and_the_neighbours_explain(router):
    models = [model(SMALL), model(LARGE)]
    router.bind([m.id for m in models], Averages(()))
    decision = Router(models, router).decide([Prompt("What is 41 × 12?")], prefer("best"), with_neighbours=True)[0]
    assert decision.winner.model_id == LARGE
    assert "17 times 6" in decision.neighbours[0].prompt
    assert decision.neighbours[0].similarity >= decision.neighbours[-1].similarity
    assert set(decision.neighbours[0].quality) >= {SMALL, LARGE}


def test_other_files_and_other_encoders_are_refused(router, encoder, tmp_path):
    artifact.save(tmp_path / "other.npz", kind="something", header={}, arrays={"a": np.zeros(1)})
    with pytest.raises(CorruptArtifact, match="something"):
        FittedRouter.load(tmp_path / "other.npz", lambda name: encoder)
    artifact.save(tmp_path / "empty.npz", kind="router", header={}, arrays={"a": np.zeros(1)})
    with pytest.raises(CorruptArtifact, match="lacks what a fitted router needs"):
        FittedRouter.load(tmp_path / "empty.npz", lambda name: encoder)
    router.save(tmp_path / "r.npz")

    class Other:
        name, dim = "another", 384

    with pytest.raises(CorruptArtifact, match="not 'another'"):
        FittedRouter.load(tmp_path / "r.npz", lambda name: Other())


def test_a_router_file_is_read_with_the_encoder_it_was_fitted_with(minilm_folder, static_folder, settings, tmp_path):
    """Whatever encoder is set: the file knows."""
    for folder in ("weights", "static"):
        (settings.cache_dir / folder).parent.mkdir(parents=True, exist_ok=True)
        (settings.cache_dir / folder).symlink_to(static_folder.parent / folder)
    kept = FittedRouter.fit(load(str(OUTCOMES)), StaticEncoder(minilm_folder, static_folder))
    kept.save(tmp_path / "r.npz")
    again = build.fitted(tmp_path / "r.npz", settings, Catalogue({}))
    assert settings.encoder == "minilm+surface"
    assert isinstance(again.encoder, StaticEncoder)
    prompts, models = [Prompt("What is 31 × 12?")], [model(LARGE)]
    assert np.isnan(again.estimate(prompts, models).quality).all()  # the catalogue is empty
    estimates = [r.bind([LARGE], Averages(())).estimate(prompts, models).quality for r in (kept, again)]
    np.testing.assert_array_equal(*estimates)


@pytest.mark.parametrize("name", ["minilm", "minilm-int8+surface"])
def test_every_kind_of_minilm_is_found_again_and_vectors_are_kept_unless_unwanted(
    name, minilm_folder, settings, tmp_path
):
    settings = settings.model_copy(update={"encoder": name})
    settings.weights_dir.parent.mkdir(parents=True, exist_ok=True)
    settings.weights_dir.symlink_to(minilm_folder.parent)
    fitted = FittedRouter.fit(load(str(OUTCOMES)), build.encoder(settings, cached=False))
    fitted.save(tmp_path / "r.npz")
    prompt = [Prompt("What is 31 × 12?")]
    default, vectors = settings.model_copy(update={"encoder": "static"}), settings.cache_dir / "vectors"
    for cached in (False, True):
        again = build.fitted(tmp_path / "r.npz", default, Catalogue({LARGE: model(LARGE)}), cached=cached)
        assert again.encoder.name == fitted.encoder.name == fitted.header["encoder"]
        quality = again.estimate(prompt, [model(LARGE)]).quality
        np.testing.assert_array_equal(
            quality, fitted.bind([LARGE], Averages(())).estimate(prompt, [model(LARGE)]).quality
        )
        assert vectors.exists() == cached


def test_a_server_of_the_static_encoder_loads_nothing_that_only_fitting_needs(minilm_folder, static_folder, tmp_path):
    kept = FittedRouter.fit(load(str(OUTCOMES)), Surface(StaticEncoder(minilm_folder, static_folder)))
    kept.save(tmp_path / "r.npz")
    code = f"""
import sys
from pathlib import Path
from turnout import build
from turnout.catalog import Catalogue
from turnout.config import Settings
from turnout.preference import prefer
from turnout.router import Router
from turnout.types import Model, Price, Prompt

models = [Model({LARGE!r}, "mybox", "m", Price(0.1, 0.1))]
settings = Settings(cache_dir=Path({str(static_folder.parent)!r}), state_dir=Path({str(tmp_path)!r}), download="never")
router = build.fitted(Path({str(tmp_path / "r.npz")!r}), settings, Catalogue({{m.id: m for m in models}}), cached=False)
Router(models, router).decide([Prompt("What is 31 × 12?")], prefer())
print([m for m in ("sklearn", "scipy", "onnx", "onnxruntime", "pandas", "sqlalchemy") if m in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_names_of_data_sets_find_their_catalogue_entries():
    catalogue = ["qwen/qwen2.5-7b-instruct", "a/twin", "b/twin", "local/x"]
    found = match_ids(["Qwen2.5-7B-Instruct", "twin", "local/x", "nobody"], catalogue)
    assert found == {"qwen/qwen2.5-7b-instruct": "Qwen2.5-7B-Instruct", "local/x": "local/x"}


def aggregate(name: str, benchmark: str, quality: float) -> Aggregate:
    numbers = (50, quality, quality - 0.1, quality + 0.1, None, None, None, 1.0, 2.0, None)
    return Aggregate(name, "text", "reasoning", benchmark, "accuracy", *numbers, "test", "2026-11")


def test_averages_of_its_own_benchmark_are_refined_and_others_left_alone(router):
    models = [model(SMALL), model(LARGE), model("local/unknown")]
    rows = [aggregate(m.id, "ours", 0.5) for m in models]
    averages = Averages(rows)
    router.bind([m.id for m in models], averages)
    refined = Refined(averages, lambda: router, "ours")
    prompt = Prompt("What is 41 × 12?", category="reasoning")
    found = refined.estimate([prompt], models)
    np.testing.assert_array_equal(found.quality[:, :2], router.estimate([prompt], models).quality[:, :2])
    assert found.quality[0, 2] == 0.5
    assert found.latency_s[0, 0] == 1.0
    assert [b.scope for b in found.basis] == ["prompt", "prompt", "category"]
    unread = Prompt("", category="reasoning", token_count=0)
    assert refined.estimate([unread], models).quality.tolist() == [[0.5, 0.5, 0.5]]
    elsewhere = Refined(averages, lambda: router, "another")
    assert elsewhere.estimate([prompt], models).quality.tolist() == [[0.5, 0.5, 0.5]]
    assert Refined(averages, lambda: None, "ours").estimate([prompt], models).quality.tolist() == [[0.5, 0.5, 0.5]]
    assert refined.neighbours(prompt)
