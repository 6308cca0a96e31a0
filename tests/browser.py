"""A page in a real browser, through its debugging port."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

MISSING = shutil.which("chromium") is None


class Tab:
    """One page: its expressions have values, its keys can be pressed."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket, self._count = socket, 0
        self.thrown: list[str] = []

    async def call(self, method: str, **parameters: Any) -> Any:
        self._count += 1
        await self._socket.send_json({"id": self._count, "method": method, "params": parameters})
        while (message := await self._socket.receive_json(timeout=20)).get("id") != self._count:
            if message.get("method") in ("Runtime.exceptionThrown", "Page.javascriptDialogOpening", "Log.entryAdded"):
                self.thrown.append(str(message["params"]))
        return message["result"]

    async def value(self, expression: str) -> Any:
        return (await self.call("Runtime.evaluate", expression=expression, returnByValue=True))["result"].get("value")

    async def until(self, expression: str) -> None:
        for _ in range(200):
            if await self.value(f"Boolean({expression})"):
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"never came true: {expression}; {(await self.value('document.body.innerText'))[:500]}")

    async def press(self, key: str, **more: Any) -> None:
        for kind in ("keyDown", "keyUp"):
            await self.call("Input.dispatchKeyEvent", type=kind, key=key, **more)


@asynccontextmanager
async def opened(page: str, folder: Path, *, width: int = 1280, height: int = 900) -> AsyncIterator[Tab]:
    """The page at this address, loaded, in a window so wide; the browser keeps its files in `folder`."""
    chromium = await asyncio.create_subprocess_exec(
        *["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
          "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        port_file = folder / "DevToolsActivePort"
        for _ in range(300):
            if port_file.exists() and port_file.read_text():
                break
            await asyncio.sleep(0.1)
        port = port_file.read_text().split()[0]
        async with aiohttp.ClientSession() as session:
            pages = await (await session.get(f"http://127.0.0.1:{port}/json")).json(content_type=None)
            address = next(p["webSocketDebuggerUrl"] for p in pages if p["type"] == "page")
            async with session.ws_connect(address, max_msg_size=0) as socket:
                tab = Tab(socket)
                for domain in ("Page", "Runtime", "Log"):
                    await tab.call(f"{domain}.enable")
                size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
                await tab.call("Emulation.setDeviceMetricsOverride", **size)
                await tab.call("Page.navigate", url=page)
                await tab.until("location.href != 'about:blank' && document.readyState == 'complete'")
                yield tab
    finally:
        chromium.kill()
        await chromium.wait()
