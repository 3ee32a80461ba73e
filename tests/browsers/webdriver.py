"""The part of W3C WebDriver that these tests need, over its two wires.

WebKitWebDriver and chromedriver take it as HTTP; Firefox takes the same commands in a protocol of its own, Marionette,
and needs no program between.
"""

from __future__ import annotations

import base64
import http.client
import json
import socket
import time
from collections.abc import Sequence
from typing import Any, Protocol

_PATHS = {
    "NewSession": ("POST", ""),
    "Navigate": ("POST", "/url"),
    "Refresh": ("POST", "/refresh"),
    "ExecuteScript": ("POST", "/execute/sync"),
    "ExecuteAsyncScript": ("POST", "/execute/async"),
    "PerformActions": ("POST", "/actions"),
    "ReleaseActions": ("DELETE", "/actions"),
    "TakeScreenshot": ("GET", "/screenshot"),
    "SetWindowRect": ("POST", "/window/rect"),
    "SetTimeouts": ("POST", "/timeouts"),
    "DeleteSession": ("DELETE", ""),
}
_PATIENCE = 40.0  # s


class Refused(Exception):
    """The browser could not do what it was told."""


class Wire(Protocol):
    """What brings a command to a browser."""

    def send(self, command: str, parameters: dict[str, Any]) -> Any:
        """Return the value of the answer."""

    def close(self) -> None:
        """Let the connection go."""


class HttpWire:
    """Commands as HTTP requests to a driver program."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
        self._session = ""

    def send(self, command: str, parameters: dict[str, Any]) -> Any:
        """Send a command of the standard, or one of the driver's own by its path."""
        method, path = _PATHS.get(command, ("POST", command))
        value = self._ask(method, self._session + path if self._session else "/session", parameters)
        if command == "NewSession":
            self._session = f"/session/{value['sessionId']}"
        return value

    def _ask(self, method: str, path: str, parameters: dict[str, Any]) -> Any:
        body = json.dumps(parameters).encode() if method == "POST" else None
        self._connection.request(method, path, body, {"Content-Type": "application/json"})
        answer = self._connection.getresponse()
        value = json.loads(answer.read())["value"]
        if answer.status != 200:
            raise Refused(f"{value['error']}: {value['message']}")
        return value

    def close(self) -> None:
        """Let the connection go."""
        self._connection.close()


