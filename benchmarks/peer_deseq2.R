# DESeq2 on a folder written by deseq2_peer.py. Rscript peer_deseq2.R FOLDER (test|vst|agree) FORMULA REDUCED CONTRAST
# Seconds are those inside the process: loading the package and reading the table are not counted.
suppressMessages(library(DESeq2))
args <- commandArgs(TRUE); folder <- args[1]; mode <- args[2]
samples <- read.csv(file.path(folder, "samples.csv"), row.names = 1, check.names = FALSE, stringsAsFactors = TRUE)
genes <- readLines(file.path(folder, "genes.txt"))
for (line in readLines(file.path(folder, "references.txt"))) {
  pair <- strsplit(line, "=")[[1]]; samples[[pair[1]]] <- relevel(samples[[pair[1]]], pair[2])
}
connection <- file(file.path(folder, "counts.bin"), "rb")
counts <- matrix(readBin(connection, "integer", length(genes) * nrow(samples)), nrow = length(genes))
close(connection); dimnames(counts) <- list(genes, rownames(samples))
formula <- as.formula(args[3])
dds <- suppressMessages(DESeqDataSetFromMatrix(counts, samples, formula))
began <- proc.time()
if (mode == "vst") {
  values <- suppressMessages(vst(dds, blind = TRUE))
} else {
  dds <- suppressMessages(DESeq(dds, quiet = TRUE))
  contrast <- as.numeric(strsplit(args[5], ",")[[1]])
  found <- results(dds, contrast = contrast)
}
spent <- proc.time() - began
peak <- as.numeric(gsub("[^0-9]", "", grep("VmHWM", readLines("/proc/self/status"), value = TRUE))) / 1024
cat(sprintf("%.3f %.3f %.0f\n", spent[["elapsed"]], spent[["user.self"]] + spent[["sys.self"]], peak))
if (mode == "agree") {
  reduced <- suppressMessages(DESeq(DESeqDataSetFromMatrix(counts, samples, formula), test = "LRT", reduced = as.formula(args[4]), quiet = TRUE))
  ratio <- results(reduced); info <- as.data.frame(mcols(dds))
  out <- data.frame(as.data.frame(found), info[, c("dispGeneEst", "dispFit", "dispMAP", "dispersion", "maxCooks")],
    replaced = if (is.null(info$replace)) FALSE else info$replace, lrt_stat = ratio$stat, lrt_pvalue = ratio$pvalue)
  write.csv(signif(out * 1, 14), file.path(folder, "genes.csv"))
  write.csv(model.matrix(formula, samples), file.path(folder, "model.csv"))
  write.csv(model.matrix(as.formula(args[4]), samples), file.path(folder, "reduced.csv"))
  stable <- assay(suppressMessages(vst(DESeqDataSetFromMatrix(counts, samples, formula), blind = TRUE)))
  writeBin(as.vector(stable), file.path(folder, "vst.bin"))
  writeLines(format(sizeFactors(dds), digits = 15), file.path(folder, "size_factors.txt"))
  writeLines(attr(dispersionFunction(dds), "fitType"), file.path(folder, "fit_type.txt"))
}
