"""Pathways and their genes as rows of a table: Reactome's Ensembl2Reactome_All_Levels.txt."""

from __future__ import annotations

import re
from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.io.source import Source
from heatleaf.io.text import read_chunks
from heatleaf.model import GeneSetCollection

N_COLUMNS = 6  # gene, pathway, address, name, evidence, species: the file has no header


def read_pathway_table(path: Path | str, species: str, id_pattern: str) -> GeneSetCollection:
    """Read the pathways of one species.

    Parameters
    ----------
    path : path
        Plain or compressed.
    species : str
        Latin name, as in the last column.
    id_pattern : str
        Regular expression of gene ids; the file holds transcripts and proteins too, which are left out.

    Returns
    -------
    GeneSetCollection
        Sets by id, members by the file's gene ids in code-point order.

    Raises
    ------
    UserError
        format, with file and line: a line with another number of columns; organism: no row is of the species.
    """
    source = Source(Path(path))
    source.refuse_other_kinds()
    is_gene = re.compile(id_pattern).fullmatch
    names: dict[str, str] = {}
    members: dict[str, set[str]] = {}
    for chunk in read_chunks(source):
        for number, line in enumerate(chunk.text.decode().split("\n")[:-1], start=chunk.line):
            cells = line.split("\t")
            if len(cells) != N_COLUMNS:
                what = f"ends early or is damaged: a line has {len(cells)} columns, not {N_COLUMNS}"
                fix = "download it again; heatleaf resources fetch does that"
                raise UserError("format", what, where=f"{source.name} line {number:,}", fix=fix)
            if cells[5] == species and is_gene(cells[0]):
                names.setdefault(cells[1], cells[3])
                members.setdefault(cells[1], set()).add(cells[0])
    if not members:
        what = f"holds no genes of {species}"
        raise UserError("organism", what, where=source.name, fix="give the file that has all species")
    sets = ((set_id, names[set_id], sorted(members[set_id])) for set_id in sorted(members))
    return GeneSetCollection.from_sets("Reactome", sets)
