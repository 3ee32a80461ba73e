// What will be compared, in words, the design behind it, and the button that starts the analysis.

import { button, el, fill } from "./dom.js";
import { askedOf } from "./settings.js";
import { capital } from "./words.js";

/** @typedef {import("./shapes.js").Study} Study */
/** @typedef {import("./shapes.js").Comparison} Comparison */
/** @typedef {{settings: Record<string, unknown>, comparisons?: string[]}} Request what is asked of an analysis */

/**
 * Show the question.
 * @param {HTMLElement} root @param {Study} study
 * @param {{ask: (request: Request) => void, label?: string}} options
 */
export function mountQuestion(root, study, { ask, label = "Analyse" }) {
  const comparisons = structuredClone(study.comparisons);
  let design = study.design;
  const chosen = () => comparisons.filter((comparison) => comparison.chosen);
  const go = button(label, () => ask(requestOf(study, design, chosen())), { class: "go", id: "analyse" });
  const note = el("p", { class: "small" });
  const refresh = () => {
    const is_other = design !== study.design;
    list.toggleAttribute("inert", is_other);
    fill(note, is_other ? "With another design the comparison is of its last variable."
      : comparisons.length && !chosen().length ? "None is ticked: the comparison is chosen from the design." : "");
  };
  const list = comparisonList(comparisons, refresh);
  const choose = (/** @type {string} */ formula) => {
    design = formula;
    refresh();
  };
  fill(root, el("h2", {}, "Question"), list, designChoice(study, choose), note, go);
  refresh();
  return { go: () => go.click() };
}

/** @param {Study} study @param {string} design @param {Comparison[]} chosen @returns {Request} */
function requestOf(study, design, chosen) {
  const { comparisons, omnibus, reduced, ...asked } = askedOf(study.settings);
  if (design !== study.design) return { settings: { ...asked, design } };
  return { settings: asked, comparisons: chosen.map(({ key }) => key) };
}

/** @param {Comparison[]} comparisons @param {() => void} refresh */
function comparisonList(comparisons, refresh) {
  if (!comparisons.length) {
    return el("p", {}, "No groups to compare: the heatmap, the samples and their likeness are drawn without tests.");
  }
  return el("ul", { class: "comparisons" }, comparisons.map((comparison) => {
    const box = el("input", { type: "checkbox", checked: comparison.chosen, onchange: () => {
      comparison.chosen = box.checked;
      refresh();
    } });
    return el("li", {}, el("label", {}, box, el("span", {}, capital(comparison.sentence))));
  }));
}

/** @param {Study} study @param {(formula: string) => void} choose */
function designChoice(study, choose) {
  if (!study.designs.length && !study.design) return null;
  const own = el("input", { type: "text", id: "own-design", value: study.design, spellcheck: "false", autocomplete: "off",
    maxlength: "500", onchange: () => choose(own.value.trim()) });
  const choices = study.designs.map(({ formula, why }) => el("li", {}, el("label", {},
    el("input", { type: "radio", name: "design", checked: formula === study.design, onchange: () => {
      own.value = formula;
      choose(formula);
    } }), el("span", {}, el("code", {}, formula), " ", why))));
  return el("details", { class: "design" },
    el("summary", {}, "Design ", el("code", {}, study.design || "none")),
    choices.length ? el("ul", {}, ...choices) : null,
    el("label", { for: "own-design" }, "Another formula of the columns of the sheet "), own);
}
