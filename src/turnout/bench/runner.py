"""Every task to every model, answers scored and judged, one row the moment it exists, nothing lost or done twice."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal, Protocol, cast

from turnout.bench.judge import Verdict, row_of
from turnout.bench.limits import Job, Lane, Rest
from turnout.bench.plan import Plan
from turnout.bench.results import Results
from turnout.bench.rows import Key, Row
from turnout.bench.scorers import SCORERS, score
from turnout.bench.tasks import Task
from turnout.errors import BudgetReached, DataError, ModelGaveUp, ProviderError, UnreadableAnswer
from turnout.providers.protocol import ChatModel, ChatRequest, ChatResponse, Message
from turnout.types import Usage

__all__ = ["Comparer", "Ending", "check_scorers", "run"]

_FIRST, _IN_TURN, _LAST = 0, 1, 2
_NOT_MADE = (BudgetReached, ModelGaveUp)


class Comparer(Protocol):
    """A judge: which of two answers to a task is better."""

    @property
    def model_id(self) -> str:
        """The catalogue id of the model that judges."""
        ...

    async def compare(
        self, task: Task, answer: str, reference_answer: str, *, order: Literal["AB", "BA"]
    ) -> Verdict:  # fmt: skip
        """Judge `answer`, shown first when `order` is "AB"."""
        ...


@dataclass(slots=True)
class Ending:
    """How a run ended: rows written, and how many calls were not made for which reason."""

    rows: int = 0
    not_made: Counter[str] = field(default_factory=Counter)
    over_budget: bool = False


async def run(
    plan: Plan,
    results: Results,
    models: Mapping[str, ChatModel],
    lanes: Mapping[str, Lane],
    *,
    judges: Sequence[Comparer] = (),
    listener: ChatModel | None = None,
    on_row: Callable[[Row], None] = lambda row: None,
) -> Ending:
    """Make every call of `plan` that `results` has no row of; `on_row` gets each row once it is on the disk.

    `models`: all that the plan asks, by id; `lanes`: theirs, the judges' and the listener's, by id. A model in a lane
    `in_turn` is asked once before its times count. `listener` writes down what speech says, for tasks scored by ear.
    Calls that the budget or a breaker stopped get no row, so that a later run makes them.
    """
    return await _Run(plan, results, models, lanes, judges, listener, on_row).go()


def check_scorers(tasks: Sequence[Task]) -> None:
    """Raise, before anything is spent, what scoring these tasks would: `MissingExtra`, or `DataError` for an option."""
    for task in tasks:
        for name in SCORERS[task.scorer].needs:
            if name not in task.options:
                raise DataError(f"task {task.id}: scorer {task.scorer!r} needs the option {name!r}")
    for task in {task.scorer: task for task in tasks}.values():
        with suppress(UnreadableAnswer):
            if task.scorer != "tests":  # runs code, and needs nothing
                score(task.scorer, task.reference, task.reference, task.options)


class _Run:
    def __init__(
        self,
        plan: Plan,
        results: Results,
        models: Mapping[str, ChatModel],
        lanes: Mapping[str, Lane],
        judges: Sequence[Comparer],
        listener: ChatModel | None,
        on_row: Callable[[Row], None],
    ) -> None:
        self._plan, self._results, self._models, self._lanes = plan, results, models, lanes
        self._judges = {judge.model_id: judge for judge in judges}
        self._listener, self._on_row = listener, on_row
        self._ending = Ending()
        self._answers: dict[tuple[str, str, int], Row] = {}
        self._wanted: dict[Key, Task] = {}  # verdicts that are not there and not asked for yet
        self._warm: set[str] = set()
        self._open = 0
        self._all_closed = asyncio.Event()
        self._code = asyncio.Semaphore(max(1, (os.cpu_count() or 1) // 2))  # more at a time would run into time limits

    async def go(self) -> Ending:
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                self._queue()
                lanes = {id(lane): lane for lane in self._lanes.values()}.values()
                workers = [tasks.create_task(lane.work(tasks.create_task)) for lane in lanes for _ in range(lane.width)]
                await self._all_closed.wait()
                for worker in workers:
                    worker.cancel()
        except BaseExceptionGroup as group:  # one cause is enough for the reader
            raise _first(group) from None
        return self._ending

    def _queue(self) -> None:
        have = self._results.rows
        self._wanted = {key: task for key, task in self._plan.verdicts().items() if key not in have}
        order = {model: i for i, model in enumerate(self._plan.tasks)}
        self._begin()  # the queueing itself
        for key, task in self._plan.answers().items():
            if key in have:
                self._answered(have[key])
            else:
                lane = self._lanes[key.model]
                # Models that share this machine come one after another: changing between them costs time.
                self._put(lane, (_IN_TURN, order[key.model] if lane.in_turn else 0), self._asking(key, task))
        self._close()

    # A job is open from when it is queued until its row is on the disk.

    def _begin(self) -> None:
        self._open += 1

    def _close(self) -> None:
        self._open -= 1
        if not self._open:
            self._all_closed.set()

    def _put(self, lane: Lane, rank: tuple[int, ...], job: Job) -> None:
        async def whole() -> Rest:
            try:
                return self._closing(await job())
            except _NOT_MADE as reason:
                self._ending.not_made[str(reason)] += 1
                self._ending.over_budget |= isinstance(reason, BudgetReached)
                return self._closing(None)

        self._begin()
        lane.put(rank, whole)

    async def _closing(self, rest: Rest | None) -> None:
        if rest is not None:
            await rest
        self._close()

    async def _keep(self, row: Row) -> None:
        await self._results.add(row)
        self._ending.rows += 1
        self._on_row(row)

    # Answers

    def _asking(self, key: Key, task: Task) -> Job:
        async def ask() -> Rest:
            model = self._models[key.model]
            request = task.request()
            if request.seed is not None:
                request = replace(request, seed=request.seed + key.repeat)
            if self._lanes[key.model].in_turn and key.model not in self._warm:
                self._warm.add(key.model)
                await _answer(model, request)
            return self._scoring(key, task, await _answer(model, request), _now())

        return ask

    async def _scoring(self, key: Key, task: Task, response: ChatResponse | ProviderError, at: str) -> None:
        usage, latency, ttft, finish = Usage(), None, None, None
        answer, quality, error = "", None, ""
        try:
            if isinstance(response, ProviderError):
                raise response
            usage, latency, ttft = response.usage, response.latency_s, response.ttft_s
            finish = response.finish_reason
            answer = await self._heard(key, response) if task.scorer == "heard" else response.text
            quality = await self._score(task, answer, finish == "length")
        except (ProviderError, UnreadableAnswer) as failure:
            error = str(failure)
        row = Row(
            task_id=task.id, model=key.model, repeat=key.repeat, modality=task.modality, category=task.category,
            language=task.language, source="exact", by=task.scorer, against="", order="", metric=task.metric,
            quality=quality, error=error, cost_usd=usage.cost_usd, latency_s=latency, ttft_s=ttft,
            input_tokens=usage.input_tokens, output_tokens=usage.output_tokens, finish_reason=finish or "", at=at,
            prompt=task.prompt, answer=answer,
        )  # fmt: skip
        await self._keep(row)
        self._answered(row)

    async def _score(self, task: Task, answer: str, cut_off: bool) -> float:
        if task.scorer != "tests":
            return score(task.scorer, answer, task.reference, task.options, cut_off=cut_off)
        async with self._code:  # it waits for programs
            return await asyncio.to_thread(
                score, task.scorer, answer, task.reference, task.options, cut_off=cut_off
            )  # fmt: skip

    async def _heard(self, key: Key, response: ChatResponse) -> str:
        """What the speech says; raises `ProviderError` when nobody can tell."""
        listener = self._listener
        if listener is None or not response.media:
            raise ProviderError("nobody listened" if response.media else "no speech came back")
        request = ChatRequest((Message("user", "", response.media),))
        lane = self._lanes[listener.model_id]
        if lane is self._lanes[key.model]:  # this is its turn
            heard = await _listen(listener, request)
        else:
            heard = await self._in_lane(lane, listener, request)
        if isinstance(heard, ProviderError):
            raise heard
        return heard.text

    async def _in_lane(self, lane: Lane, listener: ChatModel, request: ChatRequest) -> ChatResponse | ProviderError:
        found: asyncio.Future[ChatResponse | ProviderError] = asyncio.get_running_loop().create_future()

        async def listen() -> Rest:
            found.set_result(await _listen(listener, request))
            return self._closing(None)

        self._begin()
        lane.put((_FIRST,), listen)
        return await found

    # Verdicts

    def _answered(self, row: Row) -> None:
        """Have every pair judged that this answer completes."""
        self._answers[row.task_id, row.model, row.repeat] = row
        others = self._plan.tasks if row.model == self._plan.reference else (row.model,)
        reference = self._answers.get((row.task_id, self._plan.reference, row.repeat))
        for model in others:
            answer = self._answers.get((row.task_id, model, row.repeat))
            if answer is None or reference is None:
                continue
            for key in self._plan.verdicts_on(answer.key):
                if (task := self._wanted.pop(key, None)) is not None:
                    lane = self._lanes[key.by]
                    # At a provider, so that what was paid for is complete; on this machine, after what is timed.
                    rank = _LAST if lane.in_turn else _FIRST
                    self._put(lane, (rank,), self._judging(key, task, answer, reference))

    def _judging(
        self, key: Key, task: Task, answer: Row, reference: Row
    ) -> Job:  # fmt: skip
        order = cast("Literal['AB', 'BA']", key.order)

        async def judge() -> Rest:
            verdict = await self._judges[key.by].compare(task, answer.answer, reference.answer, order=order)
            return self._keep(
                row_of(verdict, task=task, model=key.model, repeat=key.repeat, judge=key.by, against=key.against,
                       order=order, at=_now())
            )  # fmt: skip

        return judge


async def _answer(model: ChatModel, request: ChatRequest) -> ChatResponse | ProviderError:
    """The whole answer, streamed so that the time to its first token is known; a failed call is a value here."""
    try:
        async with aclosing(model.stream(request)) as pieces:
            async for piece in pieces:
                if piece.response is not None:
                    return piece.response
    except ProviderError as error:
        return error
    return ProviderError(f"{model.model_id} did not end its answer")


async def _listen(listener: ChatModel, request: ChatRequest) -> ChatResponse | ProviderError:
    """As `_answer`; an answer that nobody can hear is there all the same, and unscored."""
    try:
        return await _answer(listener, request)
    except ModelGaveUp as error:
        return ProviderError(str(error))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
