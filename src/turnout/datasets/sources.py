"""Where each data set's files are published, as their authors' pages and code name them.

A checksum is pinned where it is known from more than one place; for the rest, `fetch` remembers what came first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["SOURCES", "RemoteFile", "Source"]


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file to fetch: its address, its place in the data folder, and what is known of its bytes."""

    url: str
    path: str
    sha256: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a data set comes from. Without `files` it cannot be fetched, and `by_hand` says what to do instead."""

    page: str
    files: tuple[RemoteFile, ...] = ()
    by_hand: str = ""


_RAW = "https://raw.githubusercontent.com"
_HUB = "https://huggingface.co"

_ROUTERBENCH = f"{_HUB}/datasets/withmartian/routerbench/resolve/784021482c3f320c6619ed4b3bb3b41a21424fcb"
_ROUTELLM = f"{_RAW}/lm-sys/RouteLLM/main/routellm/evals"
_MMLU_PRO = "https://github.com/TIGER-AI-Lab/MMLU-Pro/raw/main/eval_results"
_MATH_V = f"{_RAW}/mathllm/MATH-V/main"
_LLMDRIFT = f"{_RAW}/lchen001/LLMDrift/main/generation"
_SPEECH = f"{_RAW}/dighr/audio_analysis"

_SUBJECTS = """
abstract_algebra anatomy astronomy business_ethics clinical_knowledge college_biology college_chemistry
college_computer_science college_mathematics college_medicine college_physics computer_security conceptual_physics
econometrics electrical_engineering elementary_mathematics formal_logic global_facts high_school_biology
high_school_chemistry high_school_computer_science high_school_european_history high_school_geography
high_school_government_and_politics high_school_macroeconomics high_school_mathematics high_school_microeconomics
high_school_physics high_school_psychology high_school_statistics high_school_us_history high_school_world_history
human_aging human_sexuality international_law jurisprudence logical_fallacies machine_learning management marketing
medical_genetics miscellaneous moral_disputes moral_scenarios nutrition philosophy prehistory professional_accounting
professional_law professional_medicine professional_psychology public_relations security_studies sociology
us_foreign_policy virology world_religions
"""

_VISION = """
open-source/LLavA/LLaVA-v1.5-7B open-source/LLavA/LLaVA-v1.5-13B open-source/ShereGPT4V/ShareGPT4V-7B
open-source/ShereGPT4V/ShareGPT4V-13B open-source/Internlm/InternLM-XComposer2-VL
open-source/Internlm/InternLM-XComposer2-VL-CoT open-source/Sphinx/SPHINX-MoE open-source/Sphinx/SPHINX-v2
closed-source/Qwen/Qwen-VL-Max closed-source/Qwen/Qwen-VL-Max-CoT closed-source/Qwen/Qwen-VL-Plus
closed-source/Gemini/Gemini-Pro closed-source/Gemini/Gemini-Pro-CoT
"""
_WITHOUT_PICTURE = ("ChatGPT3.5-CoT (Text+Image Caption)", "GPT4-CoT (Text Only)")


def _vision() -> tuple[RemoteFile, ...]:
    quoted = [name.replace(" ", "%20").replace("+", "%2B") for name in _WITHOUT_PICTURE]
    addresses = [f"{name}.jsonl" for name in (*_VISION.split(), *(f"closed-source/GPT/{name}" for name in quoted))]
    names = [f"{name.rpartition('/')[2]}.jsonl" for name in (*_VISION.split(), *_WITHOUT_PICTURE)]
    return (
        RemoteFile(f"{_MATH_V}/data/test.jsonl", "mathv/test.jsonl"),
        *(RemoteFile(f"{_MATH_V}/outputs/{address}", f"mathv/outputs/{name}")
          for address, name in zip(addresses, names, strict=True)),
    )  # fmt: skip


def _table() -> dict[str, Source]:
    from turnout.datasets import llmdrift, mmlu_pro, mt_bench

    return {
        "routerbench": Source(
            f"{_HUB}/datasets/withmartian/routerbench",
            (RemoteFile(
                f"{_ROUTERBENCH}/routerbench_0shot.pkl", "routerbench/routerbench_0shot.pkl",
                "ba4f77f19517610a707c374e99322d7750c30fc4ae7ff5527888595a1e65d36d", 99_567_659,
            ),),
        ),
        "routerbench-5shot": Source(
            f"{_HUB}/datasets/withmartian/routerbench",
            (RemoteFile(
                f"{_ROUTERBENCH}/routerbench_5shot.pkl", "routerbench/routerbench_5shot.pkl",
                "fbd7d3d16fba2759a18fa0ad44409d3e0e92ba80d03d90827eed1a6d084c9ffe",
            ),),
        ),
        "llmrouter": Source(
            "https://github.com/ulab-uiuc/LLMRouter",
            by_hand="its authors publish no file with these scores under a lasting address; follow its README to make"
            " the routing data, and write one line per question with task, question and scores (a number from 0 to 1"
            " per model) to {folder}/llmrouter/scores.jsonl.gz",
        ),
        "routellm-mmlu": Source(
            "https://github.com/lm-sys/RouteLLM",
            tuple(RemoteFile(f"{_ROUTELLM}/mmlu/responses/mmlu_{s}.csv", f"routellm/mmlu/mmlu_{s}.csv")
                  for s in _SUBJECTS.split()),
        ),
        "routellm-gsm8k": Source(
            "https://github.com/lm-sys/RouteLLM",
            (RemoteFile(f"{_ROUTELLM}/gsm8k/gsm8k_responses.csv", "routellm/gsm8k_responses.csv"),),
        ),
        "mmlu-pro": Source(
            "https://github.com/TIGER-AI-Lab/MMLU-Pro",
            tuple(RemoteFile(f"{_MMLU_PRO}/{name}", f"mmlu_pro/{name}")
                  for name in (f"model_outputs_{model}_5shots.zip" for model in mmlu_pro.MODELS)),
        ),
        "mt-bench": Source(
            f"{_HUB}/datasets/lmsys/mt_bench_human_judgments",
            (
                RemoteFile(f"{_HUB}/datasets/lmsys/mt_bench_human_judgments/resolve/main/data/{mt_bench.VOTES}",
                           f"mt_bench/{mt_bench.VOTES}"),
                RemoteFile(f"{_HUB}/datasets/lmsys/mt_bench_human_judgments/resolve/main/data/{mt_bench.VERDICTS}",
                           f"mt_bench/{mt_bench.VERDICTS}"),
                RemoteFile(f"{_HUB}/spaces/lmsys/mt-bench/resolve/main/data/mt_bench/question.jsonl",
                           "mt_bench/question.jsonl"),
            ),
        ),
        "math-v": Source("https://github.com/mathllm/MATH-V", _vision()),
        "llmdrift": Source(
            "https://github.com/lchen001/LLMDrift",
            tuple(RemoteFile(f"{_LLMDRIFT}/{name}", f"llmdrift/{name}") for name in llmdrift.FILES),
        ),
        "asr-librispeech": Source(
            "https://github.com/dighr/audio_analysis",
            tuple(RemoteFile(f"{_SPEECH}/{commit}/transcription_performance_test/en/190423/{name}.csv",
                             f"asr/{name}.csv")
                  for name, commit in (
                      ("google", "685b6ba040e70edd48fc5ba0e3dd900ac5afe740"),
                      ("azure", "685b6ba040e70edd48fc5ba0e3dd900ac5afe740"),
                      ("watson", "685b6ba040e70edd48fc5ba0e3dd900ac5afe740"),
                      ("deepspeech", "0a691c151e2943ce92f749133335820a3c5102e6"))),
        ),
    }  # fmt: skip


SOURCES: Mapping[str, Source] = MappingProxyType(_table())
