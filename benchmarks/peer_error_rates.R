# The peers of error_rates.py. Arguments: folder with 0.csv, 1.csv, ...; number of tables; alpha.
# Writes i_padj.csv with the adjusted p-values of DESeq2, edgeR quasi-likelihood and limma voom, as their guides have it.
suppressMessages({library(DESeq2); library(edgeR)})
args <- commandArgs(trailingOnly = TRUE)
for (i in seq_len(as.integer(args[2])) - 1) {
  counts <- as.matrix(read.csv(file.path(args[1], paste0(i, ".csv")), row.names = 1))
  samples <- data.frame(group = factor(rep(c("a", "b"), each = ncol(counts) / 2)), row.names = colnames(counts))
  dds <- DESeq(DESeqDataSetFromMatrix(counts, samples, ~group), quiet = TRUE)
  deseq2 <- results(dds, contrast = c("group", "b", "a"), alpha = as.numeric(args[3]))$padj
  X <- model.matrix(~group, samples)
  y <- DGEList(counts); keep <- filterByExpr(y, design = X)
  y <- calcNormFactors(y[keep, , keep.lib.sizes = FALSE])
  edger <- limma <- rep(NA_real_, nrow(counts))
  limma[keep] <- p.adjust(eBayes(lmFit(voom(y, X), X))$p.value[, 2], "BH")
  y <- estimateDisp(y, X)
  edger[keep] <- p.adjust(glmQLFTest(glmQLFit(y, X), coef = 2)$table$PValue, "BH")
  write.csv(data.frame(gene_id = rownames(counts), deseq2, edger, limma),
            file.path(args[1], paste0(i, "_padj.csv")), row.names = FALSE)
}
