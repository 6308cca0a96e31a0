"""Code that a model wrote, run where it can do little harm."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile

__all__ = ["passes"]

_SECONDS = 5
_MEMORY = 1 << 30

# The limits do not keep a program from emptying or deleting files, and root may start processes whatever the limit:
# the audit hook refuses what reaches outside the interpreter. The verdict is a byte on a copy of standard output,
# written after the test held: an exit status would call `sys.exit(0)` in the answer a pass. `os._exit` skips Python's
# shutdown for the same reason.
_DRIVER = f"""
import json, os, resource, sys
for limit, most in ((resource.RLIMIT_CPU, {_SECONDS}), (resource.RLIMIT_AS, {_MEMORY}), (resource.RLIMIT_FSIZE, 0),
                    (resource.RLIMIT_NPROC, 0), (resource.RLIMIT_NOFILE, 16), (resource.RLIMIT_CORE, 0)):
    resource.setrlimit(limit, (most, most))
code, test = json.load(sys.stdin)
reads = {{"os.listdir", "os.scandir", "os.walk"}}
def refuse(event, args):
    if event == "open" and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC):
        raise PermissionError("answers write no files")
    if event.partition(".")[0] in ("os", "shutil", "subprocess", "socket", "ctypes") and event not in reads:
        raise PermissionError("answers only compute")
verdict, null = os.dup(1), os.open(os.devnull, os.O_RDWR)
for descriptor in (0, 1, 2):
    os.dup2(null, descriptor)
sys.addaudithook(refuse)
names = {{"__name__": "answer"}}
try:
    exec(compile(code, "answer.py", "exec"), names)
    exec(compile(test, "test.py", "exec"), names)
except BaseException:
    os._exit(1)
os.write(verdict, b"held")
os._exit(0)
"""


def passes(code: str, test: str) -> bool:
    """Whether the `assert` in `test` holds after `code` ran.

    A separate interpreter in isolated mode, without environment or input, in an empty folder, with limits on time,
    memory, files and processes. That stops accidents; code from somebody hostile needs a virtual machine.
    """
    with tempfile.TemporaryDirectory() as folder:
        child = subprocess.Popen(
            [sys.executable, "-I", "-c", _DRIVER],
            cwd=folder,
            env={},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        with child:
            try:
                said, _ = child.communicate(json.dumps([code, test]).encode(), timeout=2 * _SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)  # the group: a program may have started others
                return False  # without reading on: one that left the group may hold the pipe open
    return said == b"held"
