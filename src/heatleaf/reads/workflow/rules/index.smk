# The index of the transcripts, kept in the cache for all runs with the same transcripts and the same quantifier.


rule index:
    output:
        touch("done/index"),
    resources:
        mem_mb=lambda wildcards, attempt: config["index"]["mem_mb"] * attempt,
        runtime=lambda wildcards, attempt: config["index"]["minutes"] * attempt,
    params:
        python=config["python"],
    shell:
        "{params.python:q} -m heatleaf.reads.step index index.json"
