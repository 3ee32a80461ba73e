// The heatmap of the result: the viewer that handles it, or the figure where there is none.

import { ask, askForFile, studyPath } from "./api.js";
import { el, fill } from "./dom.js";
import { plate } from "./figures.js";

/** @typedef {import("./shapes.js").Result} Result */

const VIEWER = "/static/viewer/viewer.js";

/**
 * Show the heatmap; returns how to leave it.
 * @param {HTMLElement} root @param {string} study_id @param {Result} result
 */
export function mountHeatmap(root, study_id, result) {
  /** @type {{destroy: () => void}|null} */
  let viewer = null;
  let is_left = false;
  const still = result.figures.find(({ name }) => name === "heatmap");
  if (still) fill(root, plate(study_id, still));
  const host = {
    /** @param {any} request */
    figure: (request) => askForFile(studyPath(study_id, "/figure"), request),
    /** @param {string[]} gene_ids */
    enrich: async (gene_ids) => (await ask("POST", studyPath(study_id, "/enrich"), { gene_ids })).rows,
  };
  const load = async () => {
    const [{ mountViewer }, view] = await Promise.all([import(VIEWER), ask("GET", studyPath(study_id, "/view"))]);
    if (is_left) return;
    const box = el("div", { class: "viewer" });
    fill(root, box);
    viewer = await mountViewer(box, view, { host, fragment: true, theme: "auto" });
  };
  load().catch((error) => console.warn("the heatmap is shown as a figure", error));
  return () => {
    is_left = true;
    viewer?.destroy();
  };
}
