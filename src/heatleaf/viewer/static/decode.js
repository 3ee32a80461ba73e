// From a view document to a view: every encoded array becomes a typed array, row after row; the rest stays as it is.

/**
 * @typedef {object} Tree over displayed positions
 * @property {Float32Array} links five numbers a merge: places of both children, their heights, height of the merge (0-1)
 * @property {boolean} is_sqrt
 * @property {Float32Array | null} support of each merge, share 0-1
 *
 * @typedef {object} SpecScale
 * @property {string} label
 * @property {string[]} stops
 * @property {number} low
 * @property {number} high
 * @property {number} share_clipped
 * @property {boolean} has_missing
 * @property {number[]} histogram
 * @property {string} missing_colour
 *
 * @typedef {object} Block
 * @property {string} name
 * @property {number} start
 * @property {number} stop
 * @property {string} colour
 * @property {string} meaning
 * @property {number | null} stability
 * @property {boolean} is_parked
 *
 * @typedef {object} Track
 * @property {string} name
 * @property {"levels" | "numbers" | "bars" | "points" | "line" | "boxes" | "text"} kind
 * @property {"above" | "below" | "left" | "right"} side
 * @property {string} label
 * @property {number} size millimetres
 * @property {string[]} texts
 * @property {Float32Array} values parts of each entry after each other
 * @property {{[level: string]: string}} colours
 * @property {SpecScale | null} scale
 * @property {[number, number]} axis
 *
 * @typedef {object} Panel
 * @property {string} title
 * @property {Float32Array} matrix
 * @property {string[]} column_names
 * @property {Block[]} blocks
 * @property {string} group_name
 * @property {Tree[]} trees
 * @property {SpecScale} scale
 * @property {Tree | null} parent_tree
 * @property {Track[]} tracks
 * @property {boolean} shares_scale
 *
 * @typedef {object} Spec
 * @property {string} title
 * @property {string[]} row_ids
 * @property {string[]} row_names
 * @property {Block[]} row_blocks
 * @property {Tree[]} row_trees
 * @property {Panel[]} panels
 * @property {Tree | null} row_parent_tree
 * @property {Track[]} row_tracks
 * @property {string} row_title
 * @property {number[]} marks
 * @property {{shows_values: boolean, has_borders: boolean, is_square: boolean}} cells
 * @property {string[]} footnotes
 *
 * @typedef {object} FoundTerm
 * @property {string} name
 * @property {string} set_name
 * @property {string} collection
 * @property {number} overlap
 * @property {number} set_size
 * @property {number} [fold]
 * @property {number} [nes]
 * @property {number} padj
 * @property {string[]} genes
 *
 * @typedef {object} ClusterNode
 * @property {number} start
 * @property {number} stop
 * @property {number} k_from
 * @property {number} k_to
 * @property {string} label
 * @property {string} pattern
 * @property {number | null} stability
 * @property {string} verdict
 * @property {string[]} caveats
 * @property {string[]} leading
 * @property {FoundTerm[]} terms
 *
 * @typedef {object} Heatmap
 * @property {string} key
 * @property {string} title
 * @property {string} caption
 * @property {Spec} spec
 * @property {{vst?: Float32Array, counts?: Float32Array}} layers
 * @property {import("./cut.js").Linkage | null} linkage
 * @property {number} n_clusters
 * @property {ClusterNode[]} nodes
 * @property {import("./enrich.js").GeneSets | null} gene_sets
 * @property {{gene_ids?: string[], log2_fold_change: {[name: string]: Float32Array}, padj: {[name: string]: Float64Array}}} rows
 *
 * @typedef {object} View
 * @property {string} title
 * @property {string} made_by
 * @property {string} made_from
 * @property {Heatmap[]} heatmaps
 * @property {import("./points.js").Comparison[]} comparisons
 * @property {{names: string[], columns: {[name: string]: string[]}}} samples
 * @property {{[name: string]: {stops: string[], missing: string, is_safe: boolean, is_centred: boolean}}} palettes
 * @property {{text: string, level: string, rests_on: string, key: string}[]} findings
 * @property {{level: string, code: string, text: string}[]} messages
 *
 * @typedef {object} ViewDocument parsed JSON whose arrays are still packed
 * @property {string} format
 * @property {number} version
 */

const ARRAY_TYPES = { float64: Float64Array, float32: Float32Array, int32: Int32Array, uint16: Uint16Array, uint8: Uint8Array };
const FORMAT = "heatleaf-view";
const VERSION = 1;

/**
 * Decode a view document.
 * @param {ViewDocument} doc
 * @returns {Promise<View>}
 */
export async function decodeView(doc) {
  if (doc?.format !== FORMAT) throw new Error("this is not a heatmap document of Heatleaf");
  if (doc.version !== VERSION) throw new Error(`this document has version ${doc.version}; this viewer reads ${VERSION}`);
  const view = await decodeValue(doc);
  performance.mark("heatleaf:decoded");
  return /** @type {View} */ (view);
}

/**
 * @param {unknown} value
 * @returns {Promise<unknown>}
 */
async function decodeValue(value) {
  if (Array.isArray(value)) {
    // most lists are of names and numbers, which hold nothing to decode
    return value.length && typeof value[0] === "object" ? Promise.all(value.map(decodeValue)) : value;
  }
  if (value === null || typeof value !== "object") return value;
  const packed = /** @type {{dtype?: keyof typeof ARRAY_TYPES, data?: string}} */ (value);
  if (packed.dtype && typeof packed.data === "string") return decodeArray(packed.dtype, packed.data);
  const entries = Object.entries(value).map(async ([key, item]) => [key, await decodeValue(item)]);
  return Object.fromEntries(await Promise.all(entries));
}

/**
 * @param {keyof typeof ARRAY_TYPES} dtype
 * @param {string} data base64 of zlib-compressed little-endian numbers
 */
async function decodeArray(dtype, data) {
  const letters = atob(data);
  const packed = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) packed[i] = letters.charCodeAt(i);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new ARRAY_TYPES[dtype](await new Response(stream).arrayBuffer());
}
