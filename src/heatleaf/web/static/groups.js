// The samples as coloured chips in their groups. Drag them, or move them with the arrow keys.

import { announce, button, el, fill, paint } from "./dom.js";
import { startDrag } from "./drag.js";
import { countOf } from "./words.js";

/** @typedef {import("./shapes.js").Groups} Groups */
/** @typedef {import("./shapes.js").Level} Level */
/** @typedef {(changed: Groups, is_column: boolean) => void} Change */

// As in figures/palettes.py (a test compares), for groups whose colour the server does not tell.
export const GROUP_COLOURS = ["#DD9A2B", "#22A08A", "#8260A8", "#58631A", "#A86F4B", "#8F1D73", "#C07AD6", "#2F5A3C"];
export const CONTROL_COLOUR = "#666C73";
const HELP = "Drag a sample to another group, or use ← → on it; ↑ ↓ go from sample to sample, space picks several.";

/** Show the groups and let them be changed. @param {HTMLElement} root @param {Groups} groups @param {Change} change */
export function mountGroups(root, groups, change) {
  return new GroupBoard(root, groups, change);
}

class GroupBoard {
  /** @param {HTMLElement} root @param {Groups} groups @param {Change} change */
  constructor(root, groups, change) {
    this.root = root;
    this.groups = structuredClone(groups);
    this.order = samplesOf(groups);
    this.change = change;
    /** @type {Set<string>} */
    this.picked = new Set();
    this.show();
  }

  /** @param {string} [focus] the sample that keeps the keyboard's place */
  show(focus) {
    const { levels } = this.groups;
    fill(this.root, this.head(), el("div", { class: "levels" }, levels.map((level, i) => this.levelBox(level, i)), this.leftOutBox()));
    if (focus) this.focus(focus);
  }

  /** Put the keyboard on a sample. @param {string} sample */
  focus(sample) {
    this.chips().find((chip) => chip.dataset.sample === sample)?.focus();
  }

  /** @param {string} [focus] */
  commit(focus) {
    this.show(focus);
    this.change(structuredClone(this.groups), false);
  }

  /** @returns {HTMLElement[]} */
  chips() {
    return [...this.root.querySelectorAll(".chip")].filter((chip) => chip instanceof HTMLElement);
  }

  head() {
    const { column, columns } = this.groups;
    const select = el("select", { id: "group-column", onchange: () => this.change({ ...this.groups, column: select.value }, true) },
      columns.map((name) => el("option", { value: name, selected: name === column }, name)));
    return el("div", { class: "grouphead" }, el("h2", {}, "Groups"),
      columns.length > 1 ? el("label", {}, "from the column ", select) : null,
      button("Add a group", () => this.addGroup(), { class: "quiet" }),
      el("p", { id: "groups-help", class: "small" }, HELP));
  }

  addGroup() {
    this.groups.levels.push({ name: freeName(this.groups), samples: [], is_reference: false });
    this.show();
    const names = this.root.querySelectorAll("input.levelname");
    const last = names.item(names.length - 1);
    if (last instanceof HTMLInputElement) last.select();
  }

  /**
   * Put a sample, or all picked ones, into a group.
   * @param {string} sample @param {number} to index of a group; the number of groups stands for left out
   */
  move(sample, to) {
    const { levels } = this.groups;
    const moved = this.picked.has(sample) ? this.order.filter((name) => this.picked.has(name)) : [sample];
    for (const level of levels) level.samples = level.samples.filter((name) => !moved.includes(name));
    this.groups.unassigned = this.groups.unassigned.filter((name) => !moved.includes(name));
    const target = to < levels.length ? levels[to].samples : this.groups.unassigned;
    target.push(...moved);
    target.sort((a, b) => this.order.indexOf(a) - this.order.indexOf(b));
    this.picked.clear();
    announce(`${moved.length > 1 ? countOf(moved.length, "sample") : sample} moved to ${levels[to]?.name ?? "left out"}`);
    this.commit(sample);
  }

