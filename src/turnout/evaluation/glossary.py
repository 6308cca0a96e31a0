"""The words of a report, for the page's last section; the long form is docs/explanation/metrics.md."""

from __future__ import annotations

__all__ = ["terms"]

_BOTH = ("honest", "paper")
_TERMS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "quality",
        "mean over the test prompts of the chosen model's score, from 0 to 1",
        ("honest", "new-model", "few-labels"),
    ),
    ("cost", "mean price of the chosen model's answers, in US dollars per 1,000 requests", ("honest",)),
    ("constant best", "one model for every prompt: the one with the highest mean in the training rows", ("honest",)),
    ("category-best", "the best model of the prompt's label in the data set, which a live prompt lacks", _BOTH),
    ("oracle", "the best model of each prompt, known only afterwards: a bound, not a router", _BOTH),
    ("gain", "quality minus the constant best's, paired prompt by prompt", ("honest", "few-labels")),
    (
        "headroom",
        "gain ÷ (oracle − constant best): the share of a perfect choice's gain that is recovered",
        ("honest",),
    ),
    ("regret", "mean of the best quality on a prompt minus the chosen one", ("honest",)),
    ("top share, entropy", "share of prompts to the most chosen model; entropy of the choices in bits", ("honest",)),
    (
        "frontier, random mix",
        "the non-decreasing convex hull of (cost, quality) points, which random mixing can reach; of the single models "
        "alone it is the Zero router, which never looks at the prompt",
        ("honest",),
    ),
    (
        "AIQ",
        "mean height of the frontier over the cost range that all systems compared share (Hu et al. 2024, "
        "arXiv 2403.12031)",
        ("honest",),
    ),
    ("hypervolume", "area under the frontier against a fixed reference: the worst cost, quality 0", ("honest",)),
    (
        "cost saved, QNC",
        "1 − the least cost at which the best single model's quality is reached, over its cost; QNC is that ratio "
        "(Jitkrittum et al. 2025, arXiv 2502.08773)",
        ("honest",),
    ),
    (
        "PGR, APGR, CPT",
        "two models, weak and strong: the part of their gap that is recovered; its mean over all shares of strong "
        "calls; the least share of strong calls that recovers so much (Ong et al. 2024, arXiv 2406.18665)",
        ("honest",),
    ),
    ("calibration", "observed quality of trials grouped by the quality that was predicted for them", ("honest",)),
    (
        "utility lost",
        "the user's utility (weights of price, latency and accuracy) of the best possible choice minus that of the "
        "choice made",
        ("honest",),
    ),
    ("flip rate", "share of prompts whose choice changes when the wording does and the meaning does not", ("honest",)),
    ("accuracy", "any-correct accuracy: the share of prompts on which the chosen model was right", ("paper",)),
    (
        "label accuracy",
        "share of prompts whose choice is the cheapest right model. It rewards always picking the cheap model: read it "
        "only beside the constant policies",
        ("paper",),
    ),
    ("kNN vote", "the label that most of the k nearest training prompts have, by cosine", ("paper",)),
    (
        "k-means medoid",
        "N clusters, each with the label of its most central prompt, so that only N prompts are evaluated",
        ("paper",),
    ),
    (
        "response and difference space",
        "what is encoded is a model's answer, or the answer's vector minus the prompt's. Answers of the candidates "
        "themselves are an upper bound: they exist only after asking",
        ("paper",),
    ),
    ("share of the gain", "(quality − without) ÷ (with all labels − without)", ("new-model",)),
    ("label", "one prompt on which the new model was asked and its answer scored", ("new-model",)),
    ("interval", "95%, by bootstrap over groups of near-duplicate prompts", ("honest", "new-model", "few-labels")),
    ("evaluation", "one prompt answered by one model, and scored", ("few-labels",)),
    (
        "elimination",
        "all models are asked at first, then only those that lead: more prompts for the same number of evaluations",
        ("few-labels",),
    ),
    ("process", "a Gaussian process over prompts that fall into the same clusters", ("few-labels",)),
)


def terms(protocol: str) -> list[tuple[str, str]]:
    """The (term, definition) pairs that a report of this protocol uses."""
    return [(term, meaning) for term, meaning, protocols in _TERMS if protocol in protocols]
