"""Gene-set tests by gseapy, timed inside the process: python peer_gseapy.py enrich|ranked FOLDER [SEED [SAMPLE_SIZE]].

FOLDER is written by enrichment.py: sets.gmt, universe.txt, lists.json, ranking.tsv. Leaves <task>_<seed>_<size>.tsv and
prints seconds by the clock and of the processor, sets already in memory.
"""

import json
import sys
import time
from pathlib import Path

import gseapy
import pandas as pd

task, folder = sys.argv[1], Path(sys.argv[2])
seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
size = int(sys.argv[4]) if len(sys.argv) > 4 else 101
sets = {}
for line in (folder / "sets.gmt").read_text().splitlines():
    set_id, _, *genes = line.split("\t")
    sets[set_id] = genes

wall, cpu = time.perf_counter(), time.process_time()
if task == "enrich":
    universe = (folder / "universe.txt").read_text().split()
    lists = json.loads((folder / "lists.json").read_text())
    found = [
        gseapy.enrich(gene_list=genes, gene_sets=sets, background=universe, outdir=None, no_plot=True).results.assign(
            label=label
        )
        for label, genes in lists.items()
    ]
    table = pd.concat(found)[["label", "Term", "Overlap", "P-value"]]
else:
    ranking = pd.read_csv(folder / "ranking.tsv", sep="\t", index_col=0)["score"]
    wall, cpu = time.perf_counter(), time.process_time()
    table = gseapy.prerank(
        rnk=ranking,
        gene_sets=sets,
        method="multilevel",
        min_size=10,
        max_size=500,
        threads=1,
        seed=seed,
        sample_size=size,
        eps=0,
        outdir=None,
        no_plot=True,
    ).res2d
print(f"{time.perf_counter() - wall:.3f} {time.process_time() - cpu:.3f}")
table.to_csv(folder / f"{task}_{seed}_{size}.tsv", sep="\t", index=False)
