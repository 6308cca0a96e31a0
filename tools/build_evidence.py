"""Write src/turnout/evidence/data/*.csv from the public data sets: the same bytes each time.

``python tools/build_evidence.py [DATA_DIR]`` (default: TURNOUT_DATA, else ../shared/data beside the checkout).
What each file counts, and what it leaves out, is said in the docstring of the function that makes it.
"""

from __future__ import annotations

import csv
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from turnout.evidence.interval import bootstrap, normal, wilson
from turnout.evidence.shipped import COLUMNS, read_aggregates

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src" / "turnout" / "evidence" / "data"
FEWEST = 8  # a mean of fewer trials says nothing worth shipping

Row = dict[str, Any]

MMLU_PRO = {
    "DeepSeek-Coder-V2": "deepseek/deepseek-coder-v2",
    "Llama-2-13b-hf": "meta-llama/llama-2-13b",
    "Llama-2-70b-hf": "meta-llama/llama-2-70b",
    "Llama-2-7b-hf": "meta-llama/llama-2-7b",
    "Meta-Llama-3-70B": "meta-llama/llama-3-70b",
    "Meta-Llama-3-8B": "meta-llama/llama-3-8b",
    "Meta-Llama-3_1-70B": "meta-llama/llama-3.1-70b",
    "Meta-Llama-3_1-70B-Instruct": "meta-llama/llama-3.1-70b-instruct",
    "Meta-Llama-3_1-8B": "meta-llama/llama-3.1-8b",
    "Meta-Llama-3_1-8B-Instruct": "meta-llama/llama-3.1-8b-instruct",
    "Mistral-7B-Instruct-v0.1": "mistralai/mistral-7b-instruct-v0.1",
    "Mistral-7B-Instruct-v0.2": "mistralai/mistral-7b-instruct-v0.2",
    "Mistral-7B-v0.1": "mistralai/mistral-7b-v0.1",
    "Mistral-7B-v0.2-hf": "mistralai/mistral-7b-v0.2",
    "Mixtral-8x7B-Instruct-v0.1": "mistralai/mixtral-8x7b-instruct",
    "Mixtral-8x7B-v0.1": "mistralai/mixtral-8x7b",
    "Phi-3-mini-4k-instruct": "microsoft/phi-3-mini-4k-instruct",
    "Qwen1.5-110B": "qwen/qwen1.5-110b",
    "Qwen1.5-72B-Chat": "qwen/qwen1.5-72b-chat",
    "Qwen1.5-7B-Chat": "qwen/qwen1.5-7b-chat",
    "Yi-34B": "01-ai/yi-34b",
    "Yi-6B": "01-ai/yi-6b",
    "Yi-6b-Chat": "01-ai/yi-6b-chat",
    "c4ai-command-r-v01": "cohere/command-r",
    "gemini-1.5-flash-002": "google/gemini-1.5-flash-002",
    "gemini-1.5-pro-002": "google/gemini-1.5-pro-002",
    "gemma-7b": "google/gemma-7b",
    "jamba-1.5-large": "ai21/jamba-1.5-large",
    "mathstral-7B": "mistralai/mathstral-7b",
}
MATH_V = {
    "LLaVA-v1.5-7B": "liuhaotian/llava-v1.5-7b",
    "LLaVA-v1.5-13B": "liuhaotian/llava-v1.5-13b",
    "ShareGPT4V-7B": "lin-chen/sharegpt4v-7b",
    "ShareGPT4V-13B": "lin-chen/sharegpt4v-13b",
    "InternLM-XComposer2-VL": "internlm/internlm-xcomposer2-vl",
    "SPHINX-MoE": "alpha-vllm/sphinx-moe",
    "SPHINX-v2": "alpha-vllm/sphinx-v2",
    "Qwen-VL-Max": "qwen/qwen-vl-max",
    "Qwen-VL-Plus": "qwen/qwen-vl-plus",
    "Gemini-Pro": "google/gemini-pro-vision",
}
MT_BENCH = {
    "alpaca-13b": "tatsu-lab/alpaca-13b",
    "claude-v1": "anthropic/claude-v1",
    "gpt-4": "openai/gpt-4",
    "llama-13b": "meta-llama/llama-13b",
    "vicuna-13b-v1.2": "lmsys/vicuna-13b-v1.2",
}
SPEECH = {
    "google": "google/speech-to-text",
    "azure": "microsoft/azure-speech",
    "watson": "ibm/watson-speech-to-text",
    "deepspeech": "mozilla/deepspeech",
}
ROUTERBENCH = {
    "WizardLM/WizardLM-13B-V1.2": "wizardlm/wizardlm-13b-v1.2",
    "claude-instant-v1": "anthropic/claude-instant-v1",
    "claude-v1": "anthropic/claude-v1",
    "claude-v2": "anthropic/claude-2",
    "gpt-3.5-turbo-1106": "openai/gpt-3.5-turbo-1106",
    "gpt-4-1106-preview": "openai/gpt-4-1106-preview",
    "meta/code-llama-instruct-34b-chat": "meta-llama/codellama-34b-instruct",
    "meta/llama-2-70b-chat": "meta-llama/llama-2-70b-chat",
    "mistralai/mistral-7b-chat": "mistralai/mistral-7b-instruct",
    "mistralai/mixtral-8x7b-chat": "mistralai/mixtral-8x7b-instruct",
    "zero-one-ai/Yi-34B-Chat": "01-ai/yi-34b-chat",
}


