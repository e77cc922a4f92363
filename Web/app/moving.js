import { effect, signal } from "./signal.js";

/**
 * Has a place's miniature move while it is pointed at or chosen: a page of moving pictures is
 * restless, and slow.
 * @param {Element | null} place
 */
export function moveOnPointing(place, isChosen = () => false) {
  const picture = place?.querySelector("img");
  if (!place || !picture) return;
  const still = picture.src;
  const isPointed = signal(false);
  place.addEventListener("pointerenter", () => (isPointed.value = true));
  place.addEventListener("pointerleave", () => (isPointed.value = false));
  effect(() => {
    const address = isPointed.value || isChosen() ? `${still}#move` : still;
    if (picture.src !== address) picture.src = address;
  });
}
