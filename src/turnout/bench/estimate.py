"""What a run will cost, before it starts: per model, as usual and at worst."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from turnout.bench.judge import LONGEST_VERDICT_TOKENS
from turnout.bench.plan import Plan
from turnout.bench.rows import Key, Row
from turnout.bench.spending import worst_usd
from turnout.bench.tasks import Task
from turnout.providers.protocol import ChatRequest, Message
from turnout.types import Model, Prompt

__all__ = ["Cost", "estimate", "spent_usd"]

_MEDIA_TOKENS = 1_000  # what a picture or a short clip usually counts for
_JUDGE_TOKENS = 450  # of instructions
_VERDICT_TOKENS = 80


@dataclass(slots=True)
class Cost:
    """Calls still to be made to a model, and what they cost. `usual_usd` None = its price is not known."""

    model: str
    judges: bool
    calls: int = 0
    input_tokens: float = 0
    output_tokens: float = 0
    usual_usd: float | None = 0.0
    worst_usd: float | None = 0.0

    def _count(self, model: Model, taken: float, produced: float, worst: float | None) -> None:
        self.calls += 1
        self.input_tokens += taken
        self.output_tokens += produced
        usual = model.price.cost_usd(taken, produced, None)
        self.usual_usd = None if usual is None or self.usual_usd is None else self.usual_usd + usual
        self.worst_usd = None if worst is None or self.worst_usd is None else self.worst_usd + worst


def estimate(plan: Plan, done: Collection[Key], models: Mapping[str, Model], longest_s: float) -> list[Cost]:
    """One entry per model asked and per judge, for the calls of `plan` that are not among `done`.

    Tokens are a guess: four bytes of a prompt are one, and answers are as long as is typical of their category. A model
    on this machine bills nobody, and costs 0 here.
    """
    costs: dict[tuple[str, bool], Cost] = {}
    wanted = [*plan.answers().items(), *plan.verdicts().items()]
    for key, task in wanted:
        judges = key.source == "judge"
        name = key.by if judges else key.model
        cost = costs.setdefault((name, judges), Cost(name, judges))
        if key in done:
            continue
        model = models[name]
        request, taken, produced = _verdict(task) if judges else _answer(task)
        if model.provider == "local":
            cost.calls += 1
            cost.input_tokens += taken
            cost.output_tokens += produced
        else:
            cost._count(model, taken, produced, worst_usd(model, request, longest_s))
    return list(costs.values())


def spent_usd(rows: Iterable[Row], tasks: Iterable[Task], models: Mapping[str, Model], longest_s: float) -> float:
    """What providers billed for these rows; a failed call, whose bill nobody knows, counts with its worst case."""
    known = {task.id: task for task in tasks}
    total = 0.0
    for row in rows:
        model = models.get(row.by if row.source == "judge" else row.model)
        if row.source == "human" or (model is not None and model.provider == "local"):
            continue
        if row.cost_usd is not None:
            total += row.cost_usd
        elif model is not None and (task := known.get(row.task_id)) is not None:
            request = _verdict(task)[0] if row.source == "judge" else task.request()
            total += worst_usd(model, request, longest_s) or 0.0
    return total


def _answer(task: Task) -> tuple[ChatRequest, float, float]:
    taken = Prompt(task.prompt).tokens + _MEDIA_TOKENS * len(task.media)
    return task.request(), taken, min(task.kind.typical_output_tokens, task.max_tokens)


def _verdict(task: Task) -> tuple[ChatRequest, float, float]:
    # Both answers as long as they may be, and as long as they usually are.
    longest = "x" * (len(task.prompt.encode()) + len(task.reference.encode()) + 8 * task.max_tokens)
    request = ChatRequest((Message("user", longest, task.media),), max_tokens=LONGEST_VERDICT_TOKENS)
    _, prompt, answer = _answer(task)
    return request, _JUDGE_TOKENS + prompt + Prompt(task.reference).tokens + 2 * answer, _VERDICT_TOKENS
