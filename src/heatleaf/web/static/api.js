// The one place that talks to the server. Every failure becomes a Failure with the sentence to show.

/** @typedef {import("./shapes.js").Refusal} Refusal */
/** @typedef {import("./shapes.js").Study} Study */
/** @typedef {import("./shapes.js").StudyLine} StudyLine */

const OUTLIVES = 50_000; // letters of a request that may outlive its page; browsers allow 64 KiB
const GONE = {
  code: "no_answer",
  what: "Heatleaf does not answer: it was closed, or the computer slept",
  error: "Heatleaf does not answer: it was closed, or the computer slept. Fix: start it again with heatleaf app; your studies are kept.",
};

/** A refusal of the server, or its silence. */
export class Failure extends Error {
  /** @param {Refusal} refusal */
  constructor(refusal) {
    super(refusal.error);
    this.refusal = refusal;
  }

  get isSilence() {
    return this.refusal.code === GONE.code;
  }
}

/** @param {any} answer @param {number} status @returns {Refusal} */
function refusalOf(answer, status) {
  if (answer && typeof answer.error === "string") return { ...answer, status };
  return { code: `http_${status}`, error: `The server answered with status ${status}.`, status };
}

/**
 * Ask the server.
 * @param {string} method @param {string} path @param {unknown} [body] @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export async function ask(method, path, body, signal) {
  const response = await send(method, path, body, signal);
  const answer = await response.json().catch(() => null);
  if (!response.ok || !answer) throw new Failure(refusalOf(answer, response.status));
  return answer;
}

/** @param {string} method @param {string} path @param {unknown} body @param {AbortSignal} [signal] */
async function send(method, path, body, signal) {
  const headers = body === undefined ? undefined : { "Content-Type": "application/json" };
  const text = body === undefined ? undefined : JSON.stringify(body);
  try {
    const keepalive = text !== undefined && text.length < OUTLIVES;
    return await fetch(path, { method, headers, body: text, signal, keepalive, credentials: "same-origin" });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Failure(GONE);
  }
}

/** Ask for a file. @param {string} path @param {unknown} body @returns {Promise<Blob>} */
export async function askForFile(path, body) {
  const response = await send("POST", path, body);
  if (!response.ok) throw new Failure(refusalOf(await response.json().catch(() => null), response.status));
  return response.blob();
}

/** Ask for a text. @param {string} path @returns {Promise<string>} */
export async function askForText(path) {
  const response = await send("GET", path, undefined);
  if (!response.ok) throw new Failure(refusalOf(await response.json().catch(() => null), response.status));
  return response.text();
}

/**
 * Send files, telling the share that has gone.
 * @param {string} path @param {File[]} files @param {(share: number) => void} report
 * @returns {Promise<any>}
 */
export function sendFiles(path, files, report) {
  const form = new FormData();
  for (const file of files) form.append("files", file, file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch cannot tell how far an upload is
    request.open("POST", path);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => report(event.lengthComputable ? event.loaded / event.total : 0));
    request.addEventListener("error", () => reject(new Failure(GONE)));
    request.addEventListener("load", () => {
      if (request.status < 300 && request.response) resolve(request.response);
      else reject(new Failure(refusalOf(request.response, request.status)));
    });
    request.send(form);
  });
}

/** The address of a study in the API. @param {string} id @param {string} [rest] */
export function studyPath(id, rest = "") {
  return `/api/studies/${encodeURIComponent(id)}${rest}`;
}

/** The address of a file of a study. @param {string} id @param {string} file_id */
export function filePath(id, file_id) {
  return studyPath(id, `/files/${encodeURIComponent(file_id)}`);
}

/** The failure behind anything that was thrown; faults of the page itself pass on. @param {unknown} error @returns {Failure} */
export function failureOf(error) {
  if (error instanceof Failure) return error;
  throw error;
}
