// A small sheet below a button of the toolbar. It lies over the page and moves nothing; Escape and a click elsewhere
// close it, and the focus goes back to its button.
import { element, fill } from "./elements.js";

let openSheet = /** @type {Popover | null} */ (null);

/** A button with a sheet below it, whose content is made anew whenever the sheet is open and the state changes. */
export class Popover {
  /**
   * @param {string} label of the button
   * @param {string} title of the sheet, for screen readers
   * @param {() => Node[]} makeContent
   */
  constructor(label, title, makeContent) {
    this.makeContent = makeContent;
    this.button = element("button", { type: "button", class: "hl-button hl-opens", "aria-haspopup": "dialog",
      "aria-expanded": "false", click: () => this.toggle() }, label);
    this.sheet = element("div", { class: "hl-sheet", role: "dialog", "aria-label": title, hidden: true });
    this.root = element("div", { class: "hl-popover",
      keydown: (event) => this.onKey(/** @type {KeyboardEvent} */ (event)) }, this.button, this.sheet);
    this.onOutside = (/** @type {Event} */ event) => {
      if (!event.composedPath().includes(this.root)) this.close(false);
    };
  }

  get isOpen() {
    return !this.sheet.hidden;
  }

  toggle() {
    if (this.isOpen) this.close(true);
    else this.open();
  }

  open() {
    openSheet?.close(false);
    openSheet = this;
    fill(this.sheet, ...this.makeContent());
    this.sheet.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.keepInSight();
    document.addEventListener("pointerdown", this.onOutside, true);
    /** @type {HTMLElement | null} */ (this.sheet.querySelector("select, input, button"))?.focus();
  }

  /** @param {boolean} returnsFocus */
  close(returnsFocus) {
    if (!this.isOpen) return;
    this.sheet.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", this.onOutside, true);
    if (openSheet === this) openSheet = null;
    if (returnsFocus) this.button.focus();
  }

  /** Make the content anew where the sheet is open and no slider is held; the focus stays on the control of its name. */
  refresh() {
    if (!this.isOpen || this.sheet.querySelector('input[type="range"]:active')) return;
    const focused = this.sheet.contains(document.activeElement) ? document.activeElement : null;
    const key = focused?.getAttribute("data-key");
    fill(this.sheet, ...this.makeContent());
    if (key) /** @type {HTMLElement | null} */ (this.sheet.querySelector(`[data-key="${CSS.escape(key)}"]`))?.focus();
  }

  keepInSight() {
    this.sheet.style.left = "0px";
    const over = this.sheet.getBoundingClientRect().right - document.documentElement.clientWidth + 8;
    if (over > 0) this.sheet.style.left = `${-over}px`;
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.key !== "Escape" || !this.isOpen) return;
    event.stopPropagation();
    this.close(true);
  }

  destroy() {
    this.close(false);
  }
}
