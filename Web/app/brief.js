// What the server takes of a brief.

/**
 * The most characters of each field.
 * @type {Record<string, number>}
 */
export const limits = {
  product: 80, description: 400, holder: 160, setting: 160, line: 300, call_to_action: 80,
};

/** @param {string} text */
export function characters(text) {
  return [...text].length;
}

/** @param {Record<string, string>} brief */
export function isTooLong(brief) {
  return Object.keys(brief).some((field) => characters(brief[field]) > (limits[field] ?? Infinity));
}
