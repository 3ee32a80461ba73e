// The values that the server sends (docs/app_api.md), as types for the other modules. Nothing runs here.

/**
 * A refusal or a failure in the words of the command line.
 * @typedef {{code: string, error: string, what?: string, where?: string, fix?: string, status?: number, incident?: string}} Refusal
 */

/** @typedef {"reading"|"unclear"|"ready"|"queued"|"running"|"done"|"failed"|"cancelled"|"interrupted"} StudyState */

/** @typedef {{level: "error"|"warning"|"note", code: string, text: string}} Message */

/** @typedef {{id: string, label: string, size: number, role: string}} InputFile */

/** @typedef {{key: string, label: string, applied: boolean, value: unknown}} Repair */

/**
 * What the reader understood of the files.
 * @typedef {{sentences: string[], rows: string[][], n_genes: number, n_samples: number, organism: string,
 *   value_kind: string, warnings: Message[]}} Understood
 */

/** @typedef {{name: string, samples: string[], is_reference: boolean, colour?: string}} Level */

/** @typedef {{column: string, columns: string[], levels: Level[], unassigned: string[]}} Groups */

/** @typedef {{key: string, sentence: string, kind: string, chosen: boolean}} Comparison */

/** @typedef {{formula: string, column: string, why: string}} DesignChoice */

/** @typedef {{name: string, detail: string, seconds: number|null, done: boolean, said: string[]}} Phase */

/**
 * What was said of reads. transcripts, annotation : whole paths. organism : of which the transcripts were fetched.
 * @typedef {{transcripts?: string[], annotation?: string, organism?: string, fragment_length?: number,
 *   fragment_sd?: number}} ReadsSaid
 */

/**
 * What a look at the reads of a sample found. quality : mean Phred score.
 * @typedef {{sample: string, n_reads: number, is_counted: boolean, read_length: number, quality: number|null,
 *   adapter: string, adapter_share: number, strandedness: string, mapped_share: number|null, organism: string,
 *   messages: Message[]}} CheckedReads
 */

/**
 * @typedef {{samples: {sample: string, is_paired: boolean, n_lanes: number, files: string[], size: number}[],
 *   n_samples: number, has_single: boolean, said: ReadsSaid, transcriptomes: {organism: string, release: string}[],
 *   check: CheckedReads[]|null}} Reads
 */

/**
 * One option of an analysis. kind : "number", "whole", "text", "choice", "yes", "list" or "column" (of the sheet).
 * @typedef {{name: string, label: string, help: string, kind: string, choices: string[], low: number, high: number,
 *   default: unknown}} Setting
 */

/**
 * @typedef {{id: string, name: string, created: string, state: StudyState, title: string, n_genes: number,
 *   n_samples: number}} StudyLine
 */

/**
 * @typedef {{id: string, name: string, created: string, state: StudyState, revision: number, position: number,
 *   files: InputFile[], understood: Understood|null, groups: Groups|null, comparisons: Comparison[], design: string,
 *   designs: DesignChoice[], repairs: Repair[], reads: Reads|null,
 *   settings: {values: Record<string, unknown>, options: Setting[]}, progress: {phases: Phase[], share: number}|null,
 *   error: Refusal|null, stale: string[], has_result: boolean}} Study
 */

/** @typedef {{text: string, level: string, question: string, rests_on: string}} Finding */

/**
 * @typedef {{id: string, name: string, title: string, caption: string, formats: Record<string, string>,
 *   image: string, width_mm: number, height_mm: number}} Figure
 */

/** @typedef {{id: string, name: string, n_rows: number, what: string}} TableFile */

/** @typedef {Record<string, string|number|boolean|null>} SetRow a gene set, its values by column of the table */

/**
 * What a comparison found. genes : gene id, name, mean, log2 fold change, shrunken, adjusted p-value each.
 * @typedef {{name: string, title: string, tested: string, reference: string, alpha: number, n_up: number, n_down: number,
 *   n_tested: number, table: string, genes: (string|number|null)[][],
 *   enrichment: {up?: SetRow[], down?: SetRow[], ranked: SetRow[]}, universe: string}} ComparisonResult
 */

/**
 * @typedef {{sample: string, lib_size: number, n_detected: number, size_factor: number,
 *   columns: Record<string, string>}} SampleRow
 */

/**
 * The answer of a study.
 * @typedef {{title: string, lead: Finding|null, stops: Finding[], findings: Finding[], facts: [string, string][],
 *   comparisons: ComparisonResult[], figures: Figure[], tables: TableFile[], samples: SampleRow[],
 *   reading: {about: string, text: string}[], methods: string, command: string, python: string, messages: Message[],
 *   versions: Record<string, string>, files: {id: string, name: string, size: number}[]}} Result
 */

export {};
