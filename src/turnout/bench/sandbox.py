"""Code that a model wrote, run where it can do little harm."""

from __future__ import annotations

import subprocess
import sys
import tempfile

__all__ = ["passes"]

_SECONDS = 5
_MEMORY = 1 << 30
_LIMITS = f"""
import resource
for limit, most in ((resource.RLIMIT_CPU, {_SECONDS}), (resource.RLIMIT_AS, {_MEMORY}), (resource.RLIMIT_FSIZE, 0),
                    (resource.RLIMIT_NPROC, 0), (resource.RLIMIT_NOFILE, 16), (resource.RLIMIT_CORE, 0)):
    resource.setrlimit(limit, (most, most))
"""


def passes(code: str, test: str) -> bool:
    """Whether `code` followed by the `assert` in `test` ends well.

    A separate interpreter in isolated mode, without environment or input, in an empty folder, with limits on time,
    memory, files and processes. That stops accidents; code from somebody hostile needs a virtual machine.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-c", f"{_LIMITS}\n{code}\n\n{test}\n"],
                cwd=folder,
                env={},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=2 * _SECONDS,
                check=False,
            )
        except (subprocess.TimeoutExpired, ValueError):  # ValueError: a NUL in the code
            return False
        return done.returncode == 0
