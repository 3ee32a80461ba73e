"""The worker process of the app: introduces the room that analyses for the browser to the room that writes folders."""

from __future__ import annotations


def main() -> None:
    """Answer the requests of the app until it ends."""
    from functools import partial

    from heatleaf.report.answer import write_answer
    from heatleaf.report.written import FolderBefore
    from heatleaf.web.work import serve_work

    serve_work(partial(write_answer, before=FolderBefore()))


if __name__ == "__main__":
    main()
