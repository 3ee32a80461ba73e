"""Turn reads (FASTQ) into counts, on this machine or a cluster, after a check of the reads."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from heatleaf.errors import UserError

if TYPE_CHECKING:
    from heatleaf.analysis.quantify import ReadsRequest
    from heatleaf.cli.terminal import PhaseLines
    from heatleaf.model import Message
    from heatleaf.reads.checked import ReadsCheck


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("reads", type=Path, help="folder of FASTQ files, or a sample sheet: sample, fastq_1, fastq_2")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="folder for the counts")
    parser.add_argument(
        "--annotation", "--gtf", type=Path, metavar="GTF", help="genes of the transcripts, if their headers do not tell"
    )
    parser.add_argument("--organism", default="", metavar="NAME", help="use its fetched transcriptome")
    add_quantifying(parser)
    parser.add_argument("--dry-run", action="store_true", help="print the plan and stop")
    parser.add_argument("--check-only", action="store_true", help="print the plan and the check of the reads, and stop")
    parser.add_argument("--quiet", action="store_true", help="print no phases and no notes")


def add_quantifying(parser: argparse.ArgumentParser) -> None:
    """Add the options of quantification, which `run` takes too; the defaults are those of `QuantifySettings`."""
    group = parser.add_argument_group("reads")
    group.add_argument(
        "--transcripts",
        type=Path,
        action="append",
        default=[],
        metavar="FASTA",
        help="transcripts of Ensembl (cdna.all.fa.gz) or GENCODE (transcripts.fa.gz); may be repeated",
    )
    hidden = argparse.SUPPRESS
    group.add_argument("--quantifier", choices=("kallisto", "salmon"), default=hidden, help="program (kallisto)")
    group.add_argument("--threads", type=int, default=hidden, metavar="N", help="samples at a time (as many as fit)")
    group.add_argument("--trim", choices=("auto", "always", "never"), default=hidden, help="cut adapters off (auto)")
    group.add_argument(
        "--fragment-length", type=float, default=hidden, metavar="BASES", help="mean, of single reads (200)"
    )
    group.add_argument("--fragment-sd", type=float, default=hidden, metavar="BASES", help="its deviation (30)")
    group.add_argument(
        "--strandedness",
        choices=("auto", "unstranded", "forward", "reverse"),
        default=hidden,
        help="tell the quantifier the strand, auto: as found by the check (not told)",
    )
    group.add_argument("--bootstraps", type=int, default=hidden, metavar="N", help="of the estimates (0)")
    group.add_argument(
        "--executor",
        choices=("local", "slurm", "kubernetes", "command"),
        default=hidden,
        help="where the work is done (local)",
    )
    group.add_argument("--submit-command", default=hidden, metavar="COMMAND", help="such as 'qsub -V -cwd'")
    group.add_argument("--partition", default=hidden, metavar="NAME", help="of Slurm")
    group.add_argument("--account", default=hidden, metavar="NAME", help="of Slurm")
    group.add_argument("--container", default=hidden, metavar="IMAGE", help="of Kubernetes, with Heatleaf in it")
    group.add_argument("--volume", default=hidden, metavar="CLAIM:PATH", help="of Kubernetes, with reads and results")
    group.add_argument(
        "--jobs", type=int, default=hidden, metavar="N", help="in the queue of a cluster at a time (100)"
    )
    group.add_argument("--max-retries", type=int, default=hidden, metavar="N", help="with more memory (2)")
    group.add_argument("--profile", type=Path, default=hidden, metavar="YAML", help="Snakemake profile of a cluster")
    group.add_argument("--scratch", default=hidden, metavar="DIR", help="for trimmed reads, such as '$TMPDIR'")
    group.add_argument(
        "--hours", type=float, default=hidden, metavar="H", help="time limit of a program on a sample (12)"
    )


def run(args: argparse.Namespace) -> None:
    """Show the plan, check the reads, quantify, and say where the counts are."""
    from heatleaf.analysis.quantify import check_plan, describe_plan, plan_reads, quantify_reads
    from heatleaf.cli.terminal import PhaseLines, print_messages, print_paragraphs

    request = request_from(args, args.reads)
    phases = PhaseLines(quiet=args.quiet)
    if args.dry_run or args.check_only:
        plan, reference = plan_reads(request, args.output)
        print_paragraphs("\n".join(describe_plan(plan, reference, request.settings)))
        messages = plan.messages
        if args.check_only:
            check = check_plan(plan, reference, phases)
            print_check(check)
            messages = (*messages, *check.all_messages)
        print_messages(messages)
        return

    def show(lines: tuple[str, ...]) -> None:
        if not args.quiet:
            print_paragraphs("\n".join((*lines, "")))

    quantified, check, messages = quantify_reads(request, args.output, phases, show=show)
    if not args.quiet:
        print_check(check)
        print_messages(messages)
    print(f"\nDone in {phases.seconds:.1f} s. Counts are in {quantified.folder / 'counts.tsv'}")
    print(f"Next: heatleaf run {quantified.folder} SAMPLES -o DIR")


def request_from(args: argparse.Namespace, source: Path) -> ReadsRequest:
    """Collect what is asked of the reads."""
    from heatleaf.analysis.quantify import ReadsRequest
    from heatleaf.reads.settings import QuantifySettings

    given = {name: value for name, value in vars(args).items() if name in QuantifySettings.__dataclass_fields__}
    organism = getattr(args, "organism", "")
    return ReadsRequest(source, tuple(args.transcripts), args.annotation, organism, QuantifySettings(**given))


def counts_of_reads(args: argparse.Namespace, phases: PhaseLines) -> tuple[argparse.Namespace, tuple[Message, ...]]:
    """Quantify what was given to `run` if it is reads, and let `run` go on with the folder of counts.

    The folder is `quantified` in the output, and is gone on with where an earlier run was broken off. A sample sheet
    that was not given is the one that `quantify` left.
    """
    from heatleaf.analysis.quantify import is_reads, quantify_reads, sheet_beside
    from heatleaf.cli.terminal import print_paragraphs

    messages: tuple[Message, ...] = ()
    args = argparse.Namespace(**vars(args))
    if is_reads(args.counts):
        request = request_from(args, args.counts)

        def show(lines: tuple[str, ...]) -> None:
            if not args.quiet:
                print_paragraphs("\n".join((*lines, "")))

        quantified, check, messages = quantify_reads(request, args.output / "quantified", phases, show=show)
        if not args.quiet:
            print_check(check)
        args.counts, args.annotation = quantified.folder, None
    elif args.transcripts:
        what = "--transcripts is given, and there are no reads"
        raise UserError("option", what, where=args.counts.name, fix="give a folder of FASTQ files, or a sample sheet")
    if args.samples is None:
        args.samples = sheet_beside(args.counts)
    return args, messages


def print_check(check: ReadsCheck) -> None:
    """Print a line for each sample, on stdout."""
    width = max([len("sample"), *(len(sample.sample_id) for sample in check.samples)])
    print(f"\n  {'sample':<{width}}  {'reads':>12}  length  quality  adapter  {'strand':<10}  from transcripts")
    for sample in check.samples:
        reads = f"{'' if sample.is_counted else '~'}{sample.n_reads:,}"
        share = "" if sample.mapped_share is None else f"{sample.mapped_share:.0%}"
        quality = sample.mean_quality.mean() if len(sample.mean_quality) else 0
        print(
            f"  {sample.sample_id:<{width}}  {reads:>12}  {sample.read_length:>6}  {quality:>7.0f}  "
            f"{sample.adapter_share:>7.0%}  {sample.strandedness:<10}  {share:>16}"
        )
    print()