  /** @param {string} sample @param {number} at */
  chip(sample, at) {
    const element = button(sample, () => {
      if (!this.picked.delete(sample)) this.picked.add(sample);
      element.setAttribute("aria-pressed", String(this.picked.has(sample)));
    }, { class: "chip", title: sample, "aria-pressed": String(this.picked.has(sample)), "data-sample": sample, "aria-describedby": "groups-help" });
    element.addEventListener("keydown", (event) => this.onKey(event, sample, at));
    startDrag(element, this.root, (to) => this.move(sample, to));
    return element;
  }

  /** @param {KeyboardEvent} event @param {string} sample @param {number} at */
  onKey(event, sample, at) {
    const sideways = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
    const along = { ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0;
    if (!sideways && !along) return;
    event.preventDefault();
    const chips = this.chips();
    if (along) chips[chips.findIndex((chip) => chip === event.currentTarget) + along]?.focus();
    else if (at + sideways >= 0 && at + sideways <= this.groups.levels.length) this.move(sample, at + sideways);
  }

  /** @param {Level} level @param {number} i */
  levelBox(level, i) {
    const name = el("input", { class: "levelname", type: "text", value: level.name, maxlength: "200", spellcheck: "false",
      "aria-label": `name of group ${i + 1}`, onchange: () => this.rename(i, name) });
    const box = el("div", { class: "level", role: "group", "data-level": String(i),
      "aria-label": `${level.name}, ${countOf(level.samples.length, "sample")}` },
    el("div", { class: "levelhead" }, el("span", { class: "swatch" }), name, el("span", { class: "n" }, String(level.samples.length))),
    el("div", { class: "chips" }, level.samples.map((sample) => this.chip(sample, i))),
    this.levelFoot(level, i));
    return paint(box, "--group", level.colour ?? colourOf(this.groups.levels, i));
  }

  /** @param {Level} level @param {number} i */
  levelFoot(level, i) {
    const reference = el("label", { class: "reference" }, el("input", { type: "radio", name: "reference",
      checked: level.is_reference, onchange: () => this.setReference(i) }), "others are compared with this");
    const remove = level.samples.length ? null : button("Remove", () => this.removeGroup(i), { class: "quiet" });
    return el("div", { class: "levelfoot" }, reference, remove);
  }

  leftOutBox() {
    const { levels, unassigned } = this.groups;
    return el("div", { class: "level out", role: "group", "data-level": String(levels.length),
      "aria-label": `left out, ${countOf(unassigned.length, "sample")}` },
    el("div", { class: "levelhead" }, el("b", {}, "Left out"), el("span", { class: "n" }, String(unassigned.length))),
    el("div", { class: "chips" }, unassigned.map((sample) => this.chip(sample, levels.length)),
      unassigned.length ? null : el("span", { class: "empty" }, "Drop samples here that should not count.")));
  }

  /** @param {number} i */
  setReference(i) {
    this.groups.levels.forEach((level, j) => { level.is_reference = i === j; });
    this.commit();
  }

  /** @param {number} i */
  removeGroup(i) {
    this.groups.levels.splice(i, 1);
    this.commit();
  }

  /** @param {number} i @param {HTMLInputElement} field */
  rename(i, field) {
    const { levels } = this.groups;
    const name = field.value.trim();
    if (!name || levels.some((level, j) => j !== i && level.name === name)) {
      field.value = levels[i].name;
      announce("A group needs a name that no other group has");
      return;
    }
    levels[i].name = name;
    this.commit();
  }
}

/** @param {Groups} groups */
function samplesOf(groups) {
  return [...groups.levels.flatMap((level) => level.samples), ...groups.unassigned];
}

/** @param {Groups} groups */
function freeName(groups) {
  const names = new Set(groups.levels.map(({ name }) => name));
  let number = groups.levels.length + 1;
  while (names.has(`group ${number}`)) number += 1;
  return `group ${number}`;
}

/** The colour of a group: grey for the reference, then distinct hues in order. @param {Level[]} levels @param {number} i */
function colourOf(levels, i) {
  if (levels[i].is_reference) return CONTROL_COLOUR;
  const before = levels.slice(0, i).filter(({ is_reference }) => !is_reference).length;
  return GROUP_COLOURS[before % GROUP_COLOURS.length];
}
