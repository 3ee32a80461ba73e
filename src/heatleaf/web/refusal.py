"""A request that cannot be answered: its HTTP status, a code, and one sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from heatleaf.errors import UserError


class RefusalError(Exception):
    """An answer other than what was asked for.

    status : HTTP status. code : a code of `heatleaf.errors`, or one of the door: not_found, not_allowed, no_token,
    busy, request, state, internal. sentence : what to show.
    """

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.sentence = sentence


def error_parts(error: UserError) -> dict[str, str]:
    """Return the parts of a refusal, and the sentence that the command line prints (style P6)."""
    return {"code": error.code, "error": str(error), "what": error.what, "where": error.where, "fix": error.fix}


def error_body(status: int, code: str, sentence: str, errors: Sequence[Mapping[str, str]] = ()) -> dict[str, object]:
    """Return the one shape of an error that the browser gets."""
    return {"ok": False, "status": status, "code": code, "error": sentence, "errors": [dict(one) for one in errors]}
