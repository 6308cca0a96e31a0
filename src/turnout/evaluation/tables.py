"""The tables of a report's page: cells of text, with the number that each is sorted by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from turnout.evaluation.document import best_router
from turnout.explain import two_digits
from turnout.report.numbers import interval, per_thousand, percent, score, signed
from turnout.report.table import Cell, Table

__all__ = ["facts", "highlights", "tables"]


_Column = tuple[str, str, Callable[[Any], str]]  # title, key, words


def _cells(rows: Iterable[Mapping[str, Any]], columns: Sequence[_Column]) -> list[list[Cell]]:
    return [
        [
            Cell(words(row.get(key)), v if isinstance(v := row.get(key), int | float) else None)
            for _, key, words in columns
        ]
        for row in rows
    ]


def _measured(rows: Sequence[Mapping[str, Any]], columns: Sequence[_Column]) -> list[_Column]:
    """The columns in which something was measured."""
    return [c for c in columns if any(row.get(c[1]) is not None for row in rows)]


def _text(value: Any) -> str:
    return "–" if value is None else str(value)


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{two_digits(value)} s"


def _bits(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _with_interval(rows: Iterable[Mapping[str, Any]], *keys: tuple[str, str, str]) -> list[dict[str, Any]]:
    return [{**row, **{f"{k} 95%": interval(row.get(low), row.get(high)) for k, low, high in keys}} for row in rows]


def tables(document: Mapping[str, Any]) -> list[Table]:
    """The main table first, of each protocol its own."""
    return _TABLES[document["protocol"]](document)


def _honest(document: Mapping[str, Any]) -> list[Table]:
    policies = _with_interval(
        document["policies"].values(), ("quality", "quality_low", "quality_high"), ("gain", "gain_low", "gain_high")
    )
    columns = _measured(
        policies,
        [
            ("policy", "name", _text),
            ("kind", "kind", _text),
            ("quality", "quality", score),
            ("95%", "quality 95%", _text),
            ("gain", "gain", signed),
            ("95%", "gain 95%", _text),
            ("headroom", "headroom", percent),
            ("regret", "regret", score),
            ("top share", "collapse", percent),
            ("entropy, bits", "entropy", _bits),
            ("$ per 1,000", "cost_usd", per_thousand),
            ("latency", "latency_s", _seconds),
            ("cost saved", "cost_save", percent),
            ("QNC", "qnc", _bits),
            ("AIQ", "aiq", score),
            ("hypervolume", "hypervolume", score),
            ("APGR", "apgr", score),
            ("CPT 50%", "cpt50", percent),
            ("CPT 80%", "cpt80", percent),
            ("any correct", "any_correct", percent),
            ("label accuracy", "label_accuracy", percent),
        ],
    )
    strong = frozenset(i for i, p in enumerate(policies) if p["kind"] == "router")
    found = [Table("Policies", [c[0] for c in columns], _cells(policies, columns), strong)]
    models = _with_interval(document.get("single_models") or (), ("quality", "low", "high"))
    if models:
        models.sort(key=lambda m: -(m["quality"] if m["quality"] is not None else -1.0))
        columns = _measured(
            models,
            [
                ("model", "model", _text),
                ("quality", "quality", score),
                ("95%", "quality 95%", _text),
                ("$ per 1,000", "cost_usd", per_thousand),
                ("latency", "latency_s", _seconds),
                ("trials", "trials", lambda n: f"{n:,}"),
            ],
        )
        found.append(Table("Single models", [c[0] for c in columns], _cells(models, columns)))
    return found


def _paper(document: Mapping[str, Any]) -> list[Table]:
    best = []
    for curve in document.get("curves") or ():
        if curve["points"]:
            point = max(curve["points"], key=lambda p: p["accuracy"])
            kind = "upper bound" if curve["upper_bound"] else "router"
            at = f"{curve['parameter']} = {point['value']:,}"
            best.append({**point, "space": curve["space"], "estimator": curve["estimator"], "kind": kind, "at": at})
    best = _with_interval(best, ("accuracy", "low", "high"))
    columns: list[_Column] = [
        ("space", "space", _text),
        ("estimator", "estimator", _text),
        ("kind", "kind", _text),
        ("best at", "at", _text),
        ("evaluations", "share_of_evaluations", percent),
        ("accuracy", "accuracy", score),
        ("95%", "accuracy 95%", _text),
        ("label accuracy", "label_accuracy", score),
    ]
    strong = frozenset(i for i, row in enumerate(best) if row["kind"] == "router")
    references = [{"name": f"always {c['model']}", **c} for c in document.get("constants") or ()]
    references.sort(key=lambda c: -c["accuracy"])
    for name, key in (
        ("oracle (any correct)", "oracle"),
        ("category-best", "category_best"),
        ("random model", "random"),
    ):
        if document.get(key) is not None:
            references.append({"name": name, "accuracy": document[key]})
    plain: list[_Column] = [
        ("without a look at the prompt", "name", _text),
        ("accuracy", "accuracy", score),
        ("label accuracy", "label_accuracy", score),
    ]
    return [
        Table("Each curve at its best", [c[0] for c in columns], _cells(best, columns), strong),
        Table("References", [c[0] for c in plain], _cells(references, plain)),
    ]


def _new_model(document: Mapping[str, Any]) -> list[Table]:
    rows: list[list[Cell]] = []
    for labels in document.get("labels") or ():
        row = [Cell(f"{labels:,}", float(labels))]
        for points in document["strategies"].values():
            share = next((p["share_of_gain"] for p in points if p["labels"] == labels), None)
            row.append(Cell(percent(share), share))
        rows.append(row)
    models = [{**m, "gain": m["full"] - m["without"]} for m in document.get("per_model") or ()]
    columns: list[_Column] = [
        ("new model", "model", _text),
        ("without it", "without", score),
        ("with all labels", "full", score),
        ("gain", "gain", signed),
    ]
    return [
        Table("Share of the gain", ["labels", *document["strategies"]], rows),
        Table("What each model adds", [c[0] for c in columns], _cells(models, columns)),
    ]


def _few_labels(document: Mapping[str, Any]) -> list[Table]:
    policies = _with_interval(
        document["policies"].values(), ("quality", "quality_low", "quality_high"), ("gain", "gain_low", "gain_high")
    )
    columns: list[_Column] = [
        ("labels · estimator", "name", _text),
        ("evaluations", "evaluations", lambda n: f"{n:,}"),
        ("prompts asked", "prompts", lambda n: f"{n:,}"),
        ("quality", "quality", score),
        ("95%", "quality 95%", _text),
        ("gain", "gain", signed),
        ("95%", "gain 95%", _text),
    ]
    strong = frozenset(i for i, p in enumerate(policies) if p["kind"] == "router")
    return [Table("Routers of few labels", [c[0] for c in columns], _cells(policies, columns), strong)]


_TABLES: Mapping[str, Callable[[Mapping[str, Any]], list[Table]]] = {
    "honest": _honest,
    "paper": _paper,
    "new-model": _new_model,
    "few-labels": _few_labels,
}

_Highlight = tuple[str, str, str]  # name, figure, remark


def highlights(document: Mapping[str, Any]) -> list[_Highlight]:
    """The few numbers that matter most."""
    return _HIGHLIGHTS[document["protocol"]](document)


def _policy_highlights(document: Mapping[str, Any]) -> list[_Highlight]:
    name = best_router(document)
    if name is None:
        return []
    p = document["policies"][name]
    quality, gain = interval(p["quality_low"], p["quality_high"]), interval(p["gain_low"], p["gain_high"])
    found = [
        (f"quality of the best router, {name}", score(p["quality"]), quality),
        ("gain over the best single model", signed(p["gain"]), gain),
    ]
    if p.get("headroom") is not None:
        some = p["headroom"] > 0
        remark = "of what a perfect choice would gain" if some else "it is no better than one model"
        found.append(("headroom recovered", percent(p["headroom"]) if some else "none", remark))
    saved = [r["cost_saved"] for r in (document.get("savings") or {}).get(name, ()) if r["quality_kept"] == 1.0]
    if saved:
        remark = "quality not reached" if saved[0] is None else "against the best single model"
        found.append(("cost saved at equal quality", percent(saved[0]), remark))
    elif p.get("apgr") is not None:
        found.append(("APGR", score(p["apgr"]), "a coin has 0.5"))
    return found


def _paper_highlights(document: Mapping[str, Any]) -> list[_Highlight]:
    found = []
    constants = document.get("constants") or ()
    if constants:
        top = max(constants, key=lambda c: c["accuracy"])
        found.append(("best constant policy", score(top["accuracy"]), f"always {top['model']}"))
    for bound, name in ((False, "best router"), (True, "best upper bound")):
        points = [(c, p) for c in document.get("curves") or () if c["upper_bound"] == bound for p in c["points"]]
        if points:
            c, p = max(points, key=lambda pair: pair[1]["accuracy"])
            where = f"{c['estimator']}, {c['space']}, {c['parameter']} = {p['value']:,}"
            found.append((name, score(p["accuracy"]), where))
    return found


def _new_model_highlights(document: Mapping[str, Any]) -> list[_Highlight]:
    without, full = document["without"], document["full"]
    return [
        ("quality without the new model", score(without["quality"]), interval(without["low"], without["high"])),
        ("quality with all its labels", score(full["quality"]), interval(full["low"], full["high"])),
        ("gain to be shared out", signed(full["quality"] - without["quality"]), "mean over left-out models"),
    ]


_HIGHLIGHTS: Mapping[str, Callable[[Mapping[str, Any]], list[_Highlight]]] = {
    "honest": _policy_highlights,
    "few-labels": _policy_highlights,
    "paper": _paper_highlights,
    "new-model": _new_model_highlights,
}


def _seeds(count: int) -> str:
    return f"{count} seed{'s' if count != 1 else ''}"


def _space(document: Mapping[str, Any]) -> str | None:
    bound = " (an upper bound: these answers do not exist before routing)" if document.get("upper_bound") else ""
    return f"{document['space']}{bound}" if document.get("space") else None


def _labelled(document: Mapping[str, Any]) -> str | None:
    labels = document.get("labels")
    return f"{labels:,}" if isinstance(labels, int) else None


def facts(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was measured on what: (name, value), without what the document does not say."""
    prompts = f"{document['prompts']:,}"
    if document.get("groups") is not None:
        prompts += f" in {document['groups']:,} groups of near-duplicates"
    if document.get("removed"):
        prompts += f" ({document['removed']:,} on which no model is right were removed, as in the paper)"
    split = None
    if document.get("folds") is not None:
        split = f"{document['folds']} folds × {_seeds(document['seeds'])}"
    elif document.get("train_share") is not None:
        split = f"{document['train_share']:.0%} training, {_seeds(document['seeds'])}"
    rows = (
        ("data", document["data"]),
        ("protocol", document["protocol"]),
        ("prompts", prompts),
        ("models", f"{len(document['models'])}: {', '.join(document['models'])}"),
        ("split", split),
        ("encoder", document.get("encoder")),
        ("space", _space(document)),
        ("labelled prompts a fold", _labelled(document)),
        ("evaluations to spend", f"{document['budget']:,}" if document.get("budget") else None),
        ("settings", "chosen inside the training rows" if document.get("tuned") else None),
    )
    return [(name, value) for name, value in rows if value]
