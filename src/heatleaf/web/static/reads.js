// Reads before they are counts: which files are whose, which transcripts they are compared with, and what a check found.

import { el, fill } from "./dom.js";
import { count, countOf, listOf, sizeOf } from "./words.js";

/** @typedef {import("./shapes.js").Study} Study */
/** @typedef {import("./shapes.js").Reads} Reads */
/** @typedef {import("./shapes.js").ReadsSaid} ReadsSaid */
/** @typedef {import("./shapes.js").CheckedReads} CheckedReads */

const N_FILES = 4; // of a sample that are named

/**
 * Show the reads of a study; nothing of a study of tables. What is being typed stays until something else is known.
 * @param {HTMLElement} root @param {{sayOfReads: (said: ReadsSaid) => void}} actions
 */
export function mountReads(root, actions) {
  let shown = "";
  return {
    /** @param {Study} study */
    update(study) {
      const key = JSON.stringify([study.reads, study.state === "reading"]);
      if (key === shown) return;
      shown = key;
      fill(root, ...(study.reads ? readsParts(study.reads, study.state === "reading", actions.sayOfReads) : []));
    },
  };
}

/** @param {Reads} reads @param {boolean} is_busy @param {(said: ReadsSaid) => void} say */
function readsParts(reads, is_busy, say) {
  const table = reads.check ? checkTable(reads, reads.check) : planTable(reads);
  const title = reads.check ? "What a first look at the reads found" : "Samples and their files";
  const more = reads.n_samples - reads.samples.length;
  return [
    el("section", { class: "transcripts", "aria-labelledby": "transcripts-title" },
      el("h2", { id: "transcripts-title" }, "Which transcripts are the reads compared with?"), transcriptsForm(reads, is_busy, say)),
    reads.samples.length ? el("section", { class: "readtable", "aria-labelledby": "reads-title" },
      el("h2", { id: "reads-title" }, title),
      el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title }, table),
      more > 0 ? el("p", { class: "small" }, `and ${countOf(more, "more sample")}`) : null) : null,
  ];
}

/** @param {Reads} reads @param {boolean} is_busy @param {(said: ReadsSaid) => void} say */
function transcriptsForm(reads, is_busy, say) {
  const { said, transcriptomes } = reads;
  const fasta = textField("transcripts", said.transcripts?.join("; ") ?? "", "/home/me/Homo_sapiens.GRCh38.cdna.all.fa.gz");
  const genes = textField("annotation", said.annotation ?? "", "only if the headers of the transcripts do not name their genes");
  const fetched = el("select", { id: "fetched" }, el("option", { value: "" }, "a file that I name"),
    transcriptomes.map(({ organism, release }) =>
      el("option", { value: organism, selected: organism === said.organism }, `${organism} (${release})`)));
  const lengths = reads.has_single
    ? [numberField("fragment_length", said.fragment_length ?? 200), numberField("fragment_sd", said.fragment_sd ?? 30)] : [];
  const arrange = () => {
    const is_named = fetched.value === "";
    for (const field of [fasta, genes]) field.disabled = !is_named;
  };
  fetched.addEventListener("change", arrange);
  arrange();
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    say({ ...(fetched.value ? { organism: fetched.value }
      : { transcripts: fasta.value.split(";").map((path) => path.trim()).filter(Boolean), annotation: genes.value.trim() }),
    ...Object.fromEntries(lengths.map((field) => [field.id, Number(field.value)])) });
  };
  return el("form", { class: "readsform", onsubmit: send },
    transcriptomes.length ? [el("label", { for: "fetched" }, "Transcripts of"), fetched] : null,
    el("label", { for: "transcripts" }, "File of transcripts (FASTA, of Ensembl or GENCODE)"), fasta,
    el("label", { for: "annotation" }, "Genes of the transcripts (GTF), if needed"), genes,
    lengths.length ? [el("label", { for: "fragment_length" }, "Single reads: mean length of fragments, and its deviation, in bases"),
      el("span", { class: "pairfields" }, ...lengths)] : null,
    transcriptomes.length ? null
      : el("span", { class: "small" }, "To fetch those of an organism once: ", el("code", {}, "heatleaf resources fetch mouse --transcriptome")),
    el("button", { type: "submit", class: reads.check ? "" : "strong", disabled: is_busy }, reads.check ? "Check again" : "Check the reads"));
}

