"""Sentences on reads: what was done, and what the figures show."""

from __future__ import annotations

from heatleaf.interpret.reads import ReadsFacts, caption_quality, caption_read_bars, methods_of_reads


def test_the_quantification_is_told_for_the_methods() -> None:
    facts = ReadsFacts("kallisto", "0.51.1", "the transcripts of yeast Ensembl 114", 2, [0.78, 0.9])
    assert methods_of_reads(facts) == (
        "Adapters were cut off the reads of 2 samples (Martin 2011). Reads were quantified by kallisto 0.51.1 (Bray et "
        "al. 2016) against the transcripts of yeast Ensembl 114; 78 to 90 % of the reads came from these transcripts."
    )


def test_what_was_not_done_is_not_told() -> None:
    said = methods_of_reads(ReadsFacts("salmon", "1.10", "the transcripts of cdna.fa.gz", 0, [0.9]))
    assert said.startswith("Reads were quantified by salmon 1.10 (Patro et al. 2017) against the transcripts of cdna")
    assert "90 % of the reads" in said and "Martin" not in said


def test_captions_read_the_figures() -> None:
    assert "a line for each of 4 files" in caption_quality(4, 33.0) and "No file is low" in caption_quality(4, 33.0)
    assert "The lowest file has a mean of 15: more than one of its bases in a hundred is wrong." in caption_quality(
        1, 15
    )
    facts = ReadsFacts("kallisto", "0.51.1", "x", 0, [0.1, 0.9])
    assert "dark: those that kallisto found in the transcripts, 10 to 90 %." in caption_read_bars(facts)
