"""The same figure by a Python peer: python peer_heatmap.py seaborn|PyComplexHeatmap MATRIX SAMPLES FIGURE."""

import sys

tool, matrix_file, samples_file, figure_file = sys.argv[1:]

import matplotlib  # noqa: E402

matplotlib.use("agg")
import matplotlib.pyplot as plt  # noqa: E402
import pandas as pd  # noqa: E402

values = pd.read_csv(matrix_file, sep="\t", index_col=0)
samples = pd.read_csv(samples_file, sep="\t", index_col=0).loc[values.columns]
z = values.sub(values.mean(axis=1), axis=0).div(values.std(axis=1), axis=0)

if tool == "seaborn":
    import seaborn

    colours = {"control": "#999999", "treated": "#E69F00", "b1": "#56B4E9", "b2": "#009E73"}
    figure = seaborn.clustermap(
        z,
        metric="correlation",
        method="average",
        cmap="RdBu_r",
        center=0,
        robust=True,
        yticklabels=False,
        col_colors=samples[["group", "batch"]].replace(colours),
        figsize=(7, 9),
    )
    figure.ax_heatmap.collections[0].set_rasterized(True)
    figure.savefig(figure_file)
else:
    from PyComplexHeatmap import ClusterMapPlotter, HeatmapAnnotation, anno_simple

    plt.figure(figsize=(7, 9))
    annotation = HeatmapAnnotation(group=anno_simple(samples["group"]), batch=anno_simple(samples["batch"]), verbose=0)
    ClusterMapPlotter(
        data=z,
        top_annotation=annotation,
        row_cluster_metric="correlation",
        row_cluster_method="average",
        row_split=4,
        col_split=samples["group"],
        row_dendrogram=True,
        show_rownames=False,
        cmap="RdBu_r",
        rasterized=True,
        verbose=0,
    )
    plt.savefig(figure_file)
