# Adapters cut by cutadapt, from the samples in which they were found. Trimmed reads stay on the machine of the job.


rule trim:
    output:
        touch("done/{batch}.trimmed"),
    group:
        "reads"
    resources:
        mem_mb=500,
        runtime=lambda wildcards, attempt: config["batches"][wildcards.batch]["minutes"] * attempt,
    params:
        python=config["python"],
    shell:
        "{params.python:q} -m heatleaf.reads.step trim batches/{wildcards.batch}.json"
