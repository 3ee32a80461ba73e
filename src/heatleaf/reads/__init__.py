"""From reads (FASTQ) to counts: found, checked, quantified by a workflow. Nothing here knows of figures or pages."""
