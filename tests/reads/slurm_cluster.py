"""A Slurm cluster of one machine, started by tests: its daemons, its commands, and its end. Needs root."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

DAEMONS = ("munged", "slurmctld", "slurmd")
# Snakemake takes SLURM_... out of what jobs inherit, so srun within a job finds this cluster only here.
SYSTEM_CONF = Path("/etc/slurm/slurm.conf")
CONF = """
ClusterName=heatleaf
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CryptoType=crypto/munge
SlurmctldPort={controller_port}
SlurmdPort={node_port}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,bf_interval=1
ReturnToService=2
MailProg=/bin/true
KillWait=2
MinJobAge=300
NodeName={host} NodeAddr=127.0.0.1 CPUs={n_cores} SocketsPerBoard=1 CoresPerSocket={n_cores} RealMemory=4000
PartitionName=short Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


class SlurmCluster:
    """A running cluster; use it as a context manager. environment : for programs that are to find it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.host = socket.gethostname()
        self.environment = {**os.environ, "SLURM_CONF": str(folder / "slurm.conf")}
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> SlurmCluster:
        for name in ("state", "spool"):
            (self.folder / name).mkdir(parents=True)
        text = CONF.format(
            host=self.host,
            folder=self.folder,
            controller_port=_free_port(),
            node_port=_free_port(),
            n_cores=os.cpu_count(),
        )
        (self.folder / "slurm.conf").write_text(text)
        if SYSTEM_CONF.is_symlink() and not SYSTEM_CONF.exists():  # of tests that were killed
            SYSTEM_CONF.unlink()
        SYSTEM_CONF.symlink_to(self.folder / "slurm.conf")
        key = self.folder / "munge.key"
        key.write_bytes(secrets.token_bytes(128))
        key.chmod(0o400)
        munge = [f"--{name}-file={self.folder}/munge.{name}" for name in ("key", "pid", "log", "seed")]
        try:
            self._start("munged", "--foreground", "--force", f"--socket={self.folder}/munge.socket", *munge)
            _wait(lambda: (self.folder / "munge.socket").exists(), "munged makes its socket")
            self._start("slurmctld", "-D")
            self._start("slurmd", "-D", "-N", self.host)
            _wait(lambda: self.run("sinfo", "-h", "-o", "%T") == "idle", "the node is idle")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if (self.folder / "munge.socket").exists():
            with contextlib.suppress(subprocess.SubprocessError):
                self.run("scancel", "-u", "root")
        if SYSTEM_CONF.is_symlink():
            SYSTEM_CONF.unlink()
        for process in reversed(self._processes):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def run(self, *command: str) -> str:
        """Run a command of Slurm and return what it says."""
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=30, check=False)
        return done.stdout.strip()

    def job_ids(self, state: str) -> list[str]:
        """Return the jobs in a state, such as RUNNING."""
        return self.run("squeue", "-h", "-t", state, "-o", "%A").split()

    def _start(self, program: str, *arguments: str) -> None:
        path = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        assert path is not None
        log = (self.folder / f"{program}.out").open("wb")
        self._processes.append(
            subprocess.Popen([path, *arguments], env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        )
        log.close()


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Wait until no other process of the tests has a cluster: there is one file of settings for the machine."""
    import fcntl

    with (Path(tempfile.gettempdir()) / "heatleaf-slurm-tests.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def missing_for_slurm() -> str:
    """Say why no cluster can be started here, "" where it can."""
    if os.name != "posix" or os.geteuid() != 0:
        return "a Slurm cluster is started by root only"
    if SYSTEM_CONF.exists() or not SYSTEM_CONF.parent.is_dir():
        return "this machine is part of a Slurm cluster, or has no folder for its settings"
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    absent = [program for program in (*DAEMONS, "sbatch", "squeue") if not shutil.which(program, path=path)]
    return f"not installed: {', '.join(absent)}" if absent else ""


def _wait(is_done: object, what: str, seconds: float = 40.0) -> None:
    began = time.monotonic()
    while not is_done():  # type: ignore[operator]
        if time.monotonic() - began > seconds:
            raise TimeoutError(what)
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
