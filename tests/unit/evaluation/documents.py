"""Reports of the three protocols, small and made up, in the shape that `to_dict()` gives."""

from __future__ import annotations

from typing import Any

MODELS = ["maker/small-7b", "maker/large-70b", "other/middle-13b"]


def policy(name: str, kind: str, quality: float, **more: Any) -> dict[str, Any]:
    gain = quality - 0.6
    return {
        "name": name, "kind": kind,
        "quality": quality, "quality_low": quality - 0.02, "quality_high": quality + 0.02,
        "gain": gain, "gain_low": gain - 0.01, "gain_high": gain + 0.01,
        "headroom": gain / 0.2, "regret": 0.8 - quality, "collapse": 0.7, "entropy": 0.9,
        "cost_usd": 0.002, "latency_s": 1.5,
        "apgr": None, "apgr_low": None, "apgr_high": None, "cpt50": None, "cpt80": None,
        "any_correct": None, "label_accuracy": None,
        "aiq": None, "hypervolume": None, "cost_save": None, "qnc": None,
        **more,
    }  # fmt: skip


def honest(models: list[str] | None = None, routers: tuple[str, ...] = ("hierarchical", "knn")) -> dict[str, Any]:
    """Every section is there, but `pgr`: three models have none."""
    small, large, middle = models or MODELS
    policies = [
        policy("constant best", "baseline", 0.6, collapse=1.0, entropy=0.0),
        policy("cheapest", "baseline", 0.4, cost_usd=0.0001),
        policy("random", "baseline", 0.5, cost_usd=0.001),
        policy("category-best", "baseline", 0.66),
        *(policy(n, "router", 0.65 - 0.01 * i, aiq=0.6, hypervolume=0.5) for i, n in enumerate(routers)),
        policy("oracle", "bound", 0.8, cost_usd=0.0008),
    ]
    corners = [(p / 4, latency / 4) for p in range(5) for latency in range(5 - p)]
    return {
        "schema": "turnout.report/1", "data": "made", "protocol": "honest", "prompts": 1200, "groups": 1100,
        "models": [small, large, middle], "folds": 5, "seeds": 2, "labels": None, "tuned": False,
        "encoder": "all-MiniLM-L6-v2", "space": "prompt", "upper_bound": False,
        "policies": {p["name"]: p for p in policies},
        "single_models": [
            {"model": m, "quality": q, "low": q - 0.02, "high": q + 0.02, "cost_usd": c, "latency_s": s, "trials": 1200}
            for m, q, c, s in ((small, 0.4, 0.0001, 0.3), (large, 0.6, 0.004, 2.0), (middle, 0.5, 0.0007, 0.8))
        ],
        "shares": {n: {small: 0.2, large: 0.7, middle: 0.1} for n in ("constant best", *routers, "oracle")},
        "frontiers": {
            "zero router": [
                {"weight": None, "cost_usd": c, "quality": q, "top_share": None, "entropy": None}
                for c, q in ((0.0001, 0.4), (0.0007, 0.5), (0.004, 0.6))
            ],
            **{
                n: [
                    {"weight": w, "cost_usd": c, "quality": q, "top_share": t, "entropy": 1.0}
                    for w, c, q, t in ((1.0, 0.0001, 0.4, 1.0), (0.5, 0.0007, 0.6, 0.5), (0.2, 0.001, 0.58, 0.6),
                                       (0.0, 0.003, 0.65, 0.7))
                ]
                for n in routers
            },
        },
        "savings": {
            "zero router": [{"quality_kept": k, "cost_saved": s} for k, s in ((0.9, 0.5), (0.95, 0.2), (1.0, 0.0))],
            **{
                n: [{"quality_kept": k, "cost_saved": s} for k, s in ((0.9, 0.85), (0.95, 0.6), (1.0, None))]
                for n in routers
            },
        },
        "pgr": {},
        "calibration": {
            n: [
                {"predicted": p, "observed": p - 0.05, "low": p - 0.08, "high": p - 0.02, "trials": 360}
                for p in (0.15, 0.35, 0.55, 0.75)
            ]
            for n in routers
        },
        "preference": [
            {"policy": n, "price": p, "latency": s, "accuracy": 1 - p - s, "quality": 0.65 - 0.2 * p - 0.1 * s,
             "cost_usd": 0.003 * (1 - p) + 0.0001, "latency_s": 2 - s, "regret_utility": 0.05, "within_max_usd": 0.9}
            for n in routers for p, s in corners
        ],
        "monotone": dict.fromkeys(routers, True),
        "stability": {
            n: {"flip_rate": 0.06, "low": 0.04, "high": 0.08, "by_perturbation": {"typos": 0.1, "case": 0.02}}
            for n in routers
        },
        "speed": {
            n: {"one_p50_ms": 0.3, "one_p95_ms": 0.9, "batch256_ms": 6.0, "encode_p50_ms": 30.0} for n in routers
        },
        "summary": "Routing is worth it: hierarchical gains +0.050.",
    }  # fmt: skip


