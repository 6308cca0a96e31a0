"""Turnout's gateway beside LiteLLM's proxy and a pass-through that parses nothing, all before the same upstream.

The server that is measured has the first core, the upstream and the load the second. Rounds go in turns: LiteLLM, raw,
Turnout, and again. Shown are the median and the range over rounds, and whether each target is met. Load comes from wrk
(rates) and from an asyncio client with its own clock (latencies, slow streams). For rows 3 and 5 `auto` needs routers,
each a file of: turnout fit llmrouter --encoder static -o FILE (and with minilm). LiteLLM has its own environment:
python -m venv VENV && VENV/bin/pip install 'litellm[proxy]'. Wants Linux, two cores, wrk and taskset.
Run: python benchmarks/gateway.py --litellm VENV --static FILE.npz --minilm FILE.npz --json result.json
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

import gateway_load as load
from gateway_servers import FIXED, SLOW, Fleet, Server, ServerFailed, litellm, raw, turnout, upstream
from gateway_table import Row, Target, as_json, lines

DIRECT, LITELLM, RAW = "direct", "LiteLLM", "raw pass-through"
TURNOUT, STATIC, MINILM = "Turnout", "Turnout auto, static", "Turnout auto, MiniLM"
STREAMS, STALL_S = 200, 0.25
CPU = "CPU each"
WARM_S = 1.0
_Measure = Callable[[], dict[str, float]]  # one round: the value of each statistic


class Benchmark:
    """The rows, each a method that measures in turns and says what must be reached."""

    def __init__(self, fleet: Fleet, folder: Path, options: argparse.Namespace) -> None:
        self.fleet, self.folder, self.options = fleet, folder, options
        self.rows: list[Row] = []

    def _row(self, number: int, title: str, unit: str) -> Row:
        self.rows.append(row := Row(number, title, unit, units={CPU: "µs"}))
        return row

    def _in_turns(self, row: Row, measures: Mapping[str, _Measure]) -> None:
        """Call each measure once a round; one that fails is left out from then on, and the row says why."""
        left = {name: measure for name, measure in measures.items() if name in self.fleet}
        for turn in range(self.options.rounds):
            for name, measure in list(left.items()):
                try:
                    for statistic, value in measure().items():
                        row.add(name, statistic, value)
                        measured = f"{name} {statistic}".strip()
                        say(f"row {row.number}, round {turn + 1}, {measured}: {value:,.2f} {row.unit_of(statistic)}")
                except ServerFailed as error:
                    say(f"row {row.number}, {name}: {error}")
                    row.failed[name] = str(error)
                    del left[name]

    def _rate(self, name: str, model: str, *, stream: bool = False) -> dict[str, float]:
        """Answers a second, and what each cost the server's processor: that depends less on what else runs."""
        server = self.fleet[name]
        server.check(model, stream=stream)
        self._wrk(server, model, WARM_S, stream=stream)
        before = server.cpu()
        rate, count = self._wrk(server, model, self.options.seconds, stream=stream)
        return {"": rate, CPU: 1e6 * (server.cpu() - before) / count}

    def requests(self) -> None:
        row = self._row(1, "requests/s, fixed model (key, record, metrics, breaker on)", "1/s")
        self._in_turns(row, {name: partial(self._rate, name, FIXED) for name in (LITELLM, RAW, TURNOUT)})
        row.targets = [
            Target("LiteLLM", row.ratio(TURNOUT, LITELLM), 25, "×", at_least=True),
            Target("of the raw pass-through", _percent(row.ratio(TURNOUT, RAW)), 50, "%", at_least=True),
        ]

    def streams(self) -> None:
        row = self._row(2, "streams/s of 20 chunks, fixed model", "1/s")
        self._in_turns(row, {name: partial(self._rate, name, FIXED, stream=True) for name in (LITELLM, RAW, TURNOUT)})
        row.targets = [
            Target("LiteLLM", row.ratio(TURNOUT, LITELLM), 50, "×", at_least=True),
            Target("of the raw pass-through", _percent(row.ratio(TURNOUT, RAW)), 50, "%", at_least=True),
        ]

    def auto(self) -> None:
        row = self._row(3, "requests/s, auto on prompts of 30 tokens, no two alike", "1/s")
        fixed = {name: partial(self._rate, name, FIXED) for name in (LITELLM, RAW)}
        self._in_turns(row, fixed | {name: partial(self._rate, name, "auto") for name in (STATIC, MINILM)})
        row.targets = [
            Target("static: LiteLLM's fixed model", row.ratio(STATIC, LITELLM), 15, "×", at_least=True),
            Target("MiniLM: LiteLLM's fixed model", row.ratio(MINILM, LITELLM), 2, "×", at_least=True),
        ]
        row.note = "LiteLLM and raw: the fixed model"

    def latency(self) -> None:
        """LiteLLM is asked a fifth as often: at 100 a second it would measure its own queue."""
        row = self._row(4, "latency at 100 requests/s, fixed model (LiteLLM: 20/s)", "ms")
        paces = {DIRECT: 100.0, LITELLM: 20.0, RAW: 100.0, TURNOUT: 100.0}
        self._in_turns(row, {name: partial(self._latency, name, FIXED, pace) for name, pace in paces.items()})
        for share, bound in (("p50", 1.0), ("p99", 4.0)):
            added = row.added(TURNOUT, DIRECT, share)
            row.targets.append(Target(f"added at {share} over direct", added, bound, "ms"))
        row.note = self._added(row, (LITELLM, RAW))

    def auto_latency(self) -> None:
        row = self._row(5, "latency of auto at 100 requests/s (MiniLM: 20/s)", "ms")
        measures: dict[str, _Measure] = {
            DIRECT: partial(self._latency, DIRECT, FIXED, 100.0),
            STATIC: partial(self._latency, STATIC, "auto", 100.0),
            MINILM: partial(self._latency, MINILM, "auto", 20.0),
        }
        self._in_turns(row, measures)
        for name, bound in ((STATIC, 2.0), (MINILM, 8.0)):
            added = row.added(name, DIRECT, "p50")
            row.targets.append(Target(f"added at p50, {name.removeprefix('Turnout ')}", added, bound, "ms"))

    def slow_streams(self) -> None:
        row = self._row(6, f"{STREAMS} slow streams at a time: a chunk's gap beyond 20 ms", "ms")
        self._in_turns(row, {name: partial(self._slow, name) for name in (DIRECT, RAW, TURNOUT)})
        added = row.added(TURNOUT, DIRECT, "p99")
        longest = max(row.values.get((TURNOUT, "longest"), []), default=None)
        row.targets = [
            Target("added at p99 over direct", added, 10, "ms"),
            Target("the longest gap: no stall", longest, STALL_S * 1000, "ms"),
        ]

    def start(self) -> None:
        row = self._row(7, "start: from spawning to the first answer", "s")
        self._in_turns(row, {name: partial(self._start, name) for name in (LITELLM, RAW, TURNOUT, STATIC, MINILM)})
        for name in (TURNOUT, STATIC, MINILM):
            row.targets.append(Target(name, row.median(name), 1.5, "s"))

    def memory(self) -> None:
        """Resident memory after a warm load, and its growth over many requests of the fixed model."""
        row = self._row(7, "resident memory after 2 s of load", "MB")
        models = {LITELLM: FIXED, RAW: FIXED, TURNOUT: FIXED, STATIC: "auto", MINILM: "auto"}
        for name, model in models.items():
            if name in self.fleet:
                self._memory(row, name, model)
        for name, bound in ((TURNOUT, 120.0), (STATIC, 120.0), (MINILM, 320.0)):
            row.targets.append(Target(name, row.median(name), bound, "MB"))
        later, before = row.median(TURNOUT, "later"), row.median(TURNOUT)
        growth = None if later is None or before is None else 100 * (later / before - 1)
        row.targets.append(Target(f"growth over {self.options.requests:,} requests", growth, 5, "%"))

    def _memory(self, row: Row, name: str, model: str) -> None:
        try:
            self.fleet.stop(name)
            server = self.fleet[name]
            server.check(model)
            _, done = self._wrk(server, model, 2 * WARM_S)
            row.add(name, "", server.rss())
            say(f"row 7, {name}: {server.rss():.0f} MB")
            while name == TURNOUT and done < self.options.requests:
                done += self._wrk(server, model, 5.0)[1]
                say(f"row 7, {name}: {server.rss():.1f} MB after {done:,} requests")
            if name == TURNOUT:
                row.add(name, "later", server.rss())
        except ServerFailed as error:
            say(f"row 7, {name}: {error}")
            row.failed[name] = str(error)

    def _wrk(self, server: Server, model: str, seconds: float, *, stream: bool = False) -> tuple[float, int]:
        connections = self.options.connections
        return load.rate(server, model, stream=stream, seconds=seconds, connections=connections, folder=self.folder)

    def _latency(self, name: str, model: str, pace: float) -> dict[str, float]:
        server = self.fleet[name]
        server.check(model)
        load.latencies(server, model, per_second=pace, seconds=WARM_S)
        found = load.latencies(server, model, per_second=pace, seconds=self.options.seconds)
        return {f"p{share}": 1000 * load.percentile(found, share / 100) for share in (50, 99)}

    def _slow(self, name: str) -> dict[str, float]:
        server = self.fleet[name]
        server.check(SLOW, stream=True)
        before = server.cpu()
        found = load.late_chunks(server, streams=STREAMS, seconds=self.options.seconds)
        spent = 1e6 * (server.cpu() - before) / len(found)
        p50, p99 = (1000 * load.percentile(found, share) for share in (0.5, 0.99))
        return {"p50": p50, "p99": p99, "longest": 1000 * max(found), CPU: spent}

    def _start(self, name: str) -> dict[str, float]:
        self.fleet.stop(name)
        server = self.fleet.makers[name]()
        try:
            return {"": server.start()}
        finally:
            server.stop()

    def _added(self, row: Row, names: Iterable[str]) -> str:
        parts = []
        for name in names:
            added = [row.added(name, DIRECT, share) for share in ("p50", "p99")]
            if None not in added:
                parts.append(f"{name} adds " + " / ".join(f"{each:.2f}" for each in added if each is not None) + " ms")
        return "; ".join(parts)


