"""Each public data set as upstream ships it: its size, known values, and what is said when it is missing or damaged."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from turnout.datasets import DATASETS, load, present, recorded
from turnout.datasets.llmdrift import FILES
from turnout.datasets.sources import SOURCES
from turnout.errors import DataError, InputFileError, UserError

# The data kept beside the checkout: of some sources the whole, of others a part.
KEPT = {
    "llmrouter": (5160, 9), "routerbench": (122, 11), "routellm-mmlu": (11267, 2), "routellm-gsm8k": (1066, 2),
    "mmlu-pro": (8704, 29), "mt-bench": (120, 6), "llmdrift": (1650, 4), "math-v": (2440, 15),
    "asr-librispeech": (2620, 4),
}  # fmt: skip


@pytest.mark.parametrize("name", DATASETS)
def test_each_data_set_is_read(name: str, data_dir: Path) -> None:
    info = DATASETS[name]
    if not present(info, data_dir):
        pytest.skip(f"{name} is not in {data_dir}")
    table = load(name, data_dir)
    assert table.name == name
    assert table.quality.shape == KEPT[name]
    assert len(set(table.prompt_ids)) == len(table.prompts)
    assert all(table.prompts)
    assert table.categories is not None
    scored = table.quality[np.isfinite(table.quality)]
    assert scored.min() >= 0
    assert scored.max() <= 1
    assert np.isnan(table.latency_s).all() == (name != "llmdrift"), "only LLMDrift measured latency"
    models = recorded(name, data_dir)
    assert set(models) <= set(table.model_ids)
    if models:
        answers = load(name, data_dir, models).responses
        assert all(any(answers[model]) for model in models)


def test_every_data_set_has_a_source() -> None:
    assert set(SOURCES) == set(DATASETS)
    for name, source in SOURCES.items():
        assert source.page.startswith("https://")
        assert bool(source.files) != bool(source.by_hand), "fetched, or said how it is got by hand"
        folder = Path(DATASETS[name].folder)
        paths = [Path(file.path) for file in source.files]
        assert len(set(paths)) == len(paths)
        assert all(path.is_relative_to(folder) for path in paths)
        probe = DATASETS[name].probes[0]
        assert not paths or any(part.match(probe) for path in paths for part in (path, *path.parents)), "it is found"
        assert all(file.url.startswith("https://") for file in source.files)


def test_llmrouter_values(data_dir: Path) -> None:
    table = load("llmrouter", data_dir)
    mean = dict(zip(table.model_ids, table.quality.mean(axis=0), strict=True))
    best = max(mean, key=mean.__getitem__)
    assert mean[best] == pytest.approx(0.654, abs=0.001)  # the constant-best policy
    assert table.quality.max(axis=1).mean() == pytest.approx(0.826, abs=0.002)  # the oracle
    assert len(set(table.categories or ())) == 13
    assert np.isnan(table.cost_usd).all(), "no answers, so no cost is known"


def test_mmlu_pro_empty_is_not_wrong(data_dir: Path) -> None:
    table = load("mmlu-pro", data_dir)
    assert np.isnan(table.quality).sum() == 1357
    assert np.isfinite(table.output_tokens).any(axis=0).sum() == 12
    pro = table.model_ids.index("gemini-1.5-pro-002")
    row = table.prompt_ids.index("83")
    assert np.isnan(table.quality[row, pro])
    assert np.isnan(table.output_tokens[row, pro])


def test_routerbench_prompts_are_text_and_costs_are_real(data_dir: Path) -> None:
    table = load("routerbench", data_dir)
    assert not any(prompt.startswith(("['", '["')) for prompt in table.prompts)
    assert np.isfinite(table.cost_usd).all()
    costs = dict(zip(table.model_ids, table.cost_usd.mean(axis=0), strict=True))
    assert max(costs, key=costs.__getitem__) == "gpt-4-1106-preview"


def test_routellm_values(data_dir: Path) -> None:
    mmlu, gsm8k = load("routellm-mmlu", data_dir), load("routellm-gsm8k", data_dir)
    assert mmlu.quality.sum() + gsm8k.quality.sum() == 16674 + 1592
    assert len(set(mmlu.categories or ())) == 57
    assert mmlu.quality[:, 1].mean() > mmlu.quality[:, 0].mean(), "GPT-4 is the second column"


def test_math_v_prompts_have_their_options(data_dir: Path) -> None:
    table = load("math-v", data_dir)
    assert any("\nA. " in prompt for prompt in table.prompts)
    assert table.quality.sum() == 4451


def test_librispeech_services_and_no_answer_in_the_prompt(data_dir: Path) -> None:
    table = load("asr-librispeech", data_dir)
    assert table.model_ids == ("google", "azure", "watson", "deepspeech")
    assert table.quality.mean(axis=0) == pytest.approx([0.8737, 0.8528, 0.8350, 0.9042], abs=1e-4)
    assert table.prompts[0] == "Transcribe the recording 1089-134686-0000.", "what was said would be the answer"
    assert set(table.categories or ()) == {"speech-recognition"}


def test_an_unknown_name_gets_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"did you mean mmlu-pro\?.*routerbench"):
        load("mmlu_pro", tmp_path)


@pytest.mark.parametrize("folder", [None, "."])
def test_data_that_is_not_here_says_how_to_say_where(tmp_path: Path, folder: str | None) -> None:
    with pytest.raises(InputFileError, match=r"TURNOUT_DATA.*llmrouter|llmrouter.*TURNOUT_DATA"):
        load("llmrouter", None if folder is None else tmp_path)
    assert not present(DATASETS["llmrouter"], None if folder is None else tmp_path)


def test_a_missing_file_is_not_taken_for_a_name() -> None:
    with pytest.raises(InputFileError, match=r"absent\.csv"):
        load("absent.csv")


def write_llmrouter(folder: Path, *lines: str) -> Path:
    (folder / "llmrouter").mkdir()
    (folder / "llmrouter" / "scores.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    return folder


GOOD = '{"task": "t", "question": "q", "scores": {"b": 0.5, "a": 1.0}}'


def test_models_are_found_whatever_the_order_of_keys(tmp_path: Path) -> None:
    other = '{"task": "t", "question": "r", "scores": {"a": 0.25, "b": 0.75}}'
    table = load("llmrouter", write_llmrouter(tmp_path, GOOD, other))
    assert table.model_ids == ("a", "b")
    assert table.quality.tolist() == [[1.0, 0.5], [0.25, 0.75]]


@pytest.mark.parametrize(
    "line",
    ['{"task": "t", "question": "q", "scores": {"a": 1}}', '{"task": "t", "question": "q", "scores": {"a": 2, "b": 0}}',
     '{"task": "t", "question": "q", "scores": [1, 2]}', '{"task": "t", "scores": {"a": 1, "b": 0}}'],
)  # fmt: skip
def test_a_malformed_row_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(DataError, match=r"scores\.jsonl\.gz: row 2: "):
        load("llmrouter", write_llmrouter(tmp_path, GOOD, line))


def test_a_routellm_verdict_must_be_one(tmp_path: Path) -> None:
    (tmp_path / "routellm").mkdir()
    (tmp_path / "routellm" / "gsm8k_responses.csv").write_text(
        "prompt,mistralai/Mixtral-8x7B-Instruct-v0.1,gpt-4-1106-preview\nq,True,maybe\n"
    )
    with pytest.raises(DataError, match=r"gsm8k_responses\.csv: row 2: 'gpt-4-1106-preview'"):
        load("routellm-gsm8k", tmp_path)


@pytest.mark.parametrize("prompt", ["plain", "{1: 2}", "[1]", "__import__('os')", "[" * 300])
def test_a_routerbench_prompt_is_a_list_of_texts(tmp_path: Path, prompt: str) -> None:
    (tmp_path / "routerbench").mkdir()
    (tmp_path / "routerbench" / "routerbench_0shot_slice.csv").write_text(
        f'sample_id,prompt,eval_name,m,m|total_cost\n1,"{prompt}",e,1,0.1\n'
    )
    with pytest.raises(DataError, match="row 2: 'prompt'"):
        load("routerbench", tmp_path)


def test_mt_bench_values(data_dir: Path) -> None:
    table = load("mt-bench", data_dir)
    assert table.quality.sum() == pytest.approx(table.quality.size / 2, rel=0.1), "what one wins, another loses"
    mean = dict(zip(table.model_ids, table.quality.mean(axis=0), strict=True))
    assert max(mean, key=mean.__getitem__) == "gpt-4"
    assert min(mean, key=mean.__getitem__) == "llama-13b"
    assert np.isnan(table.cost_usd).all()


def test_llmdrift_values(data_dir: Path) -> None:
    """What the shipped evidence and the paper say: GPT-4's accuracy on primes fell from 84 % to 51 %."""
    table = load("llmdrift", data_dir)
    prime = np.array(table.categories) == "prime"
    mean = dict(zip(table.model_ids, table.quality[prime].mean(axis=0), strict=True))
    assert mean["openaichat/gpt-4-0314"] == pytest.approx(0.84, abs=0.005)
    assert mean["openaichat/gpt-4-0613"] == pytest.approx(0.511, abs=0.005)
    assert np.isnan(table.quality[np.array(table.categories) == "sensitive-questions"]).all(), "unscored"
    assert np.isfinite(table.cost_usd).all()
    assert table.latency_s.max() < 200, "retries of hours are cut off"
    assert (table.latency_s > 0).all()


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [("latency", "-1", "'latency'"), ("cost", "x", "'cost'"), ("ref_answer", "none", "'ref_answer'"),
     ("query", "another", "another query's"), ("model", "m", "before")],
)  # fmt: skip
def test_a_bad_llmdrift_row_is_named(tmp_path: Path, column: str, value: str, says: str) -> None:
    (tmp_path / "llmdrift").mkdir()
    row = {"model": "m", "id": "1", "query": "q", "ref_answer": "{3}", "answer": "boxed{3}", "latency": "1",
           "cost": "0.1", "answer_token": "5", "Clean_Code_Submit": "Accepted"}  # fmt: skip
    for name in FILES:
        bad = {**row, "model": "n", column: value} if name.startswith("COUNT") else {**row, "id": "2"}
        lines = [",".join(r.values()) for r in (row, bad)]
        (tmp_path / "llmdrift" / name).write_text("\n".join([",".join(row), *lines]) + "\n")
    with pytest.raises(DataError, match=r"COUNTAHAPPYNUMBER_EVAL\.csv: row 3: ") as caught:
        load("llmdrift", tmp_path)
    assert says in str(caught.value)
