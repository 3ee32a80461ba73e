// The live phases of a job: what is being done, how long it took, how much is left, and a way to stop.

import { announce, button, el, fill, paint } from "./dom.js";
import { samplesDone } from "./reads.js";
import { secondsOf } from "./words.js";

/** @typedef {import("./shapes.js").Study} Study */
/** @typedef {import("./shapes.js").Phase} Phase */

/**
 * Show progress; update() takes each new state of the study.
 * @param {HTMLElement} root @param {() => void} cancel
 */
export function mountProgress(root, cancel) {
  const title = el("h2", {});
  const clock = el("span", { class: "clock" });
  const bar = el("div", { class: "progressbar", role: "progressbar", "aria-label": "share done", "aria-valuemin": "0",
    "aria-valuemax": "100" });
  const list = el("ol", { class: "phases" });
  const samples = el("div");
  const stop = button("Cancel", () => {
    stop.disabled = true;
    cancel();
  });
  fill(root, el("div", { class: "progresshead" }, title, clock, stop), bar, list, samples);
  const started = performance.now();
  const timer = window.setInterval(() => fill(clock, secondsOf((performance.now() - started) / 1000)), 200);
  let last = "";
  return {
    /** @param {Study} study */
    update(study) {
      fill(title, titleOf(study));
      const share = study.progress?.share ?? 0;
      paint(bar, "--share", String(share)).setAttribute("aria-valuenow", String(Math.round(100 * share)));
      fill(list, (study.progress?.phases ?? []).map(phaseLine));
      fill(samples, samplesDone(study.progress?.phases ?? []));
      const current = study.progress?.phases.find(({ done }) => !done)?.name ?? titleOf(study);
      if (current !== last) announce(current);
      last = current;
    },
    destroy() {
      window.clearInterval(timer);
    },
  };
}

/** @param {Study} study */
function titleOf(study) {
  if (study.state === "queued") return study.position > 0 ? `Waiting: ${study.position} before this one` : "Waiting";
  return study.state === "reading" ? "Reading" : "Analysing";
}

/** @param {Phase} phase */
function phaseLine({ name, detail, seconds, done }) {
  return el("li", { class: done ? "done" : "now" }, el("span", { class: "mark", "aria-hidden": "true" }, done ? "✓" : "●"),
    el("b", {}, name), el("span", { class: "detail" }, detail),
    el("span", { class: "n" }, done && seconds !== null ? secondsOf(seconds) : ""));
}
