import { effect, signal } from "./signal.js";

// All at once, moving pictures are restless, and slow.
/** @type {(place: Element, isChosen?: () => boolean) => void} */
export const moveOnPointing = (place, isChosen = () => false) => {
	const [picture] = place.getElementsByTagName("img");
	const still = picture.src;
	const isPointed = signal(false);
	place.addEventListener("pointerenter", () => isPointed.set(true));
	place.addEventListener("pointerleave", () => isPointed.set(false));
	effect(() => {
		const address = isPointed() || isChosen() ? `${still}#move` : still;
		if (picture.src !== address) picture.src = address;
	});
};
