"""External tools: how their end is told (R37), where kallisto comes from, what they are called with (S17)."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import zipfile
from pathlib import Path

import pytest

from heatleaf.errors import UserError
from heatleaf.reads import kallisto as kallisto_module
from heatleaf.reads.cluster import write_profile
from heatleaf.reads.jobs import Quant
from heatleaf.reads.kallisto import MEMBERS, WHEEL, Kallisto, cached_kallisto, find_kallisto
from heatleaf.reads.salmon import Salmon, find_salmon
from heatleaf.reads.settings import QuantifySettings, require_settings
from heatleaf.reads.tools import ToolKilledError, read_version, run_tool

MACHINE = (platform.system().lower(), platform.machine().lower())


def make_tool(folder: Path, script: str, name: str = "tool") -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("script", "is_killed", "words"),
    [
        (
            "echo reading; echo no such base >&2; exit 3",
            False,
            "failed with exit code 3; it said: reading | no such base",
        ),
        ("kill -9 $$", True, "was killed by signal 9 (SIGKILL), probably out of memory"),
        ("echo half; kill -15 $$", True, "was killed by signal 15 (SIGTERM); it said: half"),
        ("echo 'terminate called: std::bad_alloc'; exit 134", True, "failed with exit code 134"),
    ],
)
def test_the_end_of_a_tool_is_told(tmp_path: Path, script: str, is_killed: bool, words: str) -> None:
    tool = make_tool(tmp_path, script)
    with pytest.raises(UserError) as caught:
        run_tool([tool], tmp_path / "logs" / "a.log", folder=tmp_path, hours=1.0)
    assert caught.value.code == "tool"
    assert str(caught.value).startswith(f"tool {words}")
    assert isinstance(caught.value, ToolKilledError) == is_killed
    assert (tmp_path / "logs" / "a.log").read_text().startswith(f"$ {tool}\n")


def test_a_tool_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    tool = make_tool(tmp_path, "echo waiting; exec sleep 60")
    with pytest.raises(ToolKilledError, match=r"tool was stopped after 5e-05 hours, its time limit; it said: waiting"):
        run_tool([tool], tmp_path / "a.log", folder=tmp_path, hours=0.00005)


def test_a_tool_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        run_tool([str(tmp_path / "gone")], tmp_path / "a.log", folder=tmp_path, hours=1.0)
    assert caught.value.code == "tool"
    assert "gone cannot be started (No such file or directory). Fix: install it" in str(caught.value)


def test_arguments_are_never_a_text_of_a_shell(tmp_path: Path) -> None:
    tool = make_tool(tmp_path, 'for word in "$@"; do echo "[$word]"; done')
    words = ["; rm -rf ~", "$(touch x)", "{wildcards}", "--help", "a'b\"c"]
    run_tool([tool, *words], tmp_path / "a.log", folder=tmp_path, hours=1.0)
    assert (tmp_path / "a.log").read_text().split("\n")[1:-1] == [f"[{word}]" for word in words]
    assert not (tmp_path / "x").exists()


def test_versions(tmp_path: Path) -> None:
    tool = make_tool(tmp_path, "echo kallisto, version 0.48.0; echo more")
    assert read_version([tool, "version"]) == "0.48.0"
    broken = make_tool(tmp_path, "exit 127", "broken")
    with pytest.raises(UserError, match=r"broken: does not say its version: it failed with exit code 127"):
        read_version([broken, "version"])


@pytest.fixture
def no_kallisto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without kallisto, with a cache in the temporary folder; a wheel as pip would fetch it."""
    if MACHINE not in MEMBERS:
        pytest.skip(f"there is no ready kallisto for {MACHINE}")
    monkeypatch.setenv("HEATLEAF_RESOURCES", str(tmp_path / "cache"))
    monkeypatch.setattr(kallisto_module.shutil, "which", lambda name: None)
    wheel = tmp_path / "index" / WHEEL
    wheel.parent.mkdir()
    member = MEMBERS[MACHINE]
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(member, "#!/bin/sh\necho kallisto, version 9.9.9\n")
        archive.writestr(f"{member.rsplit('/', 1)[0]}/license.txt", "BSD")
    monkeypatch.setattr(kallisto_module, "_download", lambda folder, target: wheel)
    monkeypatch.setattr(kallisto_module, "WHEEL_SHA256", hashlib.sha256(wheel.read_bytes()).hexdigest())
    return wheel