def two_models() -> dict[str, Any]:
    """Two models without costs: nothing to weigh, but a gap to recover."""
    document = honest()
    document["models"] = MODELS[:2]
    document["single_models"] = document["single_models"][:2]
    for section in ("frontiers", "savings", "monotone"):
        document[section] = {}
    document["preference"] = []
    for found in [*document["policies"].values(), *document["single_models"]]:
        found["cost_usd"] = None
    steps = [i / 10 for i in range(11)]
    document["pgr"] = {
        name: [{"strong_share": s, "pgr": s**0.6} for s in steps] for name in document["policies"] if name in ("knn",)
    }
    document["policies"]["knn"].update(apgr=0.62, apgr_low=0.6, apgr_high=0.64, cpt50=0.31, cpt80=0.69)
    return document


def paper() -> dict[str, Any]:
    def curve(space: str, estimator: str, parameter: str, best: float) -> dict[str, Any]:
        return {
            "space": space, "upper_bound": space != "prompt", "charged_usd": None, "estimator": estimator,
            "parameter": parameter,
            "points": [
                {"value": v, "share_of_evaluations": v / 100, "accuracy": best - drop, "low": best - drop - 0.02,
                 "high": best - drop + 0.02, "label_accuracy": 0.4}
                for v, drop in ((1, 0.1), (10, 0.0), (100, 0.05))
            ],
        }  # fmt: skip

    spaces = ("prompt", "response:maker/small-7b", "diff:maker/small-7b", "diff:maker/large-70b")
    return {
        "schema": "turnout.paper/1", "data": "made", "protocol": "paper", "prompts": 900, "removed": 100,
        "models": MODELS, "train_share": 0.8, "seeds": 3,
        "constants": [
            {"model": m, "accuracy": a, "label_accuracy": b}
            for m, a, b in zip(MODELS, (0.5, 0.8, 0.6), (0.5, 0.3, 0.2), strict=True)
        ],
        "oracle": 1.0, "category_best": 0.82, "random": 0.63,
        "curves": [
            curve(space, *how, best)
            for how in (("kmeans-medoid", "N"), ("knn-vote", "k"))
            for space, best in zip(spaces, (0.7, 0.9, 0.8, 0.75), strict=True)
        ],
        "summary": "Always asking maker/large-70b is better than every router.",
    }  # fmt: skip


def new_model() -> dict[str, Any]:
    labels, shares = [0, 10, 50, 200], (0.0, 0.3, 0.7, 0.95)
    return {
        "schema": "turnout.new-model/1", "data": "made", "protocol": "new-model", "prompts": 1000, "models": MODELS,
        "folds": 5, "seeds": 2, "labels": labels,
        "without": {"quality": 0.6, "low": 0.58, "high": 0.62}, "full": {"quality": 0.65, "low": 0.63, "high": 0.67},
        "strategies": {
            name: [
                {"labels": n, "quality": 0.6 + 0.05 * s * f, "low": 0.6, "high": 0.66, "share_of_gain": s * f,
                 "share_low": s * f - 0.1, "share_high": s * f + 0.1}
                for n, s in zip(labels, shares, strict=True)
            ]
            for name, f in (("medoids", 1.0), ("random", 0.8))
        },
        "per_model": [
            {"model": m, "without": 0.6, "full": full,
             "strategies": {"medoids": [{"labels": n, "quality": 0.6 + s / 20}
                                        for n, s in zip(labels, shares, strict=True)]}}
            for m, full in zip(MODELS, (0.61, 0.7, 0.59), strict=True)
        ],
        "summary": "50 labels recover 70% of the gain.",
    }  # fmt: skip