def main() -> None:
    options = _options()
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2 or not shutil.which("wrk") or not shutil.which("taskset"):
        sys.exit("this needs Linux, two cores, wrk and taskset")
    served, mine = cores[0], cores[1]
    os.sched_setaffinity(0, {mine})
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="gateway-") as place, Fleet({}) as fleet:
        folder = Path(place)
        fleet.makers[DIRECT] = partial(upstream, mine, folder)
        provider = fleet[DIRECT]
        fleet.makers[RAW] = partial(raw, served, folder, provider)
        fleet.makers[TURNOUT] = partial(turnout, TURNOUT, served, folder, provider)
        if options.litellm:
            fleet.makers[LITELLM] = partial(litellm, options.litellm, served, folder, provider)
        for name, router in ((STATIC, options.static), (MINILM, options.minilm)):
            if router:
                fleet.makers[name] = partial(turnout, name, served, folder, provider, router)
        benchmark = Benchmark(fleet, folder, options)
        measures: dict[int, list[Callable[[], None]]] = {
            1: [benchmark.requests],
            2: [benchmark.streams],
            3: [benchmark.auto],
            4: [benchmark.latency],
            5: [benchmark.auto_latency],
            6: [benchmark.slow_streams],
            7: [benchmark.start, benchmark.memory],
        }
        try:
            for measure in (each for number in options.only for each in measures[number]):
                measure()
            code = 0
        except KeyboardInterrupt:
            say("broken off; what was measured follows")
            code = 130
    rows = benchmark.rows
    print("\n".join(lines(rows, LITELLM, RAW)))
    if options.json:
        document = {"machine": _machine(options), "rows": as_json(rows)}
        options.json.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    sys.exit(code or any(target.met is False for row in rows for target in row.targets))