/** @param {string} id @param {string} value @param {string} placeholder */
function textField(id, value, placeholder) {
  return el("input", { type: "text", id, value, placeholder, autocomplete: "off", spellcheck: "false" });
}

/** @param {string} id @param {number} value */
function numberField(id, value) {
  return el("input", { type: "number", id, value, min: 1, max: 10000, step: "any", required: true,
    "aria-label": id === "fragment_sd" ? "deviation of the length of fragments" : null });
}

/** @param {Reads} reads */
function planTable(reads) {
  return tableOf(["sample", "reads", "lanes", "files", "size"], reads.samples.map((sample) => [
    sample.sample, sample.is_paired ? "paired" : "single", String(sample.n_lanes), filesOf(sample.files), sizeOf(sample.size)]), [2, 4]);
}

/** @param {string[]} files */
function filesOf(files) {
  const more = files.length - N_FILES;
  return more > 0 ? `${files.slice(0, N_FILES).join(", ")} and ${more} more` : listOf(files);
}

/** @param {Reads} reads @param {CheckedReads[]} checked */
function checkTable(reads, checked) {
  const files = new Map(reads.samples.map((sample) => [sample.sample, sample]));
  return tableOf(["sample", "reads", "", "length", "quality", "adapter", "strand", "from the transcripts", "verdict"],
    checked.map((one) => [one.sample, `${one.is_counted ? "" : "about "}${count(one.n_reads)}`,
      files.get(one.sample)?.is_paired === false ? "single" : "pairs", String(one.read_length), one.quality?.toFixed(0) ?? "",
      percent(one.adapter_share), one.strandedness, one.mapped_share === null ? "" : percent(one.mapped_share), verdictOf(one)]),
    [1, 3, 4, 5, 7]);
}

/** @param {CheckedReads} one */
function verdictOf({ messages }) {
  const told = messages.map(({ level, text }) => el("span", { class: level, title: text }, shortOf(text)));
  return told.length ? el("span", { class: "verdicts" }, ...told) : "good";
}

/** What a message says, without its place, which the row has, and the remedy, which stands above. @param {string} text */
function shortOf(text) {
  return text.slice(text.indexOf(": ") + 1).split(" Fix: ")[0].trim();
}

/** @param {number} share */
function percent(share) {
  return share > 0 && share < 0.005 ? "under 1 %" : `${Math.round(100 * share)} %`;
}

/** @param {string[]} header @param {(string|Node)[][]} rows @param {number[]} numbers columns of numbers */
function tableOf(header, rows, numbers) {
  const kind = (/** @type {number} */ i) => (numbers.includes(i) ? { class: "n" } : {});
  return el("table", {}, el("thead", {}, el("tr", {}, header.map((name, i) => el("th", { scope: "col", ...kind(i) }, name)))),
    el("tbody", {}, rows.map((row) => el("tr", {}, row.map((cell, i) =>
      i === 0 ? el("th", { scope: "row" }, cell) : el("td", kind(i), cell))))));
}

/** Samples as they come, the last first, which also tells how long the rest will take. @param {import("./shapes.js").Phase[]} phases */
export function samplesDone(phases) {
  const said = phases.find(({ name }) => name === "quantify")?.said ?? [];
  return said.length ? el("ol", { class: "samplesdone", "aria-label": "samples that are done" },
    [...said].reverse().map((line, i) => el("li", {}, i ? line.split("; about ")[0] : line))) : null;
}
