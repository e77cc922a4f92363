// What the parts of "New video" share.

import { api } from "./api.js";
import { canBeQuoted, catalogue, change, choose, isTooLong, orderOf } from "./draft.js";
import { connection } from "./events.js";
import { computed, effect, onCleanup, signal } from "./signal.js";
import { firstFrame, frameOrder } from "./videos.js";

/** Nobody types faster than this for long, in milliseconds. */
const PAUSE = 300;

/** @param {Signal<Draft>} draft */
export function wizard(draft) {
	const choice = computed(() => catalogue.value && choose(draft.value, catalogue.value));
	const format = computed(() => choice.value?.format ?? null);
	const model = computed(() => choice.value?.model ?? null);
	const photo = computed(() => draft.value.photo);
	const isTooMuch = computed(() => isTooLong(draft.value));

	/** @type {Latest<Quote>} */
	const quote = latest(
		() => choice.value && canBeQuoted(draft.value) && !isTooMuch.value
			? JSON.stringify(orderFor(draft.value, choice.value)) : null,
		(order, signal) => api.post("/quotes", JSON.parse(order), { signal }));

	const frame = latest(() => {
		const { photo, ...look } = draft.value;
		if (!photo || !choice.value || choice.value.model.reference === "none") return null;
		const { model, size } = choice.value;
		return frameOrder({ ...look, file_id: photo.id, model: model.id, size });
	}, firstFrame);

	/** @param {(draft: Draft) => Draft} next */
	const edit = (next) => (draft.value = next(draft.peek()));
	/** @param {keyof Draft} part @param {unknown} value */
	const set = (part, value) => edit((draft) => change(draft, { [part]: value }));

	return { draft, choice, format, model, photo, isTooMuch, quote, frame, edit, set };
}

/** @param {Draft} draft @param {Choice} choice */
export function orderFor(draft, { model, seconds, size }) {
	return orderOf({ ...draft, model: model.id, seconds, size });
}

/** @type {MakeLatest} */
const latest = (input, ask) => {
	/** @type {Signal<State<any>>} */
	const state = signal({ value: null, error: null, isBusy: false });
	const turn = signal(0);
	const retry = () => void (turn.value += 1);
	let pause = 0;
	const now = computed(input);
	effect(() => {
		turn.value;
		const asked = now.value;
		const value = asked === null ? null : state.peek().value;
		state.value = { value, error: null, isBusy: asked !== null };
		if (asked === null) return;
		const stop = new AbortController();
		const timer = setTimeout(() => answer(asked, stop.signal), pause);
		pause = PAUSE;
		onCleanup(() => {
			clearTimeout(timer);
			stop.abort();
		});
	});
	effect(() => {
		const isBack = connection.value === "live" || connection.value === "polling";
		if (isBack && state.peek().error?.status === 0) retry();
	});

	/** @param {string} asked @param {AbortSignal} signal */
	async function answer(asked, signal) {
		try {
			const value = await ask(asked, signal);
			if (!signal.aborted) state.value = { value, error: null, isBusy: false };
		} catch (/** @type {any} */ error) {
			if (!signal.aborted) state.value = { ...state.peek(), error, isBusy: false };
		}
	}

	return { state, retry };
};
