// The first page: drop files, try the example, name a folder, or go back to a study.

import { ask, failureOf, sendFiles } from "./api.js";
import { announce, button, el, fill, paint } from "./dom.js";
import { refusalBox } from "./errors.js";
import { studyList } from "./studies.js";
import { listOf, sizeOf } from "./words.js";

/**
 * Fill the first page.
 * @param {HTMLElement} root @param {{hello: any, open: (id: string) => void}} context
 */
export function mountStart(root, { hello, open }) {
  const notice = el("div", { class: "notice" });
  /** @param {Promise<any>} answer */
  const follow = (answer) => answer.then(({ id }) => open(id)).catch((error) => {
    fill(notice, refusalBox(failureOf(error).refusal));
    drop.rest();
  });
  const drop = dropZone((files) => startUpload(files, hello, notice, drop, follow));
  const studies = el("section", { class: "studies", "aria-labelledby": "studies-title" });
  fill(root, el("div", { class: "start" }, promise(), drop.element, notice, otherWays(hello, follow), studies));
  void studyList(studies, { open });
}

function promise() {
  return el("div", { class: "promise" },
    el("h1", {}, "From a count table to an answer"),
    el("p", {}, "An expression heatmap you can trust, the genes that differ, what they do, and how sure that is. ",
      "Everything runs on this computer; nothing is sent anywhere."));
}

/**
 * @param {File[]} files @param {any} hello @param {HTMLElement} notice
 * @param {{busy: (text: string, share: number) => void}} drop @param {(answer: Promise<any>) => void} follow
 */
function startUpload(files, hello, notice, drop, follow) {
  fill(notice);
  const problem = whyNot(files, hello.limits ?? {});
  if (problem) {
    fill(notice, refusalBox(problem));
    return;
  }
  const names = listOf(files.map((file) => file.name));
  announce(`Taking in ${names}`);
  drop.busy(`Taking in ${names}`, 0);
  follow(sendFiles("/api/studies", files, (share) => drop.busy(`Taking in ${names}`, share)));
}

/** Say why files cannot be taken, before they are sent. @param {File[]} files @param {{max_file?: number, max_files?: number}} limits */
function whyNot(files, limits) {
  const { max_file = Infinity, max_files = Infinity } = limits;
  const large = files.find((file) => file.size > max_file);
  const what = files.length > max_files ? `${files.length} files were dropped; at most ${max_files} are taken at once`
    : large ? `${large.name} has ${sizeOf(large.size)}; at most ${sizeOf(max_file)} are taken` : "";
  return what ? { code: "too_large", what, error: `${what}. Fix: name the folder below, so that nothing need be copied.` } : null;
}

/** The place to drop files on, which is a button for choosing them too. @param {(files: File[]) => void} take */
function dropZone(take) {
  const input = el("input", { type: "file", multiple: true, class: "hidden", tabindex: "-1", "aria-hidden": "true",
    id: "files", onchange: () => takeFrom(input.files) });
  const status = el("div", { class: "droptext" });
  const element = el("button", { type: "button", class: "drop", onclick: () => input.click() }, status);
  const rest = () => {
    element.classList.remove("busy");
    element.disabled = false;
    input.value = "";
    fill(status, el("b", {}, "Drop a count table here"), el("span", {}, "and its sample sheet, if there is one. Or choose files …"),
      el("small", {}, "Tables as text, compressed or Excel · featureCounts, HTSeq, STAR, salmon, kallisto, RSEM · as they are"));
  };
  /** @param {FileList|null|undefined} files */
  const takeFrom = (files) => {
    if (files && files.length && !element.disabled) take([...files]);
  };
  /** @param {string} text @param {number} share */
  const busy = (text, share) => {
    element.classList.add("busy");
    element.disabled = true;
    const bar = paint(el("span", { class: "bar" }), "--share", String(share));
    fill(status, el("b", {}, `${text} …`), bar);
  };
  listenForDrops(element, takeFrom);
  rest();
  return { element: el("div", { class: "dropplace" }, input, element), rest, busy };
}

/** Let the whole window take a drop while the zone is on the page. @param {HTMLElement} zone @param {(files: FileList|null|undefined) => void} take */
function listenForDrops(zone, take) {
  const ends = new AbortController();
  /** @param {"dragover"|"dragleave"|"drop"} name @param {(event: DragEvent) => void} handle */
  const on = (name, handle) => window.addEventListener(name, (event) => {
    if (!zone.isConnected) ends.abort();
    else if (event.dataTransfer?.types.includes("Files")) {
      event.preventDefault();
      handle(event);
    }
  }, { signal: ends.signal });
  on("dragover", () => zone.classList.add("over"));
  on("dragleave", (event) => zone.classList.toggle("over", event.relatedTarget !== null));
  on("drop", (event) => {
    zone.classList.remove("over");
    take(event.dataTransfer?.files);
  });
}

/** @param {any} hello @param {(answer: Promise<any>) => void} follow */
function otherWays(hello, follow) {
  const path = el("input", { type: "text", id: "folder", name: "folder", autocomplete: "off", spellcheck: "false",
    placeholder: "/home/me/counts" });
  const form = el("form", { class: "folder", onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    if (path.value.trim()) follow(ask("POST", "/api/studies", { folder: path.value.trim() }));
  } }, el("label", { for: "folder" }, "Or name a folder on this computer: of tables, or of reads (FASTQ)"), path,
  el("button", { type: "submit" }, "Read"));
  const example = hello.example && el("div", { class: "example" },
    button("Try the example", () => follow(ask("POST", "/api/studies", { example: true })), { class: "strong" }),
    el("span", {}, hello.example.description));
  return el("div", { class: "otherways" }, example, form);
}
