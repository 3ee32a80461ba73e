// Options, after the results: each says what it means; changed ones are marked; one button runs what depends on them.

import { button, el, fill } from "./dom.js";

/** @typedef {import("./shapes.js").Setting} Setting */
/** @typedef {Record<string, unknown>} Values */

const FIRST = ["alpha", "top", "clusters", "palette", "limit_quantile", "remove_batch", "second_opinions"];
const ELSEWHERE = ["design", "comparisons", "omnibus", "reduced"]; // part of the question

/**
 * Show the options.
 * @param {HTMLElement} root
 * @param {{options: Setting[], values: Values, draft: Values}} settings draft: what was changed and not yet applied
 * @param {string[]} columns of the sample sheet
 * @param {(changed: Values) => void} change told what differs from the settings as they are
 */
export function mountSettings(root, settings, columns, change) {
  const options = settings.options.filter(({ name }) => !ELSEWHERE.includes(name));
  const values = { ...settings.values, ...settings.draft };
  /** @param {Setting} setting */
  const line = (setting) => {
    const box = el("div", { class: "option", "data-option": setting.name });
    const note = el("small", {});
    const mark = () => {
      const is_default = same(values[setting.name], setting.default);
      box.classList.toggle("changed", !is_default);
      fill(note, setting.help, is_default ? null : el("span", { class: "was" }, ` Default: ${written(setting.default)}. `,
        button("Reset", () => {
          values[setting.name] = setting.default;
          redo();
        }, { class: "quiet" })));
      change(changedOf(options, settings.values, values));
    };
    const redo = () => {
      const field = fieldOf(setting, values[setting.name], columns, (value) => {
        values[setting.name] = value;
        mark();
      });
      fill(box, el("label", { for: `option-${setting.name}` }, setting.label), field, note);
      mark();
    };
    redo();
    return box;
  };
  const first = options.filter(({ name }) => FIRST.includes(name));
  const rest = options.filter(({ name }) => !FIRST.includes(name));
  const is_open = rest.some((setting) => !same(values[setting.name], setting.default));
  fill(root, el("div", { class: "options" }, first.map(line)),
    el("details", { open: is_open }, el("summary", {}, `${rest.length} more options`), el("div", { class: "options" }, rest.map(line))));
}

/** @param {Setting[]} options @param {Values} before @param {Values} values @returns {Values} */
function changedOf(options, before, values) {
  return Object.fromEntries(options.filter(({ name }) => !same(values[name], before[name])).map(({ name }) => [name, values[name]]));
}

/** What is asked for that is no default. @param {{options: Setting[], values: Values}} settings @returns {Values} */
export function askedOf({ options, values }) {
  return Object.fromEntries(options.filter((option) => !same(values[option.name], option.default)).map(({ name }) => [name, values[name]]));
}

/** @param {unknown} a @param {unknown} b */
function same(a, b) {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** @param {unknown} value */
function written(value) {
  if (value === "" || (Array.isArray(value) && !value.length)) return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return Array.isArray(value) ? value.join(", ") : String(value);
}

/**
 * The field of an option.
 * @param {Setting} setting @param {unknown} value @param {string[]} columns @param {(value: unknown) => void} take
 */
function fieldOf(setting, value, columns, take) {
  const id = `option-${setting.name}`;
  if (setting.kind === "yes") {
    const box = el("input", { type: "checkbox", id, checked: value === true, onchange: () => take(box.checked) });
    return box;
  }
  if (setting.kind === "choice" || setting.kind === "column") {
    const choices = setting.kind === "column" ? ["", ...columns] : setting.choices;
    const select = el("select", { id, onchange: () => take(select.value) },
      choices.map((choice) => el("option", { value: choice, selected: choice === value }, choice || "none")));
    return select;
  }
  return textField(setting, id, value, take);
}

/** @param {Setting} setting @param {string} id @param {unknown} value @param {(value: unknown) => void} take */
function textField(setting, id, value, take) {
  const is_number = setting.kind === "number" || setting.kind === "whole";
  const text = Array.isArray(value) ? value.join(", ") : String(value ?? "");
  const field = el("input", { id, value: text, autocomplete: "off", spellcheck: "false", type: is_number ? "number" : "text",
    min: is_number ? setting.low : null, max: is_number ? setting.high : null,
    step: setting.kind === "whole" ? 1 : is_number ? "any" : null,
    onchange: () => {
      if (!field.checkValidity() || (is_number && field.value === "")) return void field.reportValidity();
      take(is_number ? Number(field.value) : setting.kind === "list" ? listFrom(field.value) : field.value.trim());
    } });
  return field;
}

/** @param {string} text */
function listFrom(text) {
  return text.split(",").map((item) => item.trim()).filter(Boolean);
}
