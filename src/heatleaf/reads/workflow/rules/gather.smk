# Tables of all samples: counts and TPM of genes, and what the reads of each sample were like.


rule gather:
    input:
        expand("done/{batch}", batch=config["batches"]),
    output:
        touch("done/gather"),
    resources:
        mem_mb=500,
        runtime=60,
    params:
        python=config["python"],
    shell:
        "{params.python:q} -m heatleaf.reads.step gather gather.json"
