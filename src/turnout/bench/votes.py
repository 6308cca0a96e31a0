"""Blind votes of people: pairs of answers out of results, as a table or a page, and the votes back as rows."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from turnout.bench.ballots import CAST, Cast, read_cast, write_table
from turnout.bench.judge import METRIC
from turnout.bench.lock import only_writer
from turnout.bench.rows import Key, Row, append, cells_of, read_rows, whole_length
from turnout.bench.tasks import Task
from turnout.errors import DataError, InputFileError, UserError

__all__ = ["Ballot", "Ballots", "ballots", "import_votes", "key_file", "write_ballots"]

_LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Ballot:
    """What a voter sees: nothing of whose answers these are. `media` are attachments of the task as data: URLs."""

    id: str
    prompt: str
    answer_a: str
    answer_b: str
    reference: str = ""
    media: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ballots:
    """The pairs to vote on, in random order; `unseen` pairs were left out for want of what the task shows or plays."""

    pairs: tuple[Ballot, ...]
    unseen: int


@dataclass(frozen=True, slots=True)
class _Pair:
    """An answer and the one it is compared with; shown first when `order` is "AB"."""

    row: Row
    other: Row
    order: str


def key_file(results: Path) -> Path:
    """Beside the results: without it nobody can tell from a ballot's id which models it is about."""
    return results.with_name(results.name + ".key")


def ballots(
    results: Path,
    *,
    models: Sequence[str] = (),
    reference: str | None = None,
    sample: int | None = None,
    tasks: Iterable[Task] = (),
) -> Ballots:
    """Blind pairs of whole answers to the same task: each model's and the reference's.

    Without `reference` the one that was judged against, else every pair of models. `models` are the only ones to take;
    `sample` takes so many at random, always the same ones, and of a larger sample the smaller is a part. `tasks` bring
    the reference answers and what the task shows or plays; without them only text can be voted on. Makes the key file
    when there is none. Raises `UserError` when nothing is left to vote on.
    """
    rows = read_rows(results)
    answered = {row.model for row in rows if row.source == "exact"}
    for model in (*models, *([reference] if reference else [])):
        if model not in answered:
            raise UserError(f"{results} has no answers of {model!r}; it has those of {', '.join(sorted(answered))}")
    judged_against = {row.against for row in rows if row.source == "judge"}
    if reference is None and len(judged_against) == 1:
        (reference,) = judged_against
    wanted = {model for model in answered if not models or model in models} | ({reference} if reference else set())
    known = {task.id: task for task in tasks}
    found: list[Ballot] = []
    unseen = 0
    for name, pair in _pairs(rows, _key(results, make=True)).items():
        model, other = pair.row.model, pair.other.model
        if not {model, other} <= wanted or (other != reference if reference else model > other):
            continue
        task = known.get(pair.row.task_id)
        if pair.row.by == "heard" or (pair.row.modality != "text" and task is None):
            unseen += 1
            continue
        a, b = (pair.row, pair.other) if pair.order == "AB" else (pair.other, pair.row)
        media = tuple(f"data:{m.mime};base64,{base64.b64encode(m.data).decode()}" for m in (task.media if task else ()))
        found.append(Ballot(name, pair.row.prompt, a.answer, b.answer, task.reference if task else "", media))
    if not found:
        why = f"{unseen} pairs need the tasks to be seen: say --tasks" if unseen else "two models must answer the same"
        raise UserError(f"{results} has no pair of answers to vote on: {why}")
    return Ballots(tuple(sorted(found, key=lambda ballot: ballot.id)[:sample]), unseen)


def write_ballots(made: Sequence[Ballot], path: Path) -> None:
    """A page that works offline (.html), or a table for a spreadsheet (.csv)."""
    if path.suffix not in (".html", ".csv"):
        raise UserError(f"write votes to a .html page or a .csv table, not {path.name!r}")
    try:
        if path.suffix == ".csv":
            write_table([(b.id, b.prompt, b.answer_a, b.answer_b, b.reference) for b in made], path)
        else:
            path.write_text(_page(made), "utf-8")
    except OSError as error:
        raise InputFileError(f"cannot write {path}: {error.strerror}") from None