def accuracy(scores: Iterable[float]) -> Row:
    """n, mean and Wilson interval of scores in [0, 1]."""
    array = np.asarray(list(scores), dtype=float)
    mean = float(array.mean())
    low, high = wilson(mean, array.size)
    return {"n": array.size, "quality": mean, "quality_low": low, "quality_high": high}


def mmlu_pro(data: Path) -> Iterator[Row]:
    """Overall (all subjects) under question-answering, and each subject.

    The subject math stands under reasoning/math, not question-answering/math, and only there: what is measured is a
    calculation of several steps, and `reasoning` is where the categories put mathematics. Rows not run are left out.
    """
    correct = pd.read_csv(data / "mmlu_pro" / "correct.csv.gz").set_index("id")
    tokens = pd.read_csv(data / "mmlu_pro" / "response_tokens.csv.gz").set_index("id").reindex(correct.index)
    prompts = pd.read_json(data / "mmlu_pro" / "prompts.jsonl.gz", lines=True).set_index("id").reindex(correct.index)
    source = "MMLU-Pro, a slice of 8,704 questions in 13 subjects (TIGER-AI-Lab/MMLU-Pro, arXiv 2406.01574, Apache-2.0)"
    for column, model in MMLU_PRO.items():
        ran = correct[column].notna()
        gaps = f"; {(~ran).sum():,} questions not run, mostly chemistry and engineering" if (~ran).sum() > 100 else ""
        slices = {"question-answering": ran}
        for task in sorted(prompts.task.unique()):
            subject = task.replace(" ", "-")
            slices["reasoning/math" if subject == "math" else f"question-answering/{subject}"] = ran & (
                prompts.task == task
            )
        for category, rows in slices.items():
            row = {"model": model, "category": category, "benchmark": "MMLU-Pro", "metric": "accuracy"}
            row |= accuracy(correct.loc[rows, column])
            # The question alone, without the worked examples that precede it in the evaluation.
            row["input_tokens"] = prompts.prompt_tokens[rows].mean()
            if column in tokens:
                row["output_tokens"] = tokens.loc[rows, column].mean()
            yield row | {"source": source + gaps, "date": "2024"}


