"""Work done by a forked child: the same result whoever does it, also when the child dies or the work fails."""

from __future__ import annotations

import os
import time

import pytest

from heatleaf.analysis.beside import Beside


def test_the_result_is_that_of_the_work() -> None:
    assert Beside(lambda: sum(range(1000))).result() == 499_500


def test_nothing_is_a_result() -> None:
    assert Beside(lambda: None).result() is None


def test_this_process_goes_on_meanwhile() -> None:
    began = time.perf_counter()
    work = Beside(lambda: time.sleep(0.3))
    assert time.perf_counter() - began < 0.25
    work.result()


def test_a_child_that_dies_is_replaced() -> None:
    """R36: what the child could not do is done here."""
    parent = os.getpid()

    def die_in_the_child() -> str:
        if os.getpid() != parent:
            os._exit(9)
        return "done here"

    assert Beside(die_in_the_child).result() == "done here"


def test_a_fault_is_raised_here() -> None:
    def fail() -> None:
        raise ZeroDivisionError("in the work")

    with pytest.raises(ZeroDivisionError, match="in the work"):
        Beside(fail).result()
