// Frames on a photo, in shares of its width and height.

/** @type {Crop} */
export const whole = { x: 0, y: 0, width: 1, height: 1 };

/** @param {Crop} crop */
export function isWhole({ width, height }) {
  return width > 0.999 && height > 0.999;
}

/** @param {number} ratio  width to height, both as shares */
export function largest(ratio) {
  const width = Math.min(1, ratio);
  const height = Math.min(1, width / ratio);
  return { x: (1 - width) / 2, y: (1 - height) / 2, width, height };
}

/** @type {Cropping["moved"]} */
export const moved = (crop, right, down) => ({
  ...crop, x: clamp(crop.x + right, 0, 1 - crop.width), y: clamp(crop.y + down, 0, 1 - crop.height),
});

/** @type {Cropping["pulled"]} */
export const pulled = (crop, { h, v }, right, down, { ratio, least }) => {
  const room = {
    width: h > 0 ? 1 - crop.x : crop.x + crop.width,
    height: v > 0 ? 1 - crop.y : crop.y + crop.height,
  };
  let width = clamp(crop.width + h * right, least.width, room.width);
  let height = clamp(crop.height + v * down, least.height, room.height);
  if (ratio) {
    const growth = (h * right + v * down * ratio) / (right && down ? 2 : 1);
    const most = Math.min(room.width, room.height * ratio);
    width = clamp(crop.width + growth, Math.max(least.width, least.height * ratio), most);
    height = width / ratio;
  }
  const x = h > 0 ? crop.x : crop.x + crop.width - width;
  const y = v > 0 ? crop.y : crop.y + crop.height - height;
  return { x, y, width, height };
};

/** @type {Cropping["clamp"]} */
const clamp = (value, least, most) => Math.max(Math.min(value, most), least);

/**
 * Without the digits that are noise, and never past the photo's edge.
 * @param {Crop} crop
 */
export function rounded({ x, y, width, height }) {
  const cut = (/** @type {number} */ share) => Math.floor(share * 1e4 + 1e-6) / 1e4;
  return { x: cut(x), y: cut(y), width: cut(width), height: cut(height) };
}
