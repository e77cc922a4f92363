// The formats' miniatures move one at a time: a page of moving pictures is restless, and slow.

/**
 * Has a miniature move while its surroundings are pointed at, or as long as it is told to.
 * @param {Element} place  what is pointed at
 * @param {HTMLImageElement} picture
 * @returns {(isChosen: boolean) => void} tells it to move
 */
export function moveOnPointing(place, picture) {
  const still = picture.src;
  let isPointed = false;
  let isChosen = false;
  const show = () => {
    const address = isPointed || isChosen ? `${still}#move` : still;
    if (picture.src !== address) picture.src = address;
  };
  const point = (/** @type {boolean} */ now) => () => {
    isPointed = now;
    show();
  };
  place.addEventListener("pointerenter", point(true));
  place.addEventListener("pointerleave", point(false));
  return (now) => {
    isChosen = now;
    show();
  };
}
