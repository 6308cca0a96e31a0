"""The words of a benchmark's report, for the page's last section."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["terms"]

_ALWAYS = (
    (
        "quality",
        "mean over tasks of the score, from 0 to 1, that a rule gave the answer; over a whole modality the mean of its "
        "categories' means, so that none counts for more because it has more tasks",
    ),
    ("95%", "interval over tasks: the wider of a bootstrap and Wilson's, so that few tasks promise nothing"),
    (
        "rank",
        "models share a rank when the tasks that both answered do not tell them from its first: the 95% interval of "
        "the difference, task by task, includes zero. Overlapping intervals alone say less",
    ),
    (
        "cannot lead",
        "fewer than 90% of the tasks scored, or degenerate: the same answer to everything, refusals, the prompt "
        "handed back, nothing, or no end",
    ),
    ("behind", "the leader's quality minus the model's, on the tasks that both answered"),
    ("unscored", "failed calls and answers cut off before anything could be read; in no mean, and no zero"),
    ("$/1,000", "mean cost of 1,000 requests; of local models the price of the core's time"),
    ("p50, p95", "seconds from the request to the last token that half and 95% of the answers need"),
    ("TTFT", "median time to the first token"),
    ("tokens/s", "output tokens of all answers ÷ the seconds that they took, from the request on"),
)
_JUDGED = (
    ("win rate", "share of tasks on which the answer is preferred to the reference's: a tie is ½, no verdict no share"),
    (
        "at equal length",
        "the win rate that a logistic regression on the difference in length gives for no difference "
        "(Dubois et al. 2024, arXiv 2404.04475)",
    ),
    ("position consistency", "share of comparisons with the same verdict in both orders; a coin has about 0.5"),
)
_VOTED = (
    ("agreement", "of the pairs on which people decided, the share on which the judge says the same"),
    ("Cohen's κ", "agreement over win, tie and loss beyond what chance gives: 0 is chance, 1 is full"),
    ("bias", "the judge's win rate minus the humans', on the answers that both saw"),
)


def terms(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The (term, definition) pairs that this report uses."""
    return [*_ALWAYS, *(_JUDGED if document["verdicts"] or document["votes"] else ()),
            *(_VOTED if document["agreement"] else ())]  # fmt: skip
