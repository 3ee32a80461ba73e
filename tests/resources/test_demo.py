from __future__ import annotations

import numpy as np

from heatleaf.resources import demo_study, gene_sets, identify_genes
from heatleaf.resources.demo import demo_study as simulate


def test_the_study_is_the_same_each_time() -> None:
    again = simulate.__wrapped__()
    assert np.array_equal(again.counts.counts, demo_study().counts.counts)
    assert again.counts.gene_ids == demo_study().counts.gene_ids
    assert dict(again.truth) == dict(demo_study().truth)


def test_it_has_the_shape_of_a_real_table() -> None:
    counts = demo_study().counts
    assert counts.counts.shape == (12000, 6)
    lib_sizes = counts.counts.sum(axis=0)
    assert np.argmin(lib_sizes) == 1
    assert ((lib_sizes > 1e7) & (lib_sizes < 3e7)).all()
    assert identify_genes(counts.gene_ids).organism == "human"


def test_programmes_are_planted_in_members_of_their_terms() -> None:
    study = demo_study()
    (collection,) = gene_sets("human")
    members = dict(zip(collection.set_ids, map(set, collection.members), strict=True))
    programmes = {effect.programme for effect in study.truth.values()}
    assert programmes == {"GO:0051607", "GO:0001666", "GO:0000070", "GO:0006694", "scattered"}
    for gene, effect in study.truth.items():
        assert gene in set(study.counts.gene_ids)
        assert effect.programme == "scattered" or gene in members[effect.programme]


def test_observed_changes_follow_the_truth() -> None:
    study = demo_study()
    norm_counts = study.counts.counts / study.counts.counts.sum(axis=0) * 2e7
    change = np.log2(norm_counts[:, 3:].mean(axis=1) + 1) - np.log2(norm_counts[:, :3].mean(axis=1) + 1)
    row = {gene: i for i, gene in enumerate(study.counts.gene_ids)}
    full = [(gene, effect) for gene, effect in study.truth.items() if effect.programme in ("GO:0001666", "GO:0000070")]
    observed = np.array([change[row[gene]] for gene, _ in full])
    planted = np.array([effect.log2_fold_change for _, effect in full])
    assert np.corrcoef(observed, planted)[0, 1] > 0.97
    others = np.array([i for gene, i in row.items() if gene not in study.truth and norm_counts[i].mean() > 100])
    assert abs(np.median(change[others])) < 0.1


def test_it_says_that_it_is_simulated() -> None:
    assert demo_study().description.startswith("Simulated demonstration data: 12,000 real human gene names with made")
    assert "response to hypoxia up" in demo_study().description
    assert "not biology" in demo_study().description


def test_texts_are_plain_tables() -> None:
    lines = demo_study().counts_text.splitlines()
    assert lines[0] == "gene\tsample1\tsample2\tsample3\tsample4\tsample5\tsample6"
    assert len(lines) == 12001
    assert demo_study().samples_text.splitlines()[:2] == ["sample\tcondition", "sample1\tcontrol"]
