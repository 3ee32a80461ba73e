"""Names and sizes of uploads, folders that are named, downloads (requirements S8-S10, S17)."""

from __future__ import annotations

import asyncio
import io
import random
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from app_process import BOUNDARY, multipart
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from heatleaf.errors import UserError
from heatleaf.web import uploads
from heatleaf.web.asked import OPTIONS, default_values
from heatleaf.web.downloads import disposition, file_id, file_of, zip_blocks
from heatleaf.web.inputs import files_of_folder
from heatleaf.web.refusal import RefusalError
from heatleaf.web.uploads import receive_files, safe_file_name

KIND = [(b"content-type", f"multipart/form-data; boundary={BOUNDARY}".encode())]


@given(st.text(max_size=300), st.sets(st.text(max_size=5), max_size=3))
def test_a_stored_name_is_safe_everywhere(label: str, taken: set[str]) -> None:  # S8, S17
    name = safe_file_name(label, taken)
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
    assert 1 <= len(name) <= 120 and name[0] not in ".-" and name.lower() in taken
    assert name.split(".")[0].upper() not in ("CON", "PRN", "AUX", "NUL", "COM1", "LPT1")
    assert safe_file_name(label, taken) != name


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("counts.csv.gz", "counts.csv.gz"),
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\my counts.xlsx", "my_counts.xlsx"),
        ("/abs/.bashrc", "bashrc"),
        ("--help", "help"),
        ("con.tsv", "file_con.tsv"),
        ("\0", "file"),
        ("", "file"),
        ("..", "file"),
        ("a" * 300 + ".tsv", "a" * 96 + ".tsv"),
    ],
)
def test_names_stay_as_near_as_is_safe(label: str, name: str) -> None:
    assert safe_file_name(label, set()) == name


def test_equal_names_are_told_apart_and_keep_their_endings() -> None:
    taken: set[str] = set()
    names = [safe_file_name(label, taken) for label in ("a.tsv.gz", "A.tsv.gz", "dir/a.tsv.gz")]
    assert names == ["a.tsv.gz", "A_2.tsv.gz", "a_3.tsv.gz"]


def send(body: bytes, folder: Path, size: int = 1000, **more: Any) -> list[Any]:
    """Give a request to `receive_files` in pieces of `size` bytes."""
    pieces = [body[i : i + size] for i in range(0, len(body), size)] or [b""]

    async def receive() -> dict[str, Any]:
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": KIND}
    return asyncio.run(receive_files(Request(scope, receive), folder, **more))


@pytest.mark.parametrize("size", [1, 7, 100, 100_000])
def test_files_arrive_whole_however_they_are_cut(tmp_path: Path, size: int) -> None:
    parts = [("a.tsv", b"x\r\n--heatleaf-test-boundar\r\n" * 20), ("b.tsv", b""), ("c.bin", bytes(range(256)))]
    files = send(multipart(parts), tmp_path, size)
    assert [(one.label, (tmp_path / Path(one.path).name).read_bytes()) for one in files] == parts
    assert [one.size for one in files] == [len(data) for _, data in parts]


def test_a_file_that_is_too_large_is_refused_as_soon_as_it_is(tmp_path: Path) -> None:  # S10
    with pytest.raises(UserError, match=r"^b\.tsv: is larger than 500 bytes\. Fix: name its folder") as caught:
        send(multipart([("a.tsv", b"x" * 400), ("b.tsv", b"y" * 600)]), tmp_path, max_file=500)
    assert caught.value.code == "too_large"
    assert not list(tmp_path.iterdir())


def test_a_silent_client_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # S22
    monkeypatch.setattr(uploads, "PATIENCE", 0.05)
    body = [multipart([("a.tsv", b"x" * 400)])[:200]]

    async def receive() -> dict[str, Any]:
        if not body:
            await asyncio.sleep(60)
        return {"type": "http.request", "body": body.pop(), "more_body": True}

    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": KIND}
    with pytest.raises(RefusalError, match=r"The upload stopped halfway; drop the files again\.") as caught:
        asyncio.run(receive_files(Request(scope, receive), tmp_path))
    assert caught.value.status == 408 and not list(tmp_path.iterdir())


