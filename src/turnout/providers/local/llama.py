"""llama.cpp's HTTP server, in this process."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import xllamacpp

from turnout.providers.local.catalogue import CONTEXT_TOKENS

__all__ = ["Llama"]


class Llama:
    """One language model on a free loopback port; ends the process with a reason when it cannot be loaded."""

    def __init__(self, model_id: str, folder: Path, threads: int, key: str) -> None:
        (weights,) = folder.glob("*.gguf")
        params = xllamacpp.CommonParams()
        params.model.path = str(weights)
        params.model_alias = {model_id}
        params.port = 0  # a free one
        params.api_keys = [key]
        params.n_ctx = CONTEXT_TOKENS
        params.n_parallel = 1  # requests queue: two at once on one core only make both late
        params.cpuparams.n_threads = threads
        params.cpuparams_batch.n_threads = threads
        params.cache_ram_mib = 0
        params.endpoint_metrics = True
        params.ui = False
        params.verbosity = 1  # errors only
        try:
            self._server = xllamacpp.Server(params)
        except RuntimeError as error:
            raise SystemExit(f"llama.cpp cannot serve {weights.name}: {error}") from None
        self.port = int(self._server.listening_address.rpartition(":")[2])

    def busy(self) -> bool:
        """Whether a request is being answered, or waits."""
        lines = self._server.handle_metrics().splitlines()
        counts = [line.rpartition(" ")[2] for line in lines if line.startswith("llamacpp:requests_")]
        return any(float(count) > 0 for count in counts)

    def close(self) -> None:
        """Destroying the server object waits for a running answer to end; leaving at once does not."""
        if self.busy():
            sys.stderr.write("stopped while answering\n")
            os._exit(0)
