// Canvases have to be drawn again when light turns to dark, by the system or by the viewer's own choice.

/**
 * Call back when the colours around an element may have changed.
 * @param {Element} inside
 * @param {() => void} redraw
 * @returns {() => void} ends this
 */
export function watchTheme(inside, redraw) {
  const media = matchMedia("(prefers-color-scheme: dark)");
  const observer = new MutationObserver(redraw);
  media.addEventListener("change", redraw);
  const viewer = inside.closest(".hl-viewer");
  if (viewer) observer.observe(viewer, { attributes: true, attributeFilter: ["data-theme"] });
  return () => {
    media.removeEventListener("change", redraw);
    observer.disconnect();
  };
}
