"""A benchmark's page: leaderboards of which every number opens the answers behind it."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from turnout.bench.report.document import describe
from turnout.bench.report.glossary import terms
from turnout.bench.report.names import part, slug, title, title_of
from turnout.bench.report.records import embedded, records
from turnout.bench.rows import Row
from turnout.bench.tasks import Task
from turnout.errors import InputFileError
from turnout.explain import dollars, two_digits
from turnout.report.numbers import interval, per_thousand, percent, score, signed
from turnout.report.page import Page, check_extra, printable, write_page
from turnout.report.table import Cell, Table
from turnout.report.template import Assets

__all__ = ["write_report"]

_RESULTS = "results.csv"


def write_report(
    rows: Sequence[Row],
    results: Path,
    folder: Path,
    *,
    tasks: Sequence[Task] = (),
    document: Mapping[str, Any] | None = None,
    command: str | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Path]:
    """Write index.html, report.json, the charts and a copy of the results file; returns the paths, the page first.

    `rows` are those of the file `results`, `document` what `describe` made of them (made when not given). Raises as
    `turnout.report.page.write_page` does.
    """
    check_extra()
    from turnout.bench.report.figures import figures  # draws with altair, which the extra `lab` brings

    found = printable(document if document is not None else describe(rows, name=results.name, tasks=tasks))
    held = records(rows, tasks)
    page = Page(
        title=f"Benchmark of {len(found['models'])} models on {found['tasks']:,} tasks",
        summary=found["summary"],
        command=command or shlex.join(["turnout", "bench", "report", str(results), "--report", str(folder)]),
        document=found,
        highlights=_highlights(found),
        tables=[*_judges(found), *_agreement(found)],
        figures=figures(found),
        facts=_facts(found, held),
        terms=terms(found),
        assets=Assets("turnout.bench.report", "bench"),
        more={
            "notes": found["notes"],
            "matrices": [_matrix(found, b) for b in found["boards"] if not b["category"]],
            "boards": [_board(b) for b in found["boards"]],
            "records": embedded({**held, "reference": found["reference"]}),
            "left_out": held["left_out"],
            "longest": held["longest"],
        },
    )
    written = write_page(page, folder, on_progress=on_progress)
    copy = folder / _RESULTS
    if copy.resolve() != results.resolve():
        try:
            shutil.copyfile(results, copy)
        except OSError as error:
            raise InputFileError(f"cannot copy {results} to {copy}: {error.strerror or error}") from error
        written.append(copy)
    return written


def _highlights(document: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    found = []
    for board in document["boards"]:
        best = next((s for s in board["standings"] if s["rank"] == 1), None)
        if not board["category"] and best is not None:
            tied = sum(s["rank"] == 1 for s in board["standings"]) - 1
            remark = best["model"] + (f" and {tied} not told apart" if tied else "")
            found.append((f"best on {part(board)}", score(best["quality"]), remark))
    asked = f"{document['answers']:,} answers"
    if document["answers_usd"] is not None:
        found.append(("cost of all answers", dollars(document["answers_usd"]), asked))
    if document["judges_usd"] is not None:
        found.append(("cost of judging, apart", dollars(document["judges_usd"]), f"{document['verdicts']:,} verdicts"))
    return found


def _facts(document: Mapping[str, Any], held: Mapping[str, Any]) -> list[tuple[str, str]]:
    made = document["first"][:16].replace("T", " ")
    until = document["last"][:16].replace("T", " ")
    shown = f"{len(held['tasks']):,} of {document['tasks']:,} tasks with all their rows, texts up to "
    repeats = f", {document['repeats']} times each" if document["repeats"] > 1 else ""
    rows = (
        ("results", f"{document['results']}: {document['answers']:,} answers, {document['verdicts']:,} verdicts, "
                    f"{document['votes']:,} votes"),
        ("tasks", f"{document['tasks']:,}{repeats}"),
        ("models", ", ".join(document["models"])),
        ("reference", document["reference"]),
        ("judges", ", ".join(j["judge"] for j in document["judges"])),
        ("asked", f"{made} to {until} UTC" if made else ""),
        ("in this page", f"{shown}{held['longest']:,} characters; results.csv beside it has everything"),
    )  # fmt: skip
    return [(name, value) for name, value in rows if value]


def _cell(board: Mapping[str, Any], standing: Mapping[str, Any]) -> dict[str, Any]:
    """One quality that opens its rows."""
    name = title(board)
    return {
        "model": standing["model"],
        "modality": board["modality"],
        "category": board["category"],
        "value": standing["quality"],
        "text": score(standing["quality"]),
        "first": standing["rank"] == 1,
        "mark": standing["mark"],
        "said": f"{standing['model']}, {name}: {score(standing['quality'])} "
        f"{interval(standing['low'], standing['high'])}, {standing['n']:,} tasks. Show the rows",
    }


def _matrix(document: Mapping[str, Any], whole: Mapping[str, Any]) -> dict[str, Any]:
    """Models × categories of a modality, in the order of the overall board."""
    of_it = [b for b in document["boards"] if b["modality"] == whole["modality"] and "/" not in b["category"]]
    parts = [whole, *(b for b in of_it if b["category"] and (not whole["scope"] or b["category"] in whole["scope"]))]
    by_model = [{s["model"]: (board, s) for s in board["standings"]} for board in parts]
    rows = []
    for standing in whole["standings"]:
        cells = [_cell(*own[standing["model"]]) if standing["model"] in own else None for own in by_model]
        rows.append({"model": standing["model"], "mark": standing["mark"], "cells": cells})
    heads = [
        {"title": title_of(b["modality"], b["category"]) if b["category"] else "All", "tasks": b["tasks"],
         "id": _id(b)}
        for b in parts
    ]  # fmt: skip
    return {"title": part(whole), "heads": heads, "rows": rows}


def _id(board: Mapping[str, Any]) -> str:
    return "board-" + slug(board["modality"], board["category"], *board["scope"])


def _board(board: Mapping[str, Any]) -> dict[str, Any]:
    """A leaderboard in full."""
    standings = board["standings"]

    def column(title: str, key: str, words: Callable[[Any], str]) -> tuple[str, list[Cell]] | None:
        if all(s[key] is None for s in standings):
            return None
        return title, [Cell(words(s[key]), s[key]) for s in standings]

    columns = [
        column("tasks", "n", lambda n: f"{n:,}"),
        column("unscored", "unscored", lambda n: f"{n:,}"),
        column("behind", "behind", score),
        column("$/request", "cost_usd", lambda usd: "–" if usd is None else f"${two_digits(usd)}"),
        column("$/1,000", "cost_usd", per_thousand),
        column("p50", "latency_p50_s", _seconds),
        column("p95", "latency_p95_s", _seconds),
        column("TTFT", "ttft_p50_s", _seconds),
        column("tokens/s", "tokens_per_s", lambda rate: "–" if rate is None else two_digits(rate)),
    ]
    shown = [c for c in columns if c is not None]
    return {
        "id": _id(board),
        "modality": board["modality"],
        "category": board["category"],
        "title": title(board),
        "tasks": board["tasks"],
        "metrics": ", ".join(board["metrics"]),
        "columns": [title for title, _ in shown],
        "rows": [
            {
                **_cell(board, s),
                "rank": s["rank"],
                "tied": s["rank"] is not None and sum(o["rank"] == s["rank"] for o in standings) > 1,
                "low": s["low"],
                "high": s["high"],
                "interval": interval(s["low"], s["high"]),
                "cells": [cells[i] for _, cells in shown],
                "gap": _gap(s),
            }
            for i, s in enumerate(standings)
        ],
    }


def _gap(s: Mapping[str, Any]) -> str:
    if s["behind"] is None:
        return ""
    return f"{score(s['behind'])} {interval(s['behind_low'], s['behind_high'])} behind, on {s['paired']:,} common tasks"


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{two_digits(value)} s"


def _judges(document: Mapping[str, Any]) -> list[Table]:
    if not document["judges"]:
        return []
    columns = ("judge", "verdicts", "unscored", "cost", "p50", "position consistency", "first shown wins both")
    rows = [
        [
            Cell(j["judge"]),
            Cell(f"{j['verdicts']:,}", j["verdicts"]),
            Cell(f"{j['unscored']:,}", j["unscored"]),
            Cell("–" if j["cost_usd"] is None else dollars(j["cost_usd"]), j["cost_usd"]),
            Cell(_seconds(j["latency_p50_s"]), j["latency_p50_s"]),
            Cell(percent(j["consistency"]), j["consistency"]),
            Cell(percent(j["first_wins"]), j["first_wins"]),
        ]
        for j in document["judges"]
    ]
    return [Table("Judges", columns, rows)]


def _agreement(document: Mapping[str, Any]) -> list[Table]:
    if not document["agreement"]:
        return []
    columns = ("category", "pairs", "decided", "agreement", "95%", "Cohen's κ", "humans agree", "judge", "humans",
               "bias", "95%")  # fmt: skip
    rows = []
    for category, a in document["agreement"].items():
        if "/" in category:
            continue  # few pairs each; they are in report.json
        decisive, kappa, bias = a["decisive"] or {}, a["kappa"] or {}, a["bias"]
        rows.append([
            Cell(category or "all"),
            Cell(f"{a['n']:,}", a["n"]),
            Cell(f"{a['n_decisive']:,}", a["n_decisive"]),
            Cell(percent(decisive.get("value")), decisive.get("value")),
            Cell(interval(decisive.get("low"), decisive.get("high"))),
            Cell(signed(kappa.get("value")), kappa.get("value")),
            Cell(percent(a["humans"]), a["humans"]),
            Cell(percent(a["judge_rate"]), a["judge_rate"]),
            Cell(percent(a["human_rate"]), a["human_rate"]),
            Cell(signed(bias["value"]), bias["value"]),
            Cell(interval(bias["low"], bias["high"])),
        ])  # fmt: skip
    return [Table("Judge and humans", columns, rows)]
