"""What may be asked of a quantification, and the only defaults of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from heatleaf.errors import UserError

Executor = Literal["local", "slurm", "kubernetes", "command"]
Quantifier = Literal["kallisto", "salmon"]
StrandChoice = Literal["", "auto", "unstranded", "forward", "reverse"]

# What a partition or an account of a cluster may be called: it becomes part of a profile.
_CLUSTER_NAME = re.compile(r"[A-Za-z0-9_.,:@-]*")


@dataclass(frozen=True)
class QuantifySettings:
    """How reads are quantified, and where.

    quantifier : "kallisto" or "salmon". fragment_length, fragment_sd : of single reads, in bases (of pairs they are
    measured). strandedness : what the quantifier is told of the strand, "auto" for what the check of the reads found;
    "" leaves it to the quantifier: kallisto counts a read on either strand, salmon finds out. bootstraps : for tools
    that take the uncertainty of estimates into account.
    trim : cut adapters "always", "never", or, by "auto", from samples in which the check found them.
    threads : samples that are worked on at a time on this machine, 0 for as many as cores and memory allow. A sample
    takes one thread, since kallisto's last digits depend on the number of its threads.
    executor : where the jobs run. submit_command : of the executor "command", such as "qsub -V -cwd".
    partition, account : of Slurm, "" for the cluster's own. container : image of the executor "kubernetes";
    volume : "claim:/path" of the volume that holds reads and results there.
    jobs : jobs in the queue of a cluster at a time. max_retries : of a job that was killed or ran out of memory; each
    retry may take as much memory again. profile : a Snakemake profile (YAML) that goes before what is asked here.
    scratch : folder for trimmed reads, "" for the work folder; may name a variable of the node, such as "$TMPDIR".
    hours : time limit of an external tool on one sample.
    """

    quantifier: Quantifier = "kallisto"
    fragment_length: float = 200.0
    fragment_sd: float = 30.0
    strandedness: StrandChoice = ""
    bootstraps: int = 0
    trim: Literal["auto", "always", "never"] = "auto"
    threads: int = 0
    executor: Executor = "local"
    submit_command: str = ""
    partition: str = ""
    account: str = ""
    container: str = ""
    volume: str = ""
    jobs: int = 100
    max_retries: int = 2
    profile: Path | None = None
    scratch: str = ""
    hours: float = 12.0


def require_settings(settings: QuantifySettings) -> None:
    """Refuse values that cannot be used.

    Raises
    ------
    UserError
        option.
    """
    choices = {
        "quantifier": ("kallisto", "salmon"),
        "strandedness": ("", "auto", "unstranded", "forward", "reverse"),
        "trim": ("auto", "always", "never"),
        "executor": ("local", "slurm", "kubernetes", "command"),
    }
    for name, allowed in choices.items():
        value = getattr(settings, name)
        if value not in allowed:
            shown = [choice for choice in allowed if choice]
            what = f"{_option(name)} is {', '.join(shown[:-1])} or {shown[-1]}, not '{value}'"
            raise UserError("option", what)
    for field in fields(settings):
        value = getattr(settings, field.name)
        if isinstance(value, int | float) and value < 0:
            raise UserError("option", f"{_option(field.name)} is {value}, and cannot be negative")
    for name in ("fragment_length", "fragment_sd", "hours", "jobs"):
        if not getattr(settings, name):
            raise UserError("option", f"{_option(name)} is 0, and must be above it")
    _require_cluster(settings)
    if settings.profile is not None and not settings.profile.is_file():
        raise UserError("file_missing", "the profile is not a file", where=str(settings.profile))


def _require_cluster(settings: QuantifySettings) -> None:
    """Refuse an executor without what it needs, and names that no cluster has."""
    if settings.executor == "command" and not settings.submit_command.strip():
        fix = "give --submit-command, such as 'qsub -V -cwd'"
        raise UserError("option", "the executor 'command' needs the command that submits a job", fix=fix)
    if settings.executor == "kubernetes" and not (settings.container and settings.volume):
        what = "the executor 'kubernetes' needs an image to run and the volume that holds reads and results"
        fix = "give --container, an image in which Heatleaf is installed, and --volume claim:/path"
        raise UserError("option", what, fix=fix)
    for name in ("partition", "account"):
        if not _CLUSTER_NAME.fullmatch(value := getattr(settings, name)):
            what = f"{_option(name)} is '{value}', which is no name that a cluster gives"
            raise UserError("option", what, fix="use letters, digits and _ . , : @ -")


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")
