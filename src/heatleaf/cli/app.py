"""Open the app: a page on this machine, from a dropped table to the answer."""

from __future__ import annotations

import argparse
import gc
import sys
from pathlib import Path

from heatleaf.errors import UserError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--port", type=port_number, default=0, metavar="N", help="port to listen on (the first free)")
    parser.add_argument("--no-browser", action="store_true", help="print the address, open no browser")
    parser.add_argument("--studies", type=Path, metavar="DIR", help="folder in which studies are kept")
    parser.add_argument(
        "--host", default="127.0.0.1", metavar="ADDRESS", help="address to listen on (127.0.0.1: this machine only)"
    )


def port_number(text: str) -> int:
    """Read a port."""
    if not text.isdigit() or not 1 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError(f"'{text}' is not a port, a number from 1 to 65535")
    return int(text)


def run(args: argparse.Namespace) -> None:
    """Serve until the page, the terminal or a long silence ends it."""
    try:
        from heatleaf.web.server import LOCAL_HOSTS, AppOptions, default_studies_folder, reached_as, run_app
    except ModuleNotFoundError as error:
        what = f"the app needs the package {error.name}, which is not installed"
        raise UserError("option", what, where="heatleaf app", fix="install heatleaf again") from error
    gc.enable()  # the entry switches it off for commands that end soon
    if args.host not in LOCAL_HOSTS:
        name = reached_as(args.host)
        print(f"heatleaf: other machines can reach this page as {name}; only who has the key gets in", file=sys.stderr)
    studies = (args.studies or default_studies_folder()).expanduser().absolute()
    options = AppOptions(studies, worker_command(), host=args.host, port=args.port)

    def ready(address: str, once: str) -> None:
        print("Stop with Ctrl-C here, or with the stop button of the page.", file=sys.stderr, flush=True)
        print(address, flush=True)
        if not args.no_browser:
            open_browser(once)

    run_app(options, ready)


def worker_command() -> tuple[str, ...]:
    """Return the command of the worker; -P keeps modules of the current folder out of it."""
    return (sys.executable, "-P", "-m", "heatleaf.cli.app_worker")


def open_browser(address: str) -> None:
    """Open the address without waiting for the browser."""
    import threading
    import webbrowser

    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
