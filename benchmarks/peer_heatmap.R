# Row z-scores, clustered by 1 - r (average), split in four row blocks and by group, annotated, to PDF: ComplexHeatmap.
suppressPackageStartupMessages({library(ComplexHeatmap); library(grid)})
args <- commandArgs(trailingOnly = TRUE)
values <- as.matrix(read.delim(args[1], row.names = 1, check.names = FALSE))
samples <- read.delim(args[2], row.names = 1)[colnames(values), ]
z <- t(scale(t(values)))
set.seed(1)
picture <- Heatmap(
  z, name = "z-score",
  clustering_distance_rows = "pearson", clustering_method_rows = "average", row_split = 4,
  column_split = samples$group, cluster_column_slices = FALSE,
  top_annotation = HeatmapAnnotation(group = samples$group, batch = samples$batch),
  show_row_names = FALSE, row_title = "C%s"
)
pdf(args[3], width = 7, height = 9)
draw(picture)
invisible(dev.off())