def mt_bench(data: Path) -> Iterator[Row]:
    """Human win rate against gpt-3.5-turbo, a tie being half a win; both turns, experts and authors.

    The interval is the wider of a bootstrap by question and Wilson's: ten questions a category can all agree.
    """
    votes = pd.read_json(data / "mt_bench" / "human.jsonl", lines=True)
    questions = pd.read_json(data / "mt_bench" / "question.jsonl", lines=True).set_index("question_id")
    reference = "gpt-3.5-turbo"
    votes = votes[(votes.model_a == reference) | (votes.model_b == reference)]
    first = votes.model_a == reference
    votes = votes.assign(
        model=votes.model_b.where(first, votes.model_a),
        score=np.where(votes.winner == "tie", 0.5, ((votes.winner == "model_b") == first).astype(float)),
        kind=votes.question_id.map(questions.category),
    )
    places = {
        "generation": ("writing", "roleplay"),
        "generation/writing": ("writing",),
        "generation/roleplay": ("roleplay",),
        "reasoning": ("reasoning", "math"),
        "reasoning/math": ("math",),
        "code": ("coding",),
        "extraction": ("extraction",),
        "question-answering": ("stem", "humanities"),
        "question-answering/stem": ("stem",),
        "question-answering/humanities": ("humanities",),
    }
    common: Row = {
        "benchmark": "MT-Bench",
        "metric": "human win rate vs gpt-3.5-turbo",
        "source": "MT-Bench human votes (lm-sys/FastChat, arXiv 2306.05685, CC-BY-4.0), models as served in mid 2023",
        "date": "2023-06",
    }
    for category, kinds in places.items():
        here = votes[votes.kind.isin(kinds)]
        if here.empty:
            continue
        by_definition = {"n": len(here), "quality": 0.5, "quality_low": 0.5, "quality_high": 0.5}
        yield common | {"model": "openai/gpt-3.5-turbo", "category": category} | by_definition
        for name, model in MT_BENCH.items():
            cast = here[here.model == name]
            row = common | {"model": model, "category": category} | accuracy(cast.score)
            low, high = bootstrap(cast.score.to_numpy(), cast.question_id.tolist())
            row["quality_low"], row["quality_high"] = min(low, row["quality_low"]), max(high, row["quality_high"])
            yield row


def math_v(data: Path) -> Iterator[Row]:
    """Image questions, overall and by subject; chain-of-thought prompting is a benchmark of its own.

    Left out: the two configurations that never saw the image (GPT-4 text only, ChatGPT with a caption).
    """
    correct = pd.read_csv(data / "mathv" / "correct.csv.gz")
    questions = pd.read_json(data / "mathv" / "questions.jsonl.gz", lines=True).set_index("id")
    subject = correct.id.map(questions.subject).str.removeprefix("metric geometry - ").str.replace(" ", "-")
    source = "MATH-Vision, a slice of 2,440 questions (mathllm/MATH-V, arXiv 2402.14804, MIT)"
    for column in correct.columns.drop("id"):
        model = MATH_V.get(column.removesuffix("-CoT"))
        if model is None:
            continue
        benchmark = "MATH-Vision, chain of thought" if column.endswith("-CoT") else "MATH-Vision"
        common = {"model": model, "modality": "image", "benchmark": benchmark, "metric": "accuracy"}
        common |= {"source": source, "date": "2024-02"}
        yield common | {"category": "question-answering"} | accuracy(correct[column])
        for name in sorted(subject.unique()):
            yield common | {"category": f"question-answering/{name}"} | accuracy(correct.loc[subject == name, column])


def word_accuracy(reference: str, heard: str) -> float:
    """1 − word error rate, not below 0; case and punctuation do not count, apostrophes do."""
    a, b = (re.sub(r"[^a-z0-9' ]+", " ", text.lower()).split() for text in (reference, heard))
    costs = list(range(len(b) + 1))
    for i, word in enumerate(a, 1):
        diagonal, costs[0] = costs[0], i
        for j, other in enumerate(b, 1):
            diagonal, costs[j] = costs[j], min(costs[j] + 1, costs[j - 1] + 1, diagonal + (word != other))
    return max(0.0, 1 - costs[-1] / len(a))


