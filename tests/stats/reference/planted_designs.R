# Makes the planted counts of more designs and what DESeq2 1.38.3 (R 4.2.2) says of them: an interaction, no intercept,
# many samples, and dispersions that need a local trend. Rounded to 10 digits. Run in the folder where the files go.
suppressMessages(library(DESeq2))
plant <- function(n, samples, spread, shape) {
  mu <- exp(runif(n, log(3), log(3000))); disp <- shape(mu) * exp(rnorm(n, 0, spread))
  sf <- exp(rnorm(nrow(samples), 0, .3)); group <- as.integer(factor(samples[[1]])) - 1
  lfc <- ifelse(runif(n) < .25, rnorm(n, 0, 1.2), 0)
  y <- matrix(rnbinom(n * nrow(samples), mu = outer(mu, sf) * 2^outer(lfc, group), size = 1 / disp), n)
  for (k in 1:15) { i <- sample(n, 1); j <- sample(nrow(samples), 1); y[i, j] <- as.integer(y[i, j] * 30 + 500) }
  y[1:3, ] <- 0L; storage.mode(y) <- "integer"
  dimnames(y) <- list(sprintf("g%04d", 1:n), rownames(samples))
  y
}
report <- function(name, y, samples, design, vector, reduced) {
  dds <- suppressMessages(DESeq(DESeqDataSetFromMatrix(y, samples, design), quiet = TRUE))
  r <- as.data.frame(results(dds, contrast = vector)); m <- as.data.frame(mcols(dds))
  lrt <- results(suppressMessages(DESeq(DESeqDataSetFromMatrix(y, samples, design), test = "LRT", reduced = reduced, quiet = TRUE)))
  v <- assay(suppressMessages(varianceStabilizingTransformation(DESeqDataSetFromMatrix(y, samples, design), blind = FALSE)))
  out <- data.frame(gene_id = rownames(y), y, signif(r, 10),
    signif(m[, c("dispGeneEst", "dispFit", "dispersion", "dispMAP")], 10), replace = if (is.null(m$replace)) FALSE else m$replace,
    lrt_stat = signif(lrt$stat, 10), vst_first = round(v[, 1], 8), vst_last = round(v[, ncol(v)], 8))
  write.csv(out, gzfile(paste0(name, ".csv.gz")), row.names = FALSE, quote = FALSE)
  write.csv(samples, paste0(name, "_samples.csv"), quote = FALSE)
  write.csv(model.matrix(design, samples), paste0(name, "_model.csv"), quote = FALSE)
  cat(name, attr(dispersionFunction(dds), "fitType"), "replaced", sum(m$replace, na.rm = TRUE), "\n")
}
usual <- function(mu) 0.05 + 3 / mu
frame <- function(...) { d <- data.frame(..., stringsAsFactors = TRUE); rownames(d) <- sprintf("s%02d", seq_len(nrow(d))); d }
set.seed(5)
s <- frame(genotype = rep(c("wt", "ko"), each = 8), time = rep(rep(c("t0", "t8"), each = 4), 2))
s$genotype <- relevel(s$genotype, "wt")
report("interaction", plant(400, s, .6, usual), s, ~ genotype + time + genotype:time, c(0, 0, 0, 1), ~ genotype + time)
s <- frame(group = rep(c("a", "b", "c"), each = 4), batch = rep(c("x", "y"), 6))
report("no_intercept", plant(400, s, .6, usual), s, ~ 0 + group + batch, c(-1, 1, 0, 0), ~ 0 + batch)
s <- frame(group = rep(c("a", "b"), 24), batch = rep(c("x", "y", "z"), each = 16))
report("many_samples", plant(250, s, .6, usual), s, ~ batch + group, c(0, 0, 0, 1), ~ batch)
s <- frame(group = rep(c("a", "b"), each = 5))
report("local_trend", plant(400, s, .3, function(mu) 0.02 * (mu / 100)^0.7), s, ~ group, c(0, 1), ~ 1)
