// A drawing as pixels: the browser draws the SVG on a canvas, so that both exports show the same.

const WANTED_SCALE = 300 / 96;
const MAX_PIXELS = 60e6;

/**
 * Turn a drawing into a PNG of 300 dots per inch, fewer where that would be more than a browser can hold.
 * @param {{text: string, width: number, height: number}} drawing
 * @returns {Promise<Blob>}
 */
export async function pngOfSvg({ text, width, height }) {
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const scale = Math.min(WANTED_SCALE, Math.sqrt(MAX_PIXELS / (width * height)));
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => canvas.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error("the picture is too large for this browser"));
    }, "image/png"));
  } finally {
    URL.revokeObjectURL(address);
  }
}
