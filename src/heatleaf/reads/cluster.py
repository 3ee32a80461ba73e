"""Where jobs run: the profile that Snakemake is given for each executor.

A profile is Snakemake's own file of options (YAML). The one that was used is in work/profile/config.yaml of the
results; a copy of it, changed to what a cluster wants, is given with --profile.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from string import Template

from heatleaf.errors import UserError
from heatleaf.io.atomic import write_text
from heatleaf.reads.settings import QuantifySettings

_SECONDS = 60.0
TEMPLATES = Path(__file__).parent / "workflow"


def write_profile(settings: QuantifySettings, folder: Path, n_slots: int) -> Path:
    """Write the profile of a run as `folder`/config.yaml, and return the folder.

    n_slots : jobs at a time on this machine, of the executor "local".

    Raises
    ------
    UserError
        permission: the user's profile cannot be read; tool: there is no Slurm; output_write.
    """
    write_text(folder / "config.yaml", _profile_text(settings, n_slots))
    return folder


def _profile_text(settings: QuantifySettings, n_slots: int) -> str:
    if settings.profile is not None:
        try:
            return settings.profile.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UserError("permission", f"cannot be read ({error})", where=str(settings.profile)) from None
    template = Template((TEMPLATES / f"profile-{settings.executor}.yaml").read_text(encoding="utf-8"))
    resources = {"slurm_partition": settings.partition, "slurm_account": settings.account}
    asked = [f"{name}={value!r}" for name, value in resources.items() if value]
    return template.substitute(
        n_slots=n_slots,
        jobs=settings.jobs,
        max_retries=settings.max_retries,
        status_command=_status_command() if settings.executor == "slurm" else "",
        resources=json.dumps(asked),
        has_no_account=json.dumps(not settings.account),
        submit_command=json.dumps(settings.submit_command),
        container=json.dumps(settings.container),
        volumes=json.dumps([settings.volume] if settings.volume else []),
    )


def _status_command() -> str:
    """Return the command of Slurm that knows how a job ended: without a database of accounts, sacct knows nothing."""
    try:
        done = subprocess.run(
            ["scontrol", "show", "config"],  # noqa: S607  Slurm's own place differs from cluster to cluster
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        fix = "run this where jobs are submitted, on a login node of the cluster"
        raise UserError("tool", f"Slurm does not answer ({error})", where="scontrol", fix=fix) from None
    storage = [line for line in done.stdout.split("\n") if line.startswith("AccountingStorageType")]
    return "squeue" if any(line.endswith("/none") for line in map(str.strip, storage)) else "sacct"