class MarionetteWire:
    """Commands as frames of length and JSON over a socket to Firefox."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)
        self._stream = self._socket.makefile("rb")
        self._n_sent = 0
        self._read()  # its greeting

    def send(self, command: str, parameters: dict[str, Any]) -> Any:
        """Send a command of the standard, or one of Firefox with its prefix."""
        self._n_sent += 1
        name = command if ":" in command else f"WebDriver:{command}"
        frame = json.dumps([0, self._n_sent, name, parameters])
        self._socket.sendall(f"{len(frame.encode())}:{frame}".encode())
        _, _, error, result = self._read()
        if error:
            raise Refused(f"{error['error']}: {error['message']}")
        return result["value"] if isinstance(result, dict) and set(result) == {"value"} else result

    def _read(self) -> Any:
        digits = b""
        while (byte := self._stream.read(1)) != b":":
            if not byte:
                raise Refused("Firefox has gone")
            digits += byte
        return json.loads(self._stream.read(int(digits)))

    def close(self) -> None:
        """Let the connection go."""
        self._stream.close()
        self._socket.close()


class Tab:
    """The page of a browser, as hands and eyes have it. Places are CSS pixels of the page in sight."""

    def __init__(self, wire: Wire, capabilities: dict[str, Any]) -> None:
        self.wire = wire
        self.wire.send("NewSession", {"capabilities": {"alwaysMatch": capabilities}})
        self.wire.send("SetTimeouts", {"script": 30_000, "pageLoad": 60_000})

    def open(self, address: str) -> None:
        """Go to an address."""
        self.wire.send("Navigate", {"url": address})

    def reload(self) -> None:
        """Load the page again."""
        self.wire.send("Refresh", {})

    def ask(self, expression: str, *values: Any) -> Any:
        """Return what an expression is in the page; `arguments` holds the values."""
        return self.wire.send("ExecuteScript", {"script": f"return {expression}", "args": list(values)})

    def wait(self, expression: str, *values: Any) -> Any:
        """Return what an expression is in the page once that is neither false nor empty."""
        end = time.monotonic() + _PATIENCE
        while not (found := self.ask(expression, *values)):
            assert time.monotonic() < end, f"still not true: {expression} {values or ''}"
            time.sleep(0.05)
        return found

    def wait_for_script(self, script: str) -> Any:
        """Return what a script gives to the function that is its argument."""
        return self.wire.send("ExecuteAsyncScript", {"script": script, "args": []})

    def settle(self) -> None:
        """Wait until the page has drawn what it was told."""
        self.wait_for_script(
            "const [done] = arguments; requestAnimationFrame(() => requestAnimationFrame(() => done(true)))"
        )

    def let_go(self) -> None:
        """Forget which keys and buttons were pressed, and where."""
        self.wire.send("ReleaseActions", {})

    def move(self, x: float, y: float) -> None:
        """Put the mouse somewhere."""
        self._point([_to(x, y)])

    def click(self, x: float, y: float) -> None:
        """Click at a place."""
        self._point([_to(x, y), _button("Down"), _button("Up")])

    def click_on(self, selector: str, said: str = "") -> None:
        """Click on the first element in sight of a selector that says something."""
        self.click(*self.wait(_MIDDLE, selector, said))

    def drag(self, start: tuple[float, float], stop: tuple[float, float]) -> None:
        """Drag from place to place."""
        ways = [_to(*(a + (b - a) * i / 4 for a, b in zip(start, stop, strict=True))) for i in range(5)]
        self._point([ways[0], _button("Down"), *ways[1:], _button("Up")])

    def wheel(self, x: float, y: float, delta: int, keys: str = "") -> None:
        """Turn the wheel at a place with keys held."""
        scroll = {"type": "scroll", "x": round(x), "y": round(y), "deltaX": 0, "deltaY": delta, "origin": "viewport"}
        held = [{"type": "keyDown", "value": key} for key in keys]
        self._act(
            {"type": "key", "id": "keys", "actions": held},
            {"type": "wheel", "id": "wheel", "actions": [{"type": "pause"}] * len(keys) + [scroll]},
        )
        self._act({"type": "key", "id": "keys", "actions": [{"type": "keyUp", "value": key} for key in keys]})

    def press(self, *keys: str, held: str = "") -> None:
        """Press keys one after the other, with others held."""
        pressed = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._act(
            {
                "type": "key",
                "id": "keys",
                "actions": [
                    *({"type": "keyDown", "value": key} for key in held),
                    *pressed,
                    *({"type": "keyUp", "value": key} for key in held),
                ],
            }
        )

    def picture(self) -> bytes:
        """Return what is in sight as PNG."""
        return base64.b64decode(self.wire.send("TakeScreenshot", {"full": False}))

    def _point(self, actions: Sequence[dict[str, Any]]) -> None:
        self._act({"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": list(actions)})

    def _act(self, *sources: dict[str, Any]) -> None:
        self.wire.send("PerformActions", {"actions": list(sources)})


_SETTLE = "const [done] = arguments; requestAnimationFrame(() => requestAnimationFrame(() => done(true)))"
_MIDDLE = """(() => {
  const said = [...document.querySelectorAll(arguments[0])].filter((one) => one.textContent.includes(arguments[1]));
  for (const one of said) {
    if (!one.checkVisibility()) continue;
    one.scrollIntoView({ block: "nearest", behavior: "instant" });
    const box = one.getBoundingClientRect();
    if (box.width) return [box.x + box.width / 2, box.y + box.height / 2];
  }
  return null;
})()"""


def _to(x: float, y: float) -> dict[str, Any]:
    return {"type": "pointerMove", "x": round(x), "y": round(y), "duration": 0, "origin": "viewport"}


def _button(way: str) -> dict[str, Any]:
    return {"type": f"pointer{way}", "button": 0}