def test_a_full_disk_is_told_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # R6
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 1_000_000})())
    with pytest.raises(UserError, match="MB are needed, 1 MB are free") as caught:
        send(multipart([("a.tsv", b"x")]), tmp_path)
    assert caught.value.code == "output_write" and not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["", "counts", "../counts", "/a\0b", "~nobody-here/x"])
def test_a_folder_is_named_by_its_full_path(text: str) -> None:  # S8
    with pytest.raises((UserError, RefusalError), match="full path of a folder"):
        files_of_folder(text)


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "file.tsv").write_text("x")
    with pytest.raises(UserError, match="this is a file, not a folder"):
        files_of_folder(str(tmp_path / "file.tsv"))
    with pytest.raises(UserError, match=r"nowhere: the folder does not exist") as caught:
        files_of_folder(str(tmp_path / "nowhere"))
    assert caught.value.code == "file_missing"


def test_a_file_is_found_by_its_id_alone(tmp_path: Path) -> None:  # S9
    (tmp_path / "run.json").write_text("{}")
    documents = {file_id("one", "run.json"): "run.json", file_id("one", "gone.tsv"): "gone.tsv"}
    assert file_of(documents, file_id("one", "run.json"), tmp_path) == tmp_path / "run.json"
    for wanted in ("run.json", "../run.json", file_id("two", "run.json"), file_id("one", "gone.tsv"), ""):
        with pytest.raises(RefusalError, match=r"There is no such file in this study\."):
            file_of(documents, wanted, tmp_path)


@pytest.mark.parametrize("name", ['a"b.tsv', "a\r\nX: y.tsv", "Zählung.tsv", "a\\b;c=d"])
def test_a_name_cannot_leave_its_header(name: str) -> None:
    text = disposition(name)
    assert text.isascii() and text.count('"') == 2 and "\\" not in text
    assert "\n" not in text.split("filename*")[1]


def test_a_zip_is_streamed_and_the_same_each_time(tmp_path: Path) -> None:
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "a.svg").write_bytes(b"<svg/>" * 100_000)
    (tmp_path / ".heatleaf-lock").write_text("x")
    whole = b"".join(zip_blocks(tmp_path, "My study"))
    assert whole == b"".join(zip_blocks(tmp_path, "My study"))
    archive = zipfile.ZipFile(io.BytesIO(whole))
    assert archive.namelist() == ["My study/figures/a.svg"] and archive.testzip() is None
    assert archive.read("My study/figures/a.svg") == b"<svg/>" * 100_000


def test_a_zip_never_holds_files_of_two_results(tmp_path: Path) -> None:
    """A result that takes the place of the one that is sent ends the sending."""
    folder = tmp_path / "result"
    for name in ("a.bin", "b.bin"):
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(random.Random(name).randbytes(2_000_000))
    blocks = zip_blocks(folder, "study")
    next(blocks)
    folder.rename(tmp_path / "before")
    shutil.copytree(tmp_path / "before", folder)
    with pytest.raises(FileNotFoundError, match="result has been replaced"):
        list(blocks)


def test_choices_of_the_page_are_those_of_the_analysis() -> None:
    from heatleaf.analysis.choices import METRICS
    from heatleaf.cluster.linkage import METHODS
    from heatleaf.figures.palettes import HEAT_PALETTES

    choices = {one.name: one.choices for one in OPTIONS}
    assert choices["palette"] == tuple(HEAT_PALETTES)
    assert choices["metric"] == METRICS and set(choices["linkage_method"]) == set(METHODS)
    assert {one.name for one in OPTIONS} <= default_values().keys()
