// The frame: what the address says is shown (#study=ID, #compare=A,B, or the first page), so reload and back return.

import { Failure, ask } from "./api.js";
import { byId, button, el, fill } from "./dom.js";
import { refusalBox } from "./errors.js";
import { mountCompare } from "./compare.js";
import { mountStart } from "./start.js";
import { mountStudy } from "./study.js";

/** @type {() => void} */
let leave = () => {};
let shown = "";

/** What the address asks for. */
function placeOf() {
  const fields = new URLSearchParams(window.location.hash.slice(1));
  const pair = (fields.get("compare") ?? "").split(",");
  return { study: fields.get("study"), compare: pair.length === 2 ? pair : null };
}

/** @param {string} id */
function open(id) {
  window.location.hash = `#study=${encodeURIComponent(id)}`;
}

/** Show what the address asks for, unless it is there already (a study keeps more in the address than its id). */
async function show() {
  const place = placeOf();
  const key = JSON.stringify(place);
  if (key === shown) return;
  shown = key;
  leave();
  leave = () => {};
  const root = el("div", { class: "place" });
  fill(byId("content"), root);
  window.scrollTo(0, 0);
  try {
    const hello = await ask("GET", "/api/hello");
    if (key !== shown) return;
    if (place.study) leave = mountStudy(root, place.study);
    else if (place.compare) await mountCompare(root, place.compare[0], place.compare[1]);
    else mountStart(root, { hello, open });
    if (!place.study) document.title = "Heatleaf";
  } catch (error) {
    showTrouble(error);
  }
}

/** Say above the page what went wrong; what was entered stays. @param {unknown} error */
function showTrouble(error) {
  const refusal = error instanceof Failure ? error.refusal
    : { code: "page", error: `This page made a mistake: ${error instanceof Error ? error.message : String(error)}` };
  const again = button("Try again", () => {
    fill(byId("banner"));
    shown = "";
    void show();
  });
  fill(byId("banner"), refusalBox(refusal, [again, button("Close", () => fill(byId("banner")))]));
}

/** Links of the head. */
function mountPlaces() {
  const stop = button("Quit", () => {
    fill(stop.parentElement ?? stop, el("span", {}, "Quit Heatleaf? Studies are kept."),
      button("Quit", () => void ask("POST", "/api/stop").then(showStopped, showTrouble), { class: "danger" }),
      button("Stay", mountPlaces));
  }, { title: "end the Heatleaf that runs on this computer" });
  fill(byId("places"), el("a", { href: "#" }, "Studies"), stop);
}

function showStopped() {
  leave();
  fill(byId("places"));
  fill(byId("banner"));
  fill(byId("content"), el("div", { class: "start" }, el("h1", {}, "Heatleaf has ended"),
    el("p", {}, "This tab can be closed. Start again with ", el("code", {}, "heatleaf app"), ".")));
}

window.addEventListener("hashchange", () => void show());
window.addEventListener("unhandledrejection", (event) => showTrouble(event.reason));
window.addEventListener("error", (event) => showTrouble(event.error));
document.querySelector("a.skip")?.addEventListener("click", (event) => {
  event.preventDefault(); // the address is for places
  byId("content").focus();
});
mountPlaces();
void show();
