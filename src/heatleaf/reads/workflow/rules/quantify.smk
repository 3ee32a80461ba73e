# The samples of a batch, one after the other, by kallisto or salmon on one thread.


def before_quantify(wildcards):
    is_trimmed = config["batches"][wildcards.batch]["is_trimmed"]
    return ["done/index"] + ([f"done/{wildcards.batch}.trimmed"] if is_trimmed else [])


rule quantify:
    input:
        before_quantify,
    output:
        touch("done/{batch}"),
    group:
        "reads"
    resources:
        mem_mb=lambda wildcards, attempt: config["quantify"]["mem_mb"] * attempt,
        runtime=lambda wildcards, attempt: config["batches"][wildcards.batch]["minutes"] * attempt,
    params:
        python=config["python"],
    shell:
        "{params.python:q} -m heatleaf.reads.step quantify batches/{wildcards.batch}.json"
