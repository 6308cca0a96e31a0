"""A process that observes as fast as it can and says, on standard output, up to which number the turn is over.

``python observe_forever.py STORE_URL FOLDER NAME``; it ends only by being killed.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from turnout.evidence.store import EvidenceStore
from turnout.gateway.budget import Budgets
from turnout.gateway.exchange import Exchange
from turnout.gateway.record import Record

USD = 0.001


async def main(url: str, folder: str, name: str) -> None:
    record = Record(EvidenceStore(url), Path(folder), Budgets())
    await record.start()
    number = 0
    while True:
        for _ in range(20):
            exchange = Exchange(
                f"{name}-{number}", datetime.now(UTC), time.perf_counter(), "chat", model_id="a/one", prompt_id="p",
                key_id="key-aaaaaa", usd=USD, charged_usd=USD, status=200, latency_s=0.1,
            )  # fmt: skip
            record.observe(exchange)
            number += 1
        await asyncio.sleep(0)
        os.write(1, b"%d\n" % number)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
