// One study from its files to its answer. Which of setup, progress and result is shown follows the state of the study.

import { Failure, ask, failureOf, sendFiles, studyPath } from "./api.js";
import { announce, button, el, fill } from "./dom.js";
import { refusalBox } from "./errors.js";
import { mountProgress } from "./progress.js";
import { mountResult } from "./result.js";
import { mountSetup } from "./setup.js";
import { STATE_WORDS, renameStudy } from "./studies.js";
import { dateOf } from "./words.js";

/** @typedef {import("./shapes.js").Study} Study */
/** @typedef {{update?: (study: Study) => void, destroy?: () => void}} View */

const BUSY = ["reading", "queued", "running"];
const TOLD = ["unclear", "done", "failed", "cancelled", "interrupted"]; // to a screen reader
const PAUSE = 1500; // ms before asking again where the server did not answer

/** Show a study; returns how to leave it. @param {HTMLElement} root @param {string} id */
export function mountStudy(root, id) {
  const page = new StudyPage(root, id);
  void page.follow();
  return () => page.leave();
}

class StudyPage {
  /** @param {HTMLElement} root @param {string} id */
  constructor(root, id) {
    this.id = id;
    this.ends = new AbortController();
    /** @type {Study|null} */
    this.study = null;
    this.head = el("div", { class: "studyname" });
    this.take = el("div", { class: "takeaway" });
    this.notice = el("div", { class: "notice" });
    this.job = el("section", { class: "job", "aria-label": "progress" });
    this.body = el("div", { class: "studybody" });
    /** @type {View} */
    this.view = {};
    this.shown = "";
    this.turn = 0;
    /** @type {ReturnType<typeof mountProgress>|null} */
    this.progress = null;
    fill(root, el("div", { class: "studyhead" }, this.head, this.take), this.notice, this.job, this.body);
  }

  leave() {
    this.ends.abort();
    this.view.destroy?.();
    this.progress?.destroy();
  }

  /** Take in the study now, and follow it while it is being worked on. The last call is the one that goes on. */
  async follow() {
    this.turn += 1;
    const turn = this.turn;
    let since = 0;
    do {
      try {
        const study = await ask("GET", studyPath(this.id, since ? `?since=${since}` : ""), undefined, this.ends.signal);
        if (turn !== this.turn) return;
        since = study.revision;
        fill(this.notice);
        this.show(study);
      } catch (error) {
        if (this.ends.signal.aborted || turn !== this.turn) return;
        fill(this.notice, refusalBox(failureOf(error).refusal));
        if (!failureOf(error).isSilence) return;
        await new Promise((resolve) => window.setTimeout(resolve, PAUSE));
      }
    } while (!this.ends.signal.aborted && (!this.study || BUSY.includes(this.study.state)));
  }

  /** @param {Study} study */
  show(study) {
    const before = this.study;
    this.study = study;
    document.title = `${study.name} · Heatleaf`;
    if (!before || before.name !== study.name || before.state !== study.state) this.showHead(study);
    this.showJob(study);
    this.showBody(study, before);
    if (before && before.state !== study.state && TOLD.includes(study.state)) announce(STATE_WORDS[study.state] ?? "");
  }

  /** @param {Study} study */
  showHead(study) {
    fill(this.head, el("h1", {}, study.name),
      button("Rename", () => this.editName(study), { class: "quiet" }),
      el("span", { class: `state ${study.state}` }, STATE_WORDS[study.state] ?? study.state),
      el("time", { datetime: study.created }, dateOf(study.created)));
  }

  /** @param {Study} study */
  editName(study) {
    const field = el("input", { type: "text", value: study.name, maxlength: "200", "aria-label": "name of the study" });
    const form = el("form", { class: "inline", onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      this.send(renameStudy(this.id, field.value));
    } }, field, el("button", { type: "submit", class: "strong" }, "Keep"), button("Cancel", () => this.showHead(study)));
    fill(this.head, form);
    field.select();
  }

  /** @param {Study} study */
  showJob(study) {
    const is_reread = study.state === "reading" && study.understood !== null && !study.progress?.phases.length; // a moment; the page stays as it is
    if (BUSY.includes(study.state) && !is_reread) {
      const is_new = !this.progress;
      this.progress ??= mountProgress(this.job, () => this.send(ask("POST", studyPath(this.id, "/cancel"), {})));
      this.progress.update(study);
      if (is_new) this.job.scrollIntoView({ block: "nearest" });
      return;
    }
    this.progress?.destroy();
    this.progress = null;
    fill(this.job, study.has_result ? troubleOf(study) : null);
  }

  /**
   * Show setup or result anew only where it changed, so that nothing that is being entered is lost.
   * @param {Study} study @param {Study|null} before
   */
  showBody(study, before) {
    const is_fresh = study.state === "done" && before !== null && before.state !== "done";
    const kind = study.has_result ? "result" : study.state === "reading" && !study.understood ? "" : "setup";
    if (kind === this.shown && !is_fresh) {
      this.view.update?.(study);
      return;
    }
    this.view.destroy?.();
    fill(this.take);
    this.shown = kind;
    const actions = this.actions();
    this.view = kind === "result" ? mountResult(this.body, this.take, study, actions) : kind === "setup" ? mountSetup(this.body, study, actions) : {};
    if (!kind) fill(this.body);
  }

  /** Send a change, then take in what became of it; a refusal is shown and nothing is lost. @param {Promise<any>} answer */
  send(answer) {
    return answer.then(() => {
      void this.follow();
      return true;
    }).catch((error) => {
      if (!(error instanceof Failure)) throw error;
      fill(this.notice, refusalBox(error.refusal));
      this.notice.scrollIntoView({ block: "nearest" });
      return false;
    });
  }

  /** What setup and result may ask for. */
  actions() {
    const post = (/** @type {string} */ rest, /** @type {unknown} */ body) => this.send(ask("POST", studyPath(this.id, rest), body));
    return {
      /** @param {import("./shapes.js").Repair} repair one that is applied is taken back */
      repair: (repair) => void post("/read", { repairs: { [repair.key]: repair.applied ? null : repair.value } }),
      /** @param {import("./shapes.js").ReadsSaid} said */
      sayOfReads: (said) => void post("/read", { repairs: { reads: said } }),
      /** @param {Record<string, string>} roles by the id of a file */
      setRoles: (roles) => void post("/read", { repairs: { roles } }),
      /** @param {File[]} files */
      addFiles: (files) => void this.send(sendFiles(studyPath(this.id, "/files"), files, () => {})),
      /** @param {unknown} groups */
      regroup: (groups) => post("/groups", groups),
      /** @param {unknown} request */
      analyse: (request) => post("/analyse", request),
    };
  }
}

/** Why the last run did not finish, above the result of the one before. @param {Study} study */
function troubleOf(study) {
  if (study.error) return refusalBox(study.error);
  if (study.state === "cancelled" || study.state === "interrupted") {
    return el("p", { class: "stop" }, `The last run was ${STATE_WORDS[study.state]}; below is the result of the one before.`);
  }
  return null;
}
