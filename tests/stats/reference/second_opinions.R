# What edgeR 3.40.2 and limma 3.54.1 (R 4.2.2) say of the planted counts of this folder. Run in this folder.
# ql_p: estimateDisp, glmQLFit, glmQLFTest as they are. ql_p_fine, trend_fine: the same with the local regression of
# the dispersion trend evaluated on 400 points, where estimateDisp interpolates between fewer than twenty.
suppressMessages({library(edgeR); library(locfit)})
fine <- function(y, X) {
  offset <- matrix(getOffset(y), nrow(y), ncol(y), byrow = TRUE); points <- seq(-10, 10, length = 21)
  zero <- glmFit(y$counts, X, offset = offset, dispersion = 0.05, prior.count = 0)
  zero <- zero$counts < 1e-4 & zero$fitted.values < 1e-4
  l0 <- matrix(0, nrow(y), 21)
  for (g in unique(apply(zero, 1, paste, collapse = " "))) {
    rows <- which(apply(zero, 1, paste, collapse = " ") == g); left <- !zero[rows[1], ]
    qrx <- qr(X[left, , drop = FALSE]); Xl <- X[left, qrx$pivot[1:qrx$rank], drop = FALSE]
    if (nrow(Xl) == ncol(Xl)) next
    for (i in 1:21) l0[rows, i] <- adjustedProfileLik(0.1 * 2^points[i], y$counts[rows, left, drop = FALSE], Xl,
                                                      offset[rows, left, drop = FALSE])
  }
  A <- aveLogCPM(y, dispersion = 0.1 * 2^maximizeInterpolant(points, matrix(colSums(l0), nrow = 1)))
  span <- 0.25 + 0.75 * sqrt(50 / nrow(y))
  m <- sapply(1:21, function(k) predict(locfit.raw(A, l0[, k], alpha = span, deg = 0, ev = lfgrid(mg = 400)), A))
  0.1 * 2^maximizeInterpolant(points, m)
}
go <- function(name, design, coef) {
  md <- read.csv(paste0(name, "_samples.csv"), row.names = 1)
  m <- as.matrix(read.csv(gzfile(paste0(name, ".csv.gz")), row.names = 1)[, rownames(md)])
  X <- model.matrix(design, md); y <- DGEList(m); y <- y[filterByExpr(y, design = X), , keep.lib.sizes = FALSE]
  y <- estimateDisp(calcNormFactors(y), X); trend <- fine(y, X)
  p <- list(voom_p = eBayes(lmFit(voom(y, X), X))$p.value[, coef],
            ql_p = glmQLFTest(glmQLFit(y, X), coef = coef)$table$PValue,
            ql_p_fine = glmQLFTest(glmQLFit(y, X, dispersion = trend), coef = coef)$table$PValue, trend_fine = trend)
  data.frame(case = name, gene_id = rownames(y), lapply(p, signif, 10))
}
all <- rbind(go("two_groups_of_8", ~group, 2), go("three_groups_of_3", ~group, 3),
             go("uneven_batch", ~batch + group, 3), go("covariate", ~age + group, 3))
con <- gzfile("second_opinions.csv.gz", "w", compression = 9)
write.csv(all, con, row.names = FALSE, quote = FALSE)
close(con)
