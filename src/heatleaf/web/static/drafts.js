// Options that were changed and not yet applied: kept for the tab, by study, so that a reload loses nothing.

/** @typedef {import("./shapes.js").Study} Study */

/** @param {string} study_id */
function keyOf(study_id) {
  return `heatleaf draft ${study_id}`;
}

/** Keep what differs from the options as they are. @param {string} study_id @param {Record<string, unknown>} changed */
export function keepDraft(study_id, changed) {
  try {
    if (Object.keys(changed).length) window.sessionStorage.setItem(keyOf(study_id), JSON.stringify(changed));
    else window.sessionStorage.removeItem(keyOf(study_id));
  } catch {
    // a browser that keeps nothing for pages: the draft then lives as long as the page
  }
}

/** What was kept of a study, for options that there are. @param {Study} study @returns {Record<string, unknown>} */
export function draftOf({ id, settings }) {
  try {
    const kept = JSON.parse(window.sessionStorage.getItem(keyOf(id)) ?? "{}");
    return Object.fromEntries(Object.entries(kept).filter(([name]) => settings.options.some((option) => option.name === name)));
  } catch {
    return {};
  }
}