def say(line: str) -> None:
    """Progress, beside the table."""
    print(line, file=sys.stderr, flush=True)


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _machine(options: argparse.Namespace) -> dict[str, object]:
    processor = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    packages = ("turnout", "aiohttp", "uvicorn", "uvloop", "httptools")
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": processor,
        "python": platform.python_version(),
        "versions": {name: version(name) for name in packages},
        "rounds": options.rounds,
        "seconds": options.seconds,
        "connections": options.connections,
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--litellm", type=Path, metavar="VENV", help="an environment with litellm[proxy]")
    parser.add_argument("--static", type=Path, metavar="FILE", help="a router fitted with the static encoder")
    parser.add_argument("--minilm", type=Path, metavar="FILE", help="a router fitted with MiniLM")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement")
    parser.add_argument("--connections", type=int, default=32, help="of wrk")
    parser.add_argument("--requests", type=int, default=20_000, help="after which memory is read again")
    parser.add_argument("--only", type=_numbers, default=[1, 2, 3, 4, 5, 6, 7], metavar="1,4", help="these rows")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every round's value there")
    return parser.parse_args()


def _numbers(text: str) -> list[int]:
    numbers = sorted({int(part) for part in text.split(",")})
    if not numbers or not set(numbers) <= set(range(1, 8)):
        raise argparse.ArgumentTypeError("rows have the numbers 1 to 7")
    return numbers


if __name__ == "__main__":
    main()
