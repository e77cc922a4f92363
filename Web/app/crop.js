// Frames on a photo, in shares of its width and height.

/** @typedef {import("./videos.js").Crop} Crop */

/** @type {Crop} */
export const whole = { x: 0, y: 0, width: 1, height: 1 };

/** @param {Crop} crop */
export function isWhole(crop) {
  return crop.width > 0.999 && crop.height > 0.999;
}

/**
 * The largest frame in the middle.
 * @param {number} ratio  width to height, both as shares @returns {Crop}
 */
export function largest(ratio) {
  const width = Math.min(1, ratio);
  const height = Math.min(1, width / ratio);
  return { x: (1 - width) / 2, y: (1 - height) / 2, width, height };
}

/** @param {Crop} crop @param {number} right @param {number} down @returns {Crop} */
export function moved(crop, right, down) {
  const x = clamp(crop.x + right, 0, 1 - crop.width);
  const y = clamp(crop.y + down, 0, 1 - crop.height);
  return { ...crop, x, y };
}

/**
 * Pulls one corner; the opposite one stays.
 * @param {Crop} crop
 * @param {{h: 1 | -1, v: 1 | -1}} corner  1 is right and bottom
 * @param {number} right @param {number} down
 * @param {{ratio: number | null, least: {width: number, height: number}}} rules
 * @returns {Crop}
 */
export function pulled(crop, { h, v }, right, down, { ratio, least }) {
  const room = {
    width: h > 0 ? 1 - crop.x : crop.x + crop.width,
    height: v > 0 ? 1 - crop.y : crop.y + crop.height,
  };
  let width = crop.width + h * right;
  let height = crop.height + v * down;
  if (ratio) {
    const both = right && down ? 2 : 1;
    width = crop.width + (h * right + v * down * ratio) / both;
    const most = Math.min(room.width, room.height * ratio);
    width = clamp(width, Math.max(least.width, least.height * ratio), most);
    height = width / ratio;
  } else {
    width = clamp(width, least.width, room.width);
    height = clamp(height, least.height, room.height);
  }
  return {
    x: h > 0 ? crop.x : crop.x + crop.width - width,
    y: v > 0 ? crop.y : crop.y + crop.height - height, width, height,
  };
}

/** @param {number} value @param {number} least @param {number} most */
function clamp(value, least, most) {
  return Math.max(Math.min(value, most), least);
}

/**
 * Without the digits that are noise, and never past the photo's edge.
 * @param {Crop} crop
 * @returns {Crop}
 */
export function rounded({ x, y, width, height }) {
  const cut = (/** @type {number} */ share) => Math.floor(share * 1e4 + 1e-6) / 1e4;
  return { x: cut(x), y: cut(y), width: cut(width), height: cut(height) };
}