def librispeech(data: Path) -> Iterator[Row]:
    """Mean word accuracy over utterances, counted anew from the transcripts.

    The data set's own accuracy column treats apostrophes as spaces in some rows (its means differ by 0.002 at most).
    """
    table = pd.read_csv(data / "asr" / "librispeech_test_clean.csv.gz", keep_default_na=False)
    for column, model in SPEECH.items():
        scores = [word_accuracy(*pair) for pair in zip(table.reference, table[f"{column}|text"], strict=True)]
        low, high = normal(scores)
        yield {
            "model": model,
            "modality": "audio",
            "category": "speech-recognition",
            "benchmark": "LibriSpeech test-clean",
            "metric": "word accuracy (1 − WER), mean over utterances",
            "n": len(scores),
            "quality": float(np.mean(scores)),
            "quality_low": low,
            "quality_high": high,
            "source": "LibriSpeech test-clean, transcripts of four services (dighr/audio_analysis, MIT)",
            "date": "",  # the source does not say
        }


def llmdrift(data: Path) -> Iterator[Row]:
    """Four snapshots, with measured cost and latency. No answer where one was asked for counts as wrong.

    Latency is cut at its 99th percentile before anything else: retries of hours are in the data. LeetCode counts what
    was accepted after Markdown's code fences were taken off, as any reader of a chat would; the paper's "directly
    usable" does not take them off.
    """

    def prime(row: Any) -> bool:
        bracketed = re.findall(r"\[(yes|no)\b", row.answer.lower())
        said = bracketed or re.findall(r"\b(yes|no)\b", row.answer.lower())
        return bool(said) and said[-1] == row.ref_answer.lower()

    def happy(row: Any) -> bool:
        boxed = re.findall(r"boxed\s*\{+\s*(\d+)", row.answer)
        return bool(boxed) and boxed[-1] == re.findall(r"\d+", row.ref_answer)[0]

    def accepted(row: Any) -> bool:
        return "Accepted" in row.Clean_Code_Submit

    tests = (
        ("PRIME_FULL_EVAL", "reasoning/math", "LLMDrift prime numbers", "accuracy", prime),
        ("COUNTAHAPPYNUMBER_EVAL", "reasoning/math", "LLMDrift happy numbers", "accuracy", happy),
        ("LEETCODE_EASY_EVAL", "code", "LLMDrift LeetCode easy", "accepted by the judge", accepted),
    )
    for file, category, benchmark, metric, judge in tests:
        table = pd.read_csv(data / "llmdrift" / f"{file}.csv.gz")
        for name, rows in table.groupby("model"):
            seconds = rows.latency.clip(upper=rows.latency.quantile(0.99))
            row = {
                "model": str(name).replace("openaichat", "openai"),
                "category": category,
                "benchmark": benchmark,
                "metric": metric,
                "cost_usd": rows.cost.mean(),
                "output_tokens": rows.answer_token.mean(),
                "latency_p50_s": seconds.quantile(0.5),
                "latency_p95_s": seconds.quantile(0.95),
                "source": "LLMDrift (lchen001/LLMDrift, arXiv 2307.09009, Apache-2.0)",
                "date": "2023-07",
            }
            yield row | accuracy(rows.apply(judge, axis=1))