def _page(made: Sequence[Ballot]) -> str:
    names = hashlib.sha256("".join(b.id for b in made).encode()).hexdigest()[:16]  # under which a browser keeps votes
    document = {"name": names, "votes": list(CAST), "ballots": [
        {"id": b.id, "prompt": b.prompt, "a": b.answer_a, "b": b.answer_b, "reference": b.reference, "media": b.media}
        for b in made
    ]}  # fmt: skip
    # Within <script> only "</script" and "<!--" could end or bend the data.
    data = json.dumps(document, ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", "\\u2028")
    template = (resources.files("turnout") / "bench" / "assets" / "votes.html").read_text("utf-8")
    return template.replace("{{ballots}}", data)


def import_votes(results: Path, votes: Path, voter: str, *, at: datetime | None = None) -> tuple[int, int]:
    """Append the votes of a page's or table's CSV as rows; returns how many were new, and how many were there already.

    All or nothing: raises `DataError` for a vote that is none, for a pair that these results do not have, and for a
    vote that contradicts one of the same voter; `InputFileError` for files that cannot be read, and while a run writes.
    """
    voter = voter.strip()
    if not voter or len(voter) > _LONGEST_NAME or not voter.isprintable():
        raise UserError(f"a voter's name is 1 to {_LONGEST_NAME} printable characters")
    cast = read_cast(votes)
    now = (at or datetime.now(UTC)).isoformat(timespec="seconds")
    with only_writer(results):
        rows = read_rows(results)
        there = {row.key: row for row in rows if row.source == "human"}
        pairs = _pairs(rows, _key(results, make=False))
        new = list(_new_rows(cast, pairs, there, voter, now, str(votes)))
        try:
            _append(results, new)
        except OSError as error:
            raise InputFileError(f"cannot write {results}: {error.strerror}") from None
    return len(new), len(cast) - len(new)


def _append(results: Path, new: Sequence[Row]) -> None:
    if new:
        with results.open("r+b") as file:
            file.truncate(whole_length(file.read()))
            file.seek(0, os.SEEK_END)
            append(file, [cells_of(row) for row in new])


def _new_rows(
    cast: Iterable[Cast], pairs: Mapping[str, _Pair], there: Mapping[Key, Row], voter: str, now: str, where: str
) -> Iterator[Row]:
    for vote in cast:
        pair = pairs.get(vote.id)
        if pair is None:
            raise DataError(f"{where}, row {vote.line}: the pair {vote.id[:20]!r} is none of these results'")
        first = pair.order == "AB"
        quality = {"A": float(first), "B": float(not first)}.get(vote.vote, 0.5)
        row = Row(
            task_id=pair.row.task_id, model=pair.row.model, repeat=pair.row.repeat, modality=pair.row.modality,
            category=pair.row.category, language=pair.row.language, source="human", by=voter,
            against=pair.other.model, order=pair.order, metric=METRIC, quality=quality, error="", cost_usd=None,
            latency_s=None, ttft_s=None, input_tokens=None, output_tokens=None, finish_reason="",
            at=vote.at or now, prompt="", answer=vote.reason or ("both bad" if vote.vote == "both bad" else ""),
        )  # fmt: skip
        before = there.get(row.key)
        if before is None:
            yield row
        elif before.quality != quality:
            raise DataError(
                f"{where}, row {vote.line}: {voter} has voted otherwise on this pair before; was it another voter?"
            )


def _key(results: Path, *, make: bool) -> bytes:
    path = key_file(results)
    try:
        if make and not path.exists():
            # Readable by its owner only: it tells which answer is whose.
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123
                file.write(secrets.token_hex(32))
        return bytes.fromhex(path.read_text("ascii"))
    except FileNotFoundError:
        raise InputFileError(f"{path} is not there: votes can only be read with the key made when exporting") from None
    except OSError as error:
        raise InputFileError(f"cannot read or write {path}: {error.strerror}") from None
    except ValueError:
        raise DataError(f"{path} is not a key; export the votes again, without it") from None


def _pairs(rows: Iterable[Row], key: bytes) -> dict[str, _Pair]:
    """Every pair of answers to a task, both ways round, by the id that the key gives it.

    The id is bound to the answers: when a model has answered anew, an old vote fits no more.
    """
    by_task: dict[tuple[str, int], list[Row]] = {}
    for row in rows:
        if row.source == "exact" and row.answer.strip():
            by_task.setdefault((row.task_id, row.repeat), []).append(row)
    found: dict[str, _Pair] = {}
    for members in by_task.values():
        for row in members:
            for other in members:
                if row.model != other.model and row.answer.split() != other.answer.split():
                    said = json.dumps([row.task_id, row.repeat, row.model, other.model, row.answer, other.answer])
                    digest = hmac.digest(key, said.encode(), "sha256")
                    # A letter first: a spreadsheet takes 12e4567 for a number.
                    found["v" + digest[:10].hex()] = _Pair(row, other, "AB" if digest[-1] % 2 else "BA")
    return found
