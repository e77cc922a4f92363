// What the parts of "New video" share.

import { api } from "./api.js";
import { drafts, offer } from "./draft.js";
import { connection } from "./events.js";
import { computed, effect, onCleanup, signal } from "./signal.js";
import { videos } from "./videos.js";

/** Nobody types faster than this for long, in milliseconds. */
const PAUSE = 300;

/** @type {MakeWizard} */
export const wizard = (draft) => {
	const choice = computed(() => {
		const all = offer.all();
		return all && offer.choose(draft(), all);
	});
	const isTooMuch = computed(() => drafts.isTooLong(draft()));
	/** @type {Wizard["edit"]} */
	const edit = (next) => void (draft.set(next(draft())));
	return {
		draft, choice, isTooMuch, edit,
		set: (part, value) => edit((draft) => drafts.change(draft, { [part]: value })),
		format: computed(() => choice()?.format ?? null),
		model: computed(() => choice()?.model ?? null),
		photo: computed(() => draft().photo),

		quote: latest(() => {
			const chosen = choice();
			return chosen && drafts.canBeQuoted(draft()) && !isTooMuch()
				? JSON.stringify(drafts.order(draft(), chosen)) : null;
		}, (order, signal) => api.post("/quotes", JSON.parse(order), { signal })),

		frame: latest(() => {
			const { photo, ...look } = draft();
			const chosen = choice();
			if (!photo || !chosen || chosen.model.reference === "none") return null;
			const { model, size } = chosen;
			return videos.frameOrder({ ...look, file_id: photo.id, model: model.id, size });
		}, videos.firstFrame),
	};
};

/** @type {MakeLatest} */
const latest = (input, ask) => {
	/** @type {Signal<State<any>>} */
	const state = signal({ value: null, error: null, isBusy: false });
	const turn = signal(0);
	const retry = () => void (turn.set(turn.peek() + 1));
	let pause = 0;
	const now = computed(input);
	effect(() => {
		turn();
		const asked = now();
		const value = asked === null ? null : state.peek().value;
		state.set({ value, error: null, isBusy: asked !== null });
		if (asked === null) return;
		const stop = new AbortController();
		const timer = setTimeout(async () => {
			const next = await ask(asked, stop.signal).then((value) => ({ value, error: null }),
				(error) => ({ ...state(), error }));
			if (!stop.signal.aborted) state.set({ ...next, isBusy: false });
		}, pause);
		pause = PAUSE;
		onCleanup(() => {
			clearTimeout(timer);
			stop.abort();
		});
	});
	effect(() => {
		const isBack = connection() === "live" || connection() === "polling";
		if (isBack && state.peek().error?.status === 0) retry();
	});
	return { state, retry };
};
