"""Downloads from a real server on this computer (requirement S23)."""

from __future__ import annotations

import errno
import hashlib
import random
import socket
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from heatleaf.errors import UserError
from heatleaf.io.atomic import Disk
from heatleaf.io.download import Patience, RemoteFile, download, forget
from web_server import Page, Site, serve

CONTENT = random.Random(1).randbytes(300_000)
PATIENCE = Patience(attempts=3, pause=0.01, timeout=5.0, stall=60.0)


def remote(site: Site, name: str = "file.gz", **changes: object) -> RemoteFile:
    return replace(RemoteFile(name, site.url(f"/{name}"), 10_000_000, by_hand="then give it"), **changes)


def refusal(site: Site, folder: Path, patience: Patience = PATIENCE, **changes: object) -> UserError:
    with pytest.raises(UserError) as caught:
        download(remote(site, **changes), folder, patience=patience)
    return caught.value


# --- what must hold


def test_a_file_arrives_whole_with_its_hash_and_date(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    with serve({"/file.gz": Page(CONTENT)}) as site:
        done = download(remote(site), tmp_path, progress=lambda *step: seen.append(step))
    assert done.path == tmp_path / "file.gz"
    assert done.path.read_bytes() == CONTENT
    assert done.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert (done.n_bytes, done.last_modified) == (len(CONTENT), "Wed, 18 Sep 2024 10:00:00 GMT")
    assert seen[-1] == ("file.gz", len(CONTENT), len(CONTENT))


def test_a_cut_connection_is_gone_on_with(tmp_path: Path) -> None:
    with serve({"/file.gz": Page(CONTENT, cuts=[100_000, 50_000])}) as site:
        done = download(remote(site), tmp_path, patience=PATIENCE)
    assert done.path.read_bytes() == CONTENT
    assert [asked for _, asked in site.requests] == ["", "bytes=100000-", "bytes=150000-"]


def test_a_download_goes_on_the_next_day(tmp_path: Path) -> None:
    with serve({"/file.gz": Page(CONTENT, cuts=[100_000] + [0] * 9)}) as site:
        error = refusal(site, tmp_path)
        assert error.code == "download"
        assert "could not be downloaded: the connection ended after 100,000 of 300,000 bytes." in str(error)
        assert (tmp_path / "file.gz").stat().st_size == 100_000
        site.pages["/file.gz"].cuts.clear()
        assert download(remote(site), tmp_path, patience=PATIENCE).path.read_bytes() == CONTENT
    assert site.requests[-1] == ("/file.gz", "bytes=100000-")


@pytest.mark.parametrize("tag", ['"v2"', 'W/"v1"', ""])
def test_a_file_that_changed_meanwhile_is_begun_anew(tmp_path: Path, tag: str) -> None:
    newer = CONTENT[::-1]
    with serve({"/file.gz": Page(CONTENT, cuts=[100_000, 0, 0])}) as site:
        refusal(site, tmp_path)
        site.pages["/file.gz"] = Page(newer, tag=tag, modified="Thu, 19 Sep 2024 10:00:00 GMT")
        assert download(remote(site), tmp_path, patience=PATIENCE).path.read_bytes() == newer


def test_a_shorter_file_in_its_place_is_begun_anew(tmp_path: Path) -> None:
    with serve({"/file.gz": Page(CONTENT, cuts=[100_000, 0, 0])}) as site:
        refusal(site, tmp_path)
        site.pages["/file.gz"] = Page(CONTENT[:50_000])  # the same tag: a server that does not change it
        assert download(remote(site), tmp_path, patience=PATIENCE).path.read_bytes() == CONTENT[:50_000]


@pytest.mark.parametrize("page", [Page(CONTENT, tag="", modified=""), Page(CONTENT, has_ranges=False)])
def test_a_server_without_ranges_is_asked_for_all_of_it(tmp_path: Path, page: Page) -> None:
    page.cuts = [100_000, 200_000]
    with serve({"/file.gz": page}) as site:
        assert download(remote(site), tmp_path, patience=PATIENCE).path.read_bytes() == CONTENT


def test_a_complete_file_is_not_sent_twice(tmp_path: Path) -> None:
    with serve({"/file.gz": Page(CONTENT)}) as site:
        first = download(remote(site), tmp_path, patience=PATIENCE)
        assert download(remote(site), tmp_path, patience=PATIENCE) == first
    assert [asked for _, asked in site.requests] == ["", "bytes=300000-"]


def test_the_part_of_another_address_is_not_gone_on_with(tmp_path: Path) -> None:
    with serve({"/file.gz": Page(CONTENT, cuts=[100_000, 0, 0]), "/other": Page(CONTENT[::-1])}) as site:
        refusal(site, tmp_path)
        done = download(remote(site, url=site.url("/other")), tmp_path, patience=PATIENCE)
    assert done.path.read_bytes() == CONTENT[::-1]


def test_an_empty_file_and_one_of_unknown_length_arrive(tmp_path: Path) -> None:
    with serve({"/file.gz": Page(b""), "/b": Page(CONTENT, says_length=False)}) as site:
        assert download(remote(site), tmp_path).n_bytes == 0
        assert download(remote(site, "b"), tmp_path).path.read_bytes() == CONTENT


def test_forgetting_leaves_nothing(tmp_path: Path) -> None:
    with serve({"/file.gz": Page(CONTENT)}) as site:
        forget(download(remote(site), tmp_path).path)
    assert not list(tmp_path.iterdir())


# --- servers that fail


def test_a_server_error_then_success(tmp_path: Path) -> None:
    with serve({"/file.gz": Page(CONTENT, errors=[503, 500], retry_after="0")}) as site:
        assert download(remote(site), tmp_path, patience=PATIENCE).n_bytes == len(CONTENT)
    assert len(site.requests) == 3


def test_a_server_that_stays_in_error_is_given_up(tmp_path: Path) -> None:
    with serve({"/file.gz": Page(CONTENT, errors=[503] * 9)}) as site:
        error = refusal(site, tmp_path)
    assert len(site.requests) == 3
    assert error.code == "download"
    assert str(error) == (
        "file.gz: could not be downloaded: the server says 503 Service Unavailable. Fix: then give it."
    )


def test_a_file_that_is_not_there_is_asked_for_once(tmp_path: Path) -> None:
    with serve({}) as site:
        error = refusal(site, tmp_path)
    assert len(site.requests) == 1
    assert error.what == "could not be downloaded: the server says 404 Not Found"


def test_a_server_that_does_not_answer(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        site = Site(f"http://127.0.0.1:{listening.getsockname()[1]}", {}, [])
        error = refusal(site, tmp_path, Patience(attempts=2, pause=0.01, timeout=0.1))
    assert error.what == "could not be downloaded: the server does not answer"


def test_a_server_that_only_trickles_counts_as_gone(tmp_path: Path) -> None:
    patience = Patience(attempts=1, pause=0.01, timeout=5.0, stall=0.1, min_rate=1e6)
    with serve({"/file.gz": Page(CONTENT[:1000], delay=0.005)}) as site:
        error = refusal(site, tmp_path, patience)
    assert "could not be downloaded: the server sent only" in str(error)
    assert 0 < (tmp_path / "file.gz").stat().st_size < 1000  # and it may be gone on with


def test_a_slow_server_is_waited_for(tmp_path: Path) -> None:
    with serve({"/file.gz": Page(CONTENT[:60], delay=0.005)}) as site:
        assert download(remote(site), tmp_path, patience=PATIENCE).path.read_bytes() == CONTENT[:60]


# --- no network


def test_without_a_network_nothing_is_tried_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def no_network(*args: object, **kwargs: object) -> None:
        calls.append(args)
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    with pytest.raises(UserError) as caught:
        download(RemoteFile("mgi.gaf.gz", "https://example.invalid/mgi.gaf.gz", 10, by_hand="take it along"), tmp_path)
    assert len(calls) == 1
    assert caught.value.code == "download"
    assert str(caught.value) == (
        "mgi.gaf.gz: could not be downloaded: there is no network, or no way to example.invalid. Fix: take it along."
    )


# --- what must not be taken


def test_a_redirect_is_followed(tmp_path: Path) -> None:
    with serve({"/b": Page(CONTENT)}) as site:
        site.pages["/file.gz"] = Page(location=site.url("/b"))
        assert download(remote(site), tmp_path, patience=PATIENCE).path.read_bytes() == CONTENT


@pytest.mark.parametrize("target", ["http://example.invalid/file.gz", "ftp://example.invalid/f"])
def test_a_redirect_away_from_https_is_refused(tmp_path: Path, target: str) -> None:
    with serve({"/file.gz": Page(location=target)}) as site:
        error = refusal(site, tmp_path)
    assert error.code == "download"
    assert error.what == f"is offered at {target}, which is not https: others could change it on its way"


@pytest.mark.parametrize("url", ["http://example.invalid/f", "file:///etc/passwd", "ftp://127.0.0.1/f"])
def test_only_https_is_spoken(tmp_path: Path, url: str) -> None:
    with pytest.raises(UserError) as caught:
        download(RemoteFile("f", url, 10), tmp_path)
    assert caught.value.code == "download"
    assert "which is not https" in str(caught.value)


def test_a_redirect_in_a_circle_ends(tmp_path: Path) -> None:
    with serve({}) as site:
        site.pages["/file.gz"] = Page(location=site.url("/file.gz"))
        assert refusal(site, tmp_path).code == "download"


@pytest.mark.parametrize("says_length", [True, False])
def test_a_file_beyond_the_limit_is_refused(tmp_path: Path, says_length: bool) -> None:
    with serve({"/file.gz": Page(CONTENT, says_length=says_length)}) as site:
        error = refusal(site, tmp_path, max_bytes=100_000)
    assert error.code == "too_large"
    assert error.what == "is larger than 0 MB, more than such a file can be"
    stored = tmp_path / "file.gz"
    assert not stored.exists() or stored.stat().st_size <= 100_000


def test_the_checksums_of_publishers(tmp_path: Path) -> None:
    """BSD `sum` as GNU coreutils prints it: 16 bits and blocks of 1,024 bytes."""
    sample = tmp_path / "sample"
    sample.write_bytes(CONTENT)
    printed = subprocess.run(["sum", str(sample)], capture_output=True, text=True, check=True).stdout.split()
    checksums = [
        f"md5:{hashlib.md5(CONTENT).hexdigest().upper()}",
        f"sha256:{hashlib.sha256(CONTENT).hexdigest()}",
        f"sum:{int(printed[0])}:{printed[1]}",
    ]
    with serve({"/file.gz": Page(CONTENT)}) as site:
        for checksum in checksums:
            assert download(remote(site, checksum=checksum), tmp_path, patience=PATIENCE).n_bytes == len(CONTENT)


def test_a_wrong_checksum_removes_the_file(tmp_path: Path) -> None:
    with serve({"/file.gz": Page(CONTENT)}) as site:
        error = refusal(site, tmp_path, checksum="sum:1:293")
    assert error.code == "download"
    assert error.what.startswith("is damaged: its checksum (sum) is ")
    assert error.what.endswith("the publisher says 1:293; it was removed")
    assert not list(tmp_path.iterdir())


# --- the disk


class FullDisk(Disk):
    """A disk with room for so many appends."""

    def __init__(self, n_blocks: int) -> None:
        self.n_blocks = n_blocks

    def append(self, path: Path):
        self.n_blocks -= 1
        if self.n_blocks < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().append(path)


def test_a_full_disk_is_said_and_what_is_there_is_gone_on_with(tmp_path: Path) -> None:
    with serve({"/file.gz": Page(CONTENT)}) as site:
        with pytest.raises(UserError) as caught:
            download(remote(site), tmp_path, patience=PATIENCE, disk=FullDisk(3))
        assert caught.value.code == "output_write"
        assert "cannot be written: the disk or the quota is full" in str(caught.value)
        assert len(site.requests) == 1
        kept = (tmp_path / "file.gz").stat().st_size
        assert 0 < kept < len(CONTENT)
        assert download(remote(site), tmp_path, patience=PATIENCE).path.read_bytes() == CONTENT
    assert site.requests[-1] == ("/file.gz", f"bytes={kept}-")


def test_a_redirect_to_a_file_of_this_computer_is_refused(tmp_path: Path) -> None:
    with serve({"/file.gz": Page(location="file:///etc/passwd")}) as site:
        error = refusal(site, tmp_path)
    assert error.code == "download"
    assert "could not be downloaded: the server says 302 Found" in str(error)
    assert not list(tmp_path.iterdir())
