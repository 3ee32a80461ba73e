from __future__ import annotations

import pytest

from heatleaf.errors import UserError
from heatleaf.resources import find_organism, organisms


@pytest.mark.parametrize("name", ["human", "Homo sapiens", "homo_sapiens", " HUMAN ", "9606"])
def test_one_organism_has_many_names(name: str) -> None:
    assert find_organism(name).name == "human"


def test_each_organism_is_found_by_its_own_names() -> None:
    for organism in organisms():
        assert {find_organism(name) for name in (organism.name, organism.latin_name, str(organism.taxon))} == {organism}


def test_an_unknown_organism_is_refused_with_what_there_is() -> None:
    with pytest.raises(UserError) as refusal:
        find_organism("axolotl")
    assert refusal.value.code == "organism"
    assert str(refusal.value) == (
        "no built-in data for the organism 'axolotl'; built in are human, mouse, rat, zebrafish, fly, worm. "
        "Fix: choose one of these, or give gene sets of your organism with --gene-sets FILE.gmt."
    )
