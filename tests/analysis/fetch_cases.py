"""Small files as the publishers of gene sets give them, on a server of this computer."""

from __future__ import annotations

import gzip
import io
import zipfile

from web_server import Page

GO = "/current.geneontology.org"
REACTOME = "/reactome.org/download/current"
WIKI = "/data.wikipathways.org/current/gmt"
NCBI = "/ftp.ncbi.nlm.nih.gov/gene/DATA/GENE_INFO"
ENSEMBL = "/ftp.ensembl.org/pub/release-114/gtf/saccharomyces_cerevisiae"
YEAST_GTF = "Saccharomyces_cerevisiae.R64-1-1.114.gtf.gz"

SPACES = {"P": "biological_process", "F": "molecular_function", "C": "cellular_component"}
TERMS = {
    "GO:0008150": ("biological_process", "P", ""),
    "GO:0007049": ("cell cycle", "P", "GO:0008150"),
    "GO:0000278": ("mitotic cell cycle", "P", "GO:0007049"),
    "GO:0003674": ("molecular_function", "F", ""),
    "GO:0003677": ("DNA binding", "F", "GO:0003674"),
    "GO:0005575": ("cellular_component", "C", ""),
    "GO:0005634": ("nucleus", "C", "GO:0005575"),
}
MOUSE = {"Trp53": "GO:0000278 GO:0003677 GO:0005634", "Myc": "GO:0007049 GO:0003677", "Cdk1": "GO:0000278"}
YEAST = {"TFC3": ("YAL001C", "GO:0003677 GO:0005634"), "CDC28": ("YBR160W", "GO:0000278 GO:0005634")}


def obo(release: str = "2024-06-17") -> bytes:
    stanzas = [f"format-version: 1.2\ndata-version: releases/{release}\n"]
    for term, (name, aspect, parent) in TERMS.items():
        is_a = f"is_a: {parent} ! parent\n" if parent else ""
        stanzas.append(f"[Term]\nid: {term}\nname: {name}\nnamespace: {SPACES[aspect]}\n{is_a}")
    return "\n".join(stanzas).encode()


def gaf(rows: list[tuple[str, str, str]], taxon: int) -> bytes:
    """rows : (symbol, synonyms, terms)."""
    lines = ["!gaf-version: 2.2", "!date-generated: 2024-06-10"]
    for symbol, synonyms, terms in rows:
        for term in terms.split():
            aspect = TERMS[term][1]
            cells = ["DB", f"id{symbol}", symbol, "involved_in", term, "R:1", "IEA", "", aspect, "", synonyms, "gene"]
            lines.append("\t".join([*cells, f"taxon:{taxon}", "20240101", "DB", "", ""]))
    return gzip.compress("\n".join([*lines, ""]).encode())


def mouse_gaf() -> bytes:
    return gaf([(symbol, "", terms) for symbol, terms in MOUSE.items()], 10090)


def zipped(name: str, text: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return stream.getvalue()


def wiki_gmt() -> bytes:
    return b"Cell cycle%WikiPathways_20240910%WP190%Mus musculus\thttp://x\t22059\t12534\t99999999\n"


def gene_info() -> bytes:
    rows = ["#tax_id\tGeneID\tSymbol\tLocusTag", "10090\t22059\tTrp53\t-", "10090\t12534\tCdk1\t-", "9606\t1\tA1BG\t-"]
    return gzip.compress("\n".join([*rows, ""]).encode())


def gtf() -> bytes:
    lines = ["#!genome-build R64-1-1"]
    for symbol, (locus, _) in YEAST.items():
        words = f'gene_id "{locus}"; gene_name "{symbol}"; gene_source "sgd"; gene_biotype "protein_coding";'
        lines.append(f"I\tsgd\tgene\t1\t9\t.\t+\t.\t{words}")
        lines.append(f'I\tsgd\ttranscript\t1\t9\t.\t+\t.\tgene_id "{locus}"; transcript_id "{locus}_mRNA";')
    return gzip.compress("\n".join([*lines, ""]).encode())


def bsd_sum(content: bytes) -> str:
    """As the manual of sum says it: rotate right by one bit, add, keep 16 bits."""
    total = 0
    for byte in content:
        total = (((total >> 1) | (total << 15)) + byte) & 0xFFFF
    return f"{total:05d} {-(-len(content) // 1024):5d}"


def pages() -> dict[str, Page]:
    reactome = (
        "ENSMUSG00000059552\tR-MMU-69278\thttps://x\tCell Cycle, Mitotic\tIEA\tMus musculus\n"
        "ENSMUST00000000001\tR-MMU-69278\thttps://x\tCell Cycle, Mitotic\tIEA\tMus musculus\n"
        "ENSG00000141510\tR-HSA-69278\thttps://x\tCell Cycle, Mitotic\tTAS\tHomo sapiens\n"
    )
    yeast = gtf()
    sgd = gaf([(symbol, f"{locus}|alias", terms) for symbol, (locus, terms) in YEAST.items()], 559292)
    sums = f"12345     1 {YEAST_GTF.replace('gtf', 'chr.gtf')}\n{bsd_sum(yeast)} {YEAST_GTF}\n"
    listed = (
        '<a href="wikipathways-20240910-gmt-Mus_musculus.gmt">x</a> <a href="wikipathways-20240910-gmt-Bos_taurus.gmt">'
    )
    return {
        f"{GO}/ontology/go-basic.obo": Page(obo()),
        f"{GO}/annotations/mgi.gaf.gz": Page(mouse_gaf()),
        f"{GO}/annotations/sgd.gaf.gz": Page(sgd),
        "/release.geneontology.org/2023-01-01/ontology/go-basic.obo": Page(obo("2023-01-01")),
        "/release.geneontology.org/2023-01-01/annotations/mgi.gaf.gz": Page(mouse_gaf()),
        f"{REACTOME}/ReactomePathways.gmt.zip": Page(
            zipped(
                "ReactomePathways.gmt", "Cell Cycle, Mitotic\tR-HSA-69278\tTP53\tCDK1\nApoptosis\tR-HSA-109581\tTP53\n"
            )
        ),
        f"{REACTOME}/Ensembl2Reactome_All_Levels.txt": Page(reactome.encode()),
        f"{WIKI}/": Page(listed.encode()),
        f"{WIKI}/wikipathways-20240910-gmt-Mus_musculus.gmt": Page(wiki_gmt()),
        f"{NCBI}/Mammalia/Mus_musculus.gene_info.gz": Page(gene_info()),
        f"{ENSEMBL}/CHECKSUMS": Page(sums.encode()),
        f"{ENSEMBL}/{YEAST_GTF}": Page(yeast),
    }
