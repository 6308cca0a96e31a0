"""Requests and answers that the OpenAPI document and its page show, one for each endpoint.

Answers of chat, vectors and decisions are real ones of models that run on the reader's own machine, cut short.
"""

from __future__ import annotations

from typing import Any

__all__ = ["ANSWERS", "ASKED", "STREAM"]

_SKY = [{"role": "user", "content": "Why is the sky blue? One sentence."}]
_CHOSEN = "local/qwen2.5-coder-1.5b"
_USAGE = {"prompt_tokens": 38, "completion_tokens": 19, "total_tokens": 57, "cost": 4.9155e-05}
_ANSWER = "The sky is blue due to the scattering of blue light by tiny particles in the atmosphere."
_SOURCE = "Turnout's own tasks (turnout bench --suite turnout-1000), scored by rules; 2 vCPU, one thread a model"

ASKED: dict[str, Any] = {
    "/v1/chat/completions": {
        "model": "auto",
        "messages": _SKY,
        "turnout": {"category": "question-answering/physics", "price": "high", "max_usd": 0.001},
    },
    "/v1/messages": {
        "model": "auto",
        "max_tokens": 30,
        "messages": [{"role": "user", "content": "Name three colours."}],
    },
    "/v1/responses": {"model": "auto", "max_output_tokens": 30, "input": "Name three colours."},
    "/v1/embeddings": {"model": "auto", "input": "ferry"},
    "/v1/audio/speech": {"model": "auto", "input": "The ferry is late."},
    "/v1/audio/transcriptions": {"file": "(binary)", "model": "auto"},
    "/v1/images/generations": {"model": "openai/gpt-image-1", "prompt": "A ferry in the fog"},
    "/v1/route": {
        "prompt": "Translate to French: the ferry is late.",
        "turnout": {"category": "translation", "price": 0.7},
    },
    "/v1/feedback": {"decision_id": "dec-01a229856f5ab5b8b02a63d7", "vote": "up"},
}

ANSWERS: dict[str, Any] = {
    "/v1/chat/completions": {
        "id": "chatcmpl-UtDlO7jnbfTpfBtAWpJjrKiVseHhAydR",
        "object": "chat.completion",
        "created": 1795992984,
        "model": _CHOSEN,
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": _ANSWER}}],
        "usage": _USAGE,
    },
    "/v1/messages": {
        "id": "dec-01a22990c90eca3c61aea258",
        "type": "message",
        "role": "assistant",
        "model": _CHOSEN,
        "content": [{"type": "text", "text": "Red, blue, and green."}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 33, "output_tokens": 8, "cost": 3.8943e-05},
    },
    "/v1/responses": {
        "id": "dec-01a22990ff12f56a943f66d9",
        "object": "response",
        "created_at": 1795993698,
        "status": "completed",
        "model": _CHOSEN,
        "output": [
            {
                "id": "msg_dec-01a22990ff12f56a943f66d9_0",
                "type": "message",
                "role": "assistant",
                "status": "completed",
                "content": [{"type": "output_text", "text": "Red, Blue, Green.", "annotations": []}],
            }
        ],
        "usage": {"input_tokens": 33, "output_tokens": 7, "total_tokens": 40, "cost": 1.0151e-05},
    },
    "/v1/embeddings": {
        "object": "list",
        "model": "local/all-minilm-l6-v2",
        "data": [{"object": "embedding", "index": 0, "embedding": [0.0328, 0.0162, 0.0368]}],
        "usage": {"prompt_tokens": 2, "total_tokens": 2, "cost": 0.0},
    },
    "/v1/audio/transcriptions": {"text": "The ferry is late."},
    "/v1/images/generations": {"created": 1795993698, "data": [{"b64_json": "iVBORw0KGgo…"}]},
    "/v1/route": {
        "schema": "turnout.decision/1",
        "modality": "text",
        "category": "translation",
        "preference": {"price": 0.7, "latency": 0.25, "accuracy": 0.5, "max_usd": None},
        "chosen": _CHOSEN,
        "explanation": f"{_CHOSEN} fits best for price 48%, latency 17%, accuracy 34%: quality 0.53 (predicted quality "
        "on turnout-1000, n = 21), $0.027 per 1,000 requests, 2.4 s. local/qwen2.5-coder-0.5b comes next: 0.24 worse, "
        "2.1 × cheaper, 2.1 × faster.",
        "candidates": [
            {
                "rank": 1,
                "model": _CHOSEN,
                "fit": 0.643496,
                "quality": 0.5293,
                "quality_95": [0.2612, 0.7973],
                "n": 21,
                "usd_per_request": 2.6722e-05,
                "latency_p50_s": 2.405,
                "pareto": True,
                "can_be_asked": True,
                "why_not": None,
                "evidence": {"metric": "predicted quality", "benchmark": "turnout-1000", "source": _SOURCE},
            }
        ],
        "excluded": [{"model_id": "01-ai/yi-34b", "rule": "availability", "reason": "no provider serves it"}],
        "neighbours": [
            {
                "prompt": "Translate into German, please. I only need the translation.\n\nThe train leaves at nine.",
                "similarity": 0.532,
                "quality": {_CHOSEN: 0.877, "local/smollm2-135m": 0.116},
            }
        ],
    },
    "/v1/feedback": {"object": "feedback", "decision_id": "dec-01a229856f5ab5b8b02a63d7", "quality": 1.0},
    "/v1/models": {
        "object": "list",
        "data": [
            {"id": "auto", "object": "model", "created": 0, "owned_by": "turnout"},
            {
                "id": "local/smollm2-135m",
                "object": "model",
                "created": 0,
                "owned_by": "local",
                "context_length": 4096,
                "architecture": {"input_modalities": ["text"], "output_modalities": ["text"]},
                "turnout": {"endpoint": "chat", "tools": False, "price": {"per_second": 1.1111e-05}},
            },
        ],
    },
    "/v1/models/{id}": {"id": "auto", "object": "model", "created": 0, "owned_by": "turnout"},
    "/health": {"status": "ok"},
    "/ready": {"status": "ready"},
}

STREAM = """\
data: {"choices":[{"finish_reason":null,"index":0,"delta":{"content":"What"}}],"model":"local/smollm2-135m",…}

data: {"choices":[{"finish_reason":"stop","index":0,"delta":{}}],"model":"local/smollm2-135m",…}

data: {"choices":[],"model":"local/smollm2-135m","usage":{"completion_tokens":12,"prompt_tokens":33,"cost":9.0e-06,…},…}

data: [DONE]
"""
