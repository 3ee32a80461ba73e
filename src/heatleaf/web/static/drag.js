// Dragging a chip with mouse, pen or finger onto an element with data-level.

const SLACK = 5; // pixels before a press becomes a drag

/**
 * Let an element be dragged; a press without movement stays a click.
 * @param {HTMLElement} element @param {HTMLElement} root within which it may be dropped
 * @param {(to: number) => void} drop
 */
export function startDrag(element, root, drop) {
  element.addEventListener("pointerdown", (down) => {
    if (down.button !== 0) return;
    /** @type {HTMLElement|null} */
    let ghost = null;
    const ends = new AbortController();
    const finish = () => {
      ends.abort();
      ghost?.remove();
      mark(root, null);
    };
    const on = (/** @type {string} */ name, /** @type {(event: PointerEvent) => void} */ handle) =>
      window.addEventListener(name, /** @type {EventListener} */ (handle), { signal: ends.signal });
    on("pointermove", (event) => {
      if (!ghost && Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < SLACK) return;
      ghost ??= ghostOf(element);
      ghost.style.setProperty("left", `${event.clientX}px`);
      ghost.style.setProperty("top", `${event.clientY}px`);
      mark(root, targetAt(event, root));
    });
    on("pointerup", (event) => {
      const target = ghost && targetAt(event, root);
      if (ghost) element.addEventListener("click", swallow, { capture: true, once: true });
      finish();
      window.setTimeout(() => element.removeEventListener("click", swallow, { capture: true }));
      if (target && !target.contains(element)) drop(Number(target.dataset.level));
    });
    on("pointercancel", finish);
    window.addEventListener("keydown", (event) => event.key === "Escape" && finish(), { signal: ends.signal });
  });
}

/** @param {Event} event */
function swallow(event) {
  event.stopImmediatePropagation();
  event.preventDefault();
}

/** @param {HTMLElement} element */
function ghostOf(element) {
  const ghost = /** @type {HTMLElement} */ (element.cloneNode(true));
  ghost.classList.add("ghost");
  ghost.setAttribute("aria-hidden", "true");
  const picked = element.getAttribute("aria-pressed") === "true"
    ? document.querySelectorAll(".chip[aria-pressed=true]").length : 1;
  if (picked > 1) ghost.textContent = `${picked} samples`;
  ghost.style.setProperty("--group", getComputedStyle(element).getPropertyValue("--group"));
  document.body.append(ghost);
  return ghost;
}

/** @param {PointerEvent} event @param {HTMLElement} root @returns {HTMLElement|null} */
function targetAt(event, root) {
  const under = document.elementFromPoint(event.clientX, event.clientY);
  const target = /** @type {HTMLElement|null} */ (under?.closest("[data-level]") ?? null);
  return target && root.contains(target) ? target : null;
}

/** @param {HTMLElement} root @param {HTMLElement|null} target */
function mark(root, target) {
  for (const level of root.querySelectorAll("[data-level]")) level.classList.toggle("over", level === target);
}
