// The groups between page and server: edits are sent a moment after the last, and never overtaken by an older answer.

import { mountGroups } from "./groups.js";

/** @typedef {import("./shapes.js").Study} Study */
/** @typedef {import("./shapes.js").Groups} Groups */

const PAUSE = 300; // ms without a further edit before the groups are sent

export class GroupEditor {
  /** @param {HTMLElement} root @param {(request: unknown) => Promise<boolean>} send */
  constructor(root, send) {
    this.root = root;
    this.send = send;
    this.shown = "";
    this.timer = 0;
    this.n_waiting = 0;
    /** @type {unknown} */
    this.request = null;
    this.flush = () => this.timer !== 0 && void this.sendNow();
    window.addEventListener("pagehide", this.flush);
  }

  /** Leave; the last edit still goes. */
  destroy() {
    this.flush();
    window.removeEventListener("pagehide", this.flush);
  }

  /** Whether the server does not know all edits yet. */
  get isPending() {
    return this.timer !== 0 || this.n_waiting > 0;
  }

  /** Take in the groups of a study, unless there are newer edits here. @param {Study} study */
  update(study) {
    const key = JSON.stringify(study.groups);
    const is_older = this.shown !== "" && (this.isPending || study.state === "reading");
    if (key === this.shown || is_older || !study.groups) return;
    const focused = this.root.contains(document.activeElement) ? document.activeElement : null;
    const sample = focused instanceof HTMLElement ? focused.dataset.sample : undefined;
    const board = mountGroups(this.root, study.groups, (groups, is_column) => this.edit(groups, is_column));
    if (sample !== undefined) board.focus(sample);
    this.shown = key;
  }

  /** @param {Groups} groups @param {boolean} is_column */
  edit(groups, is_column) {
    window.clearTimeout(this.timer);
    this.request = groupsRequest(groups, is_column);
    this.timer = window.setTimeout(this.flush, is_column ? 0 : PAUSE);
  }

  async sendNow() {
    window.clearTimeout(this.timer);
    this.timer = 0;
    this.n_waiting += 1;
    const is_taken = await this.send(this.request);
    this.n_waiting -= 1;
    if (!is_taken) this.shown = "refused"; // what the server has is shown again with its next answer
  }
}

/** What is sent of groups that were changed. @param {Groups} groups @param {boolean} is_column */
function groupsRequest({ column, levels }, is_column) {
  if (is_column) return { column };
  const filled = levels.filter(({ samples }) => samples.length);
  return { column, levels: filled.map(({ name, samples }) => ({ name, samples })),
    reference: filled.find(({ is_reference }) => is_reference)?.name ?? "" };
}
