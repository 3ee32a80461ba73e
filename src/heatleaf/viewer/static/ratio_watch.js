// Canvases have to be drawn again when the screen gets other pixels: a window moves to another screen, without a new size.

/**
 * Call back whenever the ratio of screen pixels to CSS pixels has changed.
 * @param {() => void} redraw
 * @returns {() => void} ends this
 */
export function watchRatio(redraw) {
  let media = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
  const follow = () => {
    media.removeEventListener("change", follow);
    media = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    media.addEventListener("change", follow);
    redraw();
  };
  media.addEventListener("change", follow);
  return () => media.removeEventListener("change", follow);
}
