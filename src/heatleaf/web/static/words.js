// Numbers, sizes and dates as the page writes them.

/** Write a whole number with separators. @param {number} n */
export function count(n) {
  return n.toLocaleString("en");
}

/** Write a number with its noun. @param {number} n @param {string} noun */
export function countOf(n, noun) {
  return `${count(n)} ${noun}${n === 1 ? "" : "s"}`;
}

/** Write a size of a file. @param {number} n_bytes */
export function sizeOf(n_bytes) {
  const units = ["bytes", "kB", "MB", "GB"];
  let size = n_bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

/** Write a duration. @param {number} seconds */
export function secondsOf(seconds) {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** Write when something was made, in the reader's time. @param {string} iso */
export function dateOf(iso) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const is_today = date.toDateString() === new Date().toDateString();
  const time = date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const day = date.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
  return is_today ? `today, ${time}` : `${day}, ${time}`;
}

/** Join names as in a sentence. @param {string[]} names */
export function listOf(names) {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
}

/** Begin a sentence with a capital. @param {string} text */
export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