def llmperf(data: Path) -> Iterator[Row]:
    """Latency of Llama 2 chat by size: the median over hosts of each host's median and 95th percentile.

    Only requests without an error count, and only hosts with at least 50 of them.
    """
    for size in ("7b", "13b", "70b"):
        hosts = {}
        for path in sorted((data / "llmperf").glob(f"*_{size}.json")):
            runs = pd.DataFrame(json.loads(path.read_text()))
            runs = runs[runs.error_code.isna()]
            if len(runs) >= 50:
                hosts[path.stem.removesuffix(f"_{size}")] = runs
        whole = [runs.end_to_end_latency_s for runs in hosts.values()]
        yield {
            "model": f"meta-llama/llama-2-{size}-chat",
            "category": "generation",
            "benchmark": "LLMPerf 550 in, 150 out",
            "metric": "latency",
            "n": sum(len(runs) for runs in hosts.values()),
            "input_tokens": np.mean(np.concatenate([runs.number_input_tokens for runs in hosts.values()])),
            "output_tokens": np.mean(np.concatenate([runs.number_output_tokens for runs in hosts.values()])),
            "latency_p50_s": np.median([runs.quantile(0.5) for runs in whole]),
            "latency_p95_s": np.median([runs.quantile(0.95) for runs in whole]),
            "ttft_p50_s": np.median([runs.ttft_s.median() for runs in hosts.values()]),
            "source": f"LLMPerf leaderboard, median over {', '.join(hosts)}"
            " (ray-project/llmperf-leaderboard, Apache-2.0)",
            "date": "2023-12",
        }


def routerbench(data: Path) -> Iterator[Row]:
    """The 0-shot slice by category: HellaSwag and WinoGrande are common sense, ARC and MMLU are questions.

    Costs are RouterBench's, from tokens and the prices of early 2024. Left out: tasks too few to average
    (summaries, riddles, bias).
    """
    table = pd.read_csv(data / "routerbench" / "routerbench_0shot_slice.csv")
    name = table.eval_name
    common_sense, math = name.isin(["hellaswag", "winogrande"]), name == "grade-school-math"
    slices = {
        "question-answering": name.str.startswith(("mmlu-", "arc-")),
        "reasoning": common_sense | math,
        "reasoning/common-sense": common_sense,
        "reasoning/math": math,
    }
    for column, model in ROUTERBENCH.items():
        for category, rows in slices.items():
            row = {"model": model, "category": category, "benchmark": "RouterBench 0-shot", "metric": "accuracy"}
            row |= accuracy(table.loc[rows, column])
            if row["n"] < FEWEST:
                continue
            row["cost_usd"] = table.loc[rows, f"{column}|total_cost"].mean()
            source = "RouterBench, a slice of 122 prompts (arXiv 2403.12031, via FrontierCS/Frontier-CS, MIT)"
            yield row | {"source": source, "date": "2024-03"}


def write(path: Path, rows: Iterable[Row]) -> int:
    """One CSV file, sorted, in the precision that the intervals justify; read back to be sure of it."""
    digits = {"cost_usd": ".4g", "input_tokens": ".1f", "output_tokens": ".1f"}

    def cell(column: str, row: Row) -> str:
        value = row.get(column, "text" if column == "modality" else "")
        return (
            value
            if isinstance(value, str)
            else str(value)
            if column == "n"
            else format(value, digits.get(column, ".4f"))
        )

    table = [[cell(column, row) for column in COLUMNS] for row in rows]
    order = [COLUMNS.index(c) for c in ("modality", "benchmark", "metric", "category", "model")]
    table.sort(key=lambda cells: [cells[i] for i in order])
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([COLUMNS, *table])
    return len(read_aggregates(path))


def main() -> None:
    """Write every file and say how many rows it has."""
    default = os.environ.get("TURNOUT_DATA") or ROOT.parent / "shared" / "data"
    data = Path(sys.argv[1] if len(sys.argv) > 1 else default)
    TARGET.mkdir(exist_ok=True)
    for build in (mmlu_pro, mt_bench, math_v, librispeech, llmdrift, llmperf, routerbench):
        print(f"{build.__name__}.csv: {write(TARGET / f'{build.__name__}.csv', build(data))} rows")


if __name__ == "__main__":
    main()
