// Before the analysis: what was understood, the groups, the question. One button leads to the answer.

import { el, fill } from "./dom.js";
import { GroupEditor } from "./group_editor.js";
import { mountQuestion } from "./question.js";
import { mountReads } from "./reads.js";
import { rowsSection, understoodSection } from "./understand.js";

/** @typedef {import("./shapes.js").Study} Study */

/** Show the setup of a study. @param {HTMLElement} root @param {Study} study @param {any} actions */
export function mountSetup(root, study, actions) {
  const groups = el("section", { class: "groups", "aria-label": "groups" });
  const question = el("section", { class: "question", "aria-label": "question" });
  const understood = el("div");
  const rows = el("div");
  const reads = el("div", { class: "reads" });
  const confirm = el("div", { class: "confirm" }, groups, question);
  const editor = new GroupEditor(groups, actions.regroup);
  const page = el("div", { class: "setup" }, understood, reads, confirm, rows);
  fill(root, page);
  const asker = new Asker(question, editor, actions.analyse, study.reads ? "Quantify and analyse" : "Analyse");
  const looker = mountReads(reads, actions);

  /** @param {Study} now */
  const update = (now) => {
    page.toggleAttribute("inert", now.state === "running" || now.state === "queued");
    fill(understood, understoodSection(now, actions));
    fill(rows, rowsSection(now));
    looker.update(now);
    editor.update(now);
    asker.update(now);
  };
  update(study);
  return { update, destroy: () => editor.destroy() };
}

/** The question, shown anew when it changes; a click while the groups are still being read is kept until they are. */
export class Asker {
  /**
   * @param {HTMLElement} root @param {GroupEditor} editor
   * @param {(request: import("./question.js").Request) => void} analyse @param {string} label of the button
   */
  constructor(root, editor, analyse, label) {
    this.root = root;
    this.editor = editor;
    this.analyse = analyse;
    this.label = label;
    this.shown = "";
    this.is_wanted = false;
    this.state = "";
    /** @type {ReturnType<typeof mountQuestion>|null} */
    this.question = null;
  }

  /** @param {Study} study */
  update(study) {
    this.state = study.state;
    const key = JSON.stringify([study.comparisons, study.designs, study.design, study.settings.values]);
    const is_unclear = !study.understood || study.state === "unclear" || (study.reads !== null && !study.reads.check);
    if (is_unclear) fill(this.root);
    else if (key !== this.shown) this.question = mountQuestion(this.root, study, { ask: (request) => this.ask(request), label: this.label });
    this.shown = is_unclear ? "" : key;
    if (this.is_wanted && !this.isBusy && !is_unclear) {
      this.is_wanted = false;
      this.question?.go();
    }
  }

  get isBusy() {
    return this.editor.isPending || this.state === "reading";
  }

  /** @param {import("./question.js").Request} request */
  ask(request) {
    this.is_wanted = this.isBusy;
    if (!this.is_wanted) this.analyse(request);
  }
}
