"""Writes minilm_reference.npz: vectors of varied texts by transformers + torch, which share no code with ours.

Run where torch 2.13 and transformers are installed; FOLDER has model.safetensors, config.json, tokenizer.json::

    python tests/unit/encoders/make_minilm_reference.py FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

TEXTS = [
    "",
    " ",
    "a",
    "?",
    "Hello, world!",
    "What is the capital of France?",
    "what is the CAPITAL of france",
    "Translate to German: The train leaves from platform nine at half past seven.",
    "Summarize: " + "The committee met on Tuesday and postponed the vote on the new bridge until spring. " * 8,
    "The quick brown fox jumps over the lazy dog. " * 60,
    "word " * 254,
    "word " * 255,
    "supercalifragilisticexpialidocious antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis",
    "x" * 100,
    "x" * 101,
    "你好,世界。今天天气怎么样?",
    "東京の天気はどうですか。明日は雨が降るでしょう。",
    "서울의 날씨는 어떻습니까?",
    "Привет, мир! Как дела?",
    "مرحبا بالعالم",
    "Café naïve résumé Übergröße",
    "😀 🚂 what a day 🎉🎉",
    "def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n",
    "SELECT name, COUNT(*) FROM orders WHERE price >= 10.5 GROUP BY name;",
    '<div class="a">&nbsp;<b>bold</b></div>',
    "∫_0^1 x^2 dx = 1/3, ∑_{k=1}^n k = n(n+1)/2, E = mc²",
    "tab\tand\nnewline\r\nand\u00a0no-break\u200bzero-width \x00 \x07 control",
    "[CLS] [SEP] [MASK] [PAD] inside the text",
    "1234567890 3.14159 -42 1e-9 2026-11-24",
    "A train travels 60 km in 45 minutes. How fast is it in km/h? Answer with a number only.\n"
    "A. 60\nB. 75\nC. 80\nD. 90",
]


def reference(folder: Path) -> np.ndarray:
    """float32 vectors (len(TEXTS), 384), each text alone, computed in float64."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder, attn_implementation="eager").double().eval()
    rows = []
    for text in TEXTS:
        tokens = tokenizer(text, truncation=True, max_length=256, padding=False, return_tensors="pt")
        with torch.no_grad():
            hidden = model(**tokens).last_hidden_state[0]
        mean = hidden.mean(dim=0)
        rows.append((mean / mean.norm()).numpy())
    return np.array(rows, dtype=np.float32)


if __name__ == "__main__":
    np.savez_compressed(Path(__file__).with_name("minilm_reference.npz"), vectors=reference(Path(sys.argv[1])))
