"""A headless Chromium that opens a page and is driven over its DevTools protocol, by aiohttp."""

import asyncio
import base64
import itertools
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import aiohttp

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
DEADLINE_S = 30.0
# nothing of the host is needed, nothing may be asked of a network; a container has no user namespace
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
    "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--remote-debugging-port=0", "--allow-file-access-from-files",
)  # fmt: skip


def find_chromium() -> str | None:
    """Return where a Chromium is, or None."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Page:
    """One page. Every method waits for its answer, with a deadline.

    Attributes:
        requests: every address that the page has asked for.
        console: what was written to its console, errors and refused scripts included.
        dialogs: texts of dialogs that it opened.
    """

    def __init__(self, runner: asyncio.Runner, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._runner, self._socket = runner, socket
        self._numbers = itertools.count(1)
        self._loaded = False
        self.requests: list[str] = []
        self.console: list[str] = []
        self.dialogs: list[str] = []

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and return its result."""
        return self._runner.run(self._call(method, parameters))

    async def _call(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        async with asyncio.timeout(DEADLINE_S):
            while True:
                message = await self._socket.receive_json()
                if message.get("id") == number:
                    assert "error" not in message, message
                    return message["result"]
                await self._note(message)

    async def _note(self, message: dict[str, Any]) -> None:
        what, told = message.get("method"), message.get("params", {})
        if what == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])
        elif what == "Runtime.exceptionThrown":
            self.console.append(str(told["exceptionDetails"]))
        elif what == "Runtime.consoleAPICalled":
            self.console.append(str(told["args"]))
        elif what == "Log.entryAdded":
            self.console.append(told["entry"]["text"])
        elif what == "Page.loadEventFired":
            self._loaded = True
        elif what == "Page.javascriptDialogOpening":
            self.dialogs.append(told["message"])
            number = next(self._numbers)
            await self._socket.send_json(
                {"id": number, "method": "Page.handleJavaScriptDialog", "params": {"accept": True}}
            )

    def open(self, file: Path, fragment: str = "") -> None:
        """Open a file, and return when it is loaded."""
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call("Page.navigate", url="about:blank")
        self._loaded = False
        self.call("Page.navigate", url=file.as_uri() + fragment)
        self.wait("document.readyState === 'complete' && location.protocol === 'file:'")

    def run(self, script: str) -> Any:
        """Run a script in the page and return what it comes to."""
        result = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def wait(self, condition: str) -> Any:
        """Wait until a script comes to something true, and return it."""
        return self._runner.run(self._until(condition))

    async def _until(self, condition: str) -> Any:
        async with asyncio.timeout(DEADLINE_S):
            while True:
                result = await self._call(
                    "Runtime.evaluate", {"expression": condition, "returnByValue": True}
                )
                value = result["result"].get("value")
                if value and "exceptionDetails" not in result:
                    return value
                await asyncio.sleep(0.02)

    def key(self, key: str) -> None:
        """Press and release a key."""
        text = key if len(key) == 1 else {"Enter": "\r", " ": " "}.get(key, "")
        code = {"Enter": 13, "Tab": 9, "ArrowRight": 39, "ArrowLeft": 37}.get(key, 0)
        for kind in ("keyDown", "keyUp"):
            extra = {"text": text} if text and kind == "keyDown" else {}
            self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **extra
            )

    def size(self, width: int, height: int) -> None:
        """Give the window a size in pixels."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)  # fmt: skip

    def screenshot(self, file: Path, clip: dict[str, float] | None = None) -> None:
        """Write what is seen as PNG, or the part of the page that `clip` is (x, y, width, height)."""
        asked = {} if clip is None else {"clip": clip | {"scale": 1}, "captureBeyondViewport": True}
        file.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", **asked)["data"]))

    def pdf(self) -> bytes:
        """Return the page as printed."""
        printed = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        return base64.b64decode(printed["data"])


class Chromium:
    """A browser; a context manager. `page()` opens a new tab."""

    def __enter__(self) -> "Chromium":
        found = find_chromium()
        if found is None:
            raise FileNotFoundError("no Chromium is installed")
        self._folder = tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            [found, *FLAGS, f"--user-data-dir={self._folder.name}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._runner = asyncio.Runner()
        self._sockets: list[aiohttp.ClientWebSocketResponse] = []
        self._session = self._runner.run(self._connect())
        return self

    async def _connect(self) -> aiohttp.ClientSession:
        told = Path(self._folder.name) / "DevToolsActivePort"
        async with asyncio.timeout(DEADLINE_S):
            while not (told.exists() and told.read_text().count("\n")):
                assert self._process.poll() is None, "Chromium has ended"
                await asyncio.sleep(0.05)
        port = told.read_text().split("\n")[0]
        return aiohttp.ClientSession(f"http://127.0.0.1:{port}")

    def page(self) -> Page:
        """Open a tab."""
        socket = self._runner.run(self._tab())
        self._sockets.append(socket)
        return Page(self._runner, socket)

    async def _tab(self) -> aiohttp.ClientWebSocketResponse:
        async with self._session.put("/json/new?about:blank") as answer:
            target = await answer.json()
        return await self._session.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0)

    def __exit__(self, *_: object) -> None:
        for socket in self._sockets:
            self._runner.run(socket.close())
        self._runner.run(self._session.close())
        self._runner.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        self._folder.cleanup()