def test_kallisto_is_taken_from_the_pinned_wheel_and_kept(no_kallisto: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = find_kallisto()
    assert found == Kallisto(str(cached_kallisto()), "9.9.9")
    source = json.loads((cached_kallisto().parent / "source.json").read_text())
    assert source["member"] == MEMBERS[MACHINE]
    assert source["sha256"] == hashlib.sha256(cached_kallisto().read_bytes()).hexdigest()
    assert (cached_kallisto().parent / "license.txt").read_text() == "BSD"
    monkeypatch.setattr(kallisto_module, "_download", lambda folder, target: pytest.fail("fetched again"))
    assert find_kallisto() == found


def test_another_wheel_is_not_used(no_kallisto: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kallisto_module, "WHEEL_SHA256", "0" * 64)
    with pytest.raises(UserError, match="is not the file that was expected") as caught:
        find_kallisto()
    assert caught.value.code == "tool"
    assert not cached_kallisto().exists()


def test_without_a_network_it_is_said_which_file_goes_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEATLEAF_RESOURCES", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setattr(kallisto_module.shutil, "which", lambda name: None)
    if MACHINE not in MEMBERS:
        pytest.skip(f"there is no ready kallisto for {MACHINE}")
    with pytest.raises(UserError) as caught:
        find_kallisto()
    assert caught.value.code == "tool"
    said = str(caught.value)
    assert said.startswith("kallisto is not on PATH and could not be fetched (")
    assert f"Fix: install kallisto, or put its program at {cached_kallisto()}." in said
    assert "pip download --no-deps kb-python==0.30.2" in said


def test_a_machine_without_a_ready_kallisto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEATLEAF_RESOURCES", str(tmp_path / "cache"))
    monkeypatch.setattr(kallisto_module.shutil, "which", lambda name: None)
    monkeypatch.setattr(kallisto_module.platform, "machine", lambda: "riscv64")
    with pytest.raises(UserError, match="there is no ready kallisto for this machine") as caught:
        find_kallisto()
    assert str(cached_kallisto()) in caught.value.fix


def test_what_kallisto_is_called_with() -> None:
    tool, files = Kallisto("k", "1"), [Path("a"), Path("b")]
    pair = Quant("kallisto", "1", "key", is_paired=True)
    assert tool.quant_arguments(Path("i"), files, pair)[6:] == ["-t", "1", "--plaintext", "a", "b"]
    single = Quant("kallisto", "1", "key", False, "reverse", 180.0, 20.5, 10)
    expected = ["-b", "10", "--single", "-l", "180", "-s", "20.5", "--rf-stranded", "a"]
    assert tool.quant_arguments(Path("i"), files[:1], single)[8:] == expected


def test_what_salmon_is_called_with() -> None:
    tool, files = Salmon("s", "1"), [Path(name) for name in "abcd"]
    pair = Quant("salmon", "1", "key", is_paired=True)
    shown = tool.quant_arguments(Path("i"), files, pair)
    assert shown[4:6] == ["-l", "A"]
    assert shown[-6:] == ["-1", "a", "c", "-2", "b", "d"]
    single = Quant("salmon", "1", "key", False, "reverse", 180.0, 20.0)
    assert tool.quant_arguments(Path("i"), files[:1], single)[4:6] == ["-l", "SR"]


def test_salmon_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match="salmon is not on PATH") as caught:
        find_salmon()
    assert caught.value.code == "tool"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"quantifier": "bowtie"}, "--quantifier is kallisto or salmon, not 'bowtie'"),
        ({"strandedness": "up"}, "--strandedness is auto, unstranded, forward or reverse, not 'up'"),
        ({"fragment_length": 0.0}, "--fragment-length is 0, and must be above it"),
        ({"threads": -1}, "--threads is -1, and cannot be negative"),
        ({"executor": "command"}, "the executor 'command' needs the command that submits a job"),
        (
            {"executor": "kubernetes", "container": "x"},
            "the executor 'kubernetes' needs an image to run and the volume",
        ),
        ({"partition": "a; rm -rf ~"}, "--partition is 'a; rm -rf ~', which is no name that a cluster gives"),
    ],
)
def test_settings_that_cannot_be_used(settings: dict[str, object], words: str) -> None:
    with pytest.raises(UserError) as caught:
        require_settings(QuantifySettings(**settings))  # type: ignore[arg-type]
    assert caught.value.code == "option"
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (QuantifySettings(), ["executor: local", "cores: 3", "retries: 2"]),
        (
            QuantifySettings(executor="command", submit_command="qsub -V {x}", jobs=7),
            ["executor: cluster-generic", 'cluster-generic-submit-cmd: "qsub -V {x}"', "jobs: 7"],
        ),
        (
            QuantifySettings(executor="kubernetes", container="lab/image:1", volume="claim:/data", max_retries=5),
            ['container-image: "lab/image:1"', 'kubernetes-persistent-volumes: ["claim:/data"]', "retries: 5"],
        ),
    ],
)
def test_profiles(settings: QuantifySettings, words: list[str], tmp_path: Path) -> None:
    text = (write_profile(settings, tmp_path, 3) / "config.yaml").read_text()
    for line in words:
        assert line in text.split("\n")


def test_a_profile_of_the_user_is_taken_as_it_is(tmp_path: Path) -> None:
    own = tmp_path / "mine.yaml"
    own.write_text("executor: local\ncores: 1\n")
    folder = write_profile(QuantifySettings(executor="slurm", profile=own), tmp_path / "p", 3)
    assert (folder / "config.yaml").read_text() == own.read_text()
    own.write_bytes(b"\xff\xfe")
    with pytest.raises(UserError, match="cannot be read") as caught:
        write_profile(QuantifySettings(profile=own), tmp_path / "p", 3)
    assert caught.value.code == "permission"


def test_slurm_that_does_not_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError) as caught:
        write_profile(QuantifySettings(executor="slurm"), tmp_path, 1)
    assert caught.value.code == "tool"
    assert str(caught.value).startswith("scontrol: Slurm does not answer (")


def test_sacct_is_asked_where_there_are_accounts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    make_tool(tmp_path, "echo 'AccountingStorageType   = accounting_storage/slurmdbd'", "scontrol")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    settings = QuantifySettings(executor="slurm", partition="long", account="lab")
    text = (write_profile(settings, tmp_path, 1) / "config.yaml").read_text()
    assert "slurm-status-command: sacct" in text
    assert "slurm-no-account: false" in text
    assert "default-resources: [\"slurm_partition='long'\", \"slurm_account='lab'\"]" in text
