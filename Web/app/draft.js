// The video that is being prepared, kept in this browser; and what can be ordered.

import { api } from "./api.js";
import { known } from "./text.js";
import { kept, signal } from "./signal.js";

const byUser = new Map();

/** Not to be guessed. crypto.randomUUID is not there on plain HTTP. */
export function newKey() {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @type {Drafts} */
export const drafts = {
	limits: {
		product: 80, description: 400, holder: 160, setting: 160, line: 300, call_to_action: 80,
	},

	isLonger: (text, limit) => [...text].length > limit,

	isTooLong: ({ brief }) => Object.keys(brief).some((field) =>
		drafts.isLonger(brief[field], drafts.limits[field] ?? Infinity)),

	empty: () => ({
		key: newKey(), photo: null, crop: null, backdrop: "soft", format: null, brief: {},
		prompt: null, model: null, seconds: null, size: null,
	}),

	of(user) {
		if (!byUser.has(user)) {
			const draft = kept(`draft.${user}`, drafts.empty());
			// One kept by an older version may lack a field.
			draft.set({ ...drafts.empty(), ...draft.peek() });
			byUser.set(user, draft);
		}
		return byUser.get(user);
	},

	change: (draft, changes) => ({ ...draft, ...changes, key: newKey() }),

	withPhoto: (draft, photo) => drafts.change(draft, { photo, crop: null }),

	withField(draft, field, text) {
		const { [field]: _, ...brief } = draft.brief;
		return drafts.change(draft, { brief: text ? { ...brief, [field]: text } : brief });
	},

	withModel: (draft, { id, sizes, seconds }) => drafts.change(draft, {
		model: id,
		size: sizes.find((one) => one === draft.size) ?? null,
		seconds: seconds.find((one) => one === draft.seconds) ?? null,
	}),

	order: ({ photo, crop, backdrop, format, brief, prompt }, { model, seconds, size }) => ({
		model: model.id, seconds: String(seconds), size, backdrop,
		...(photo && { input_reference: { file_id: photo.id } }),
		...(photo && crop && { crop }),
		...(format && { format }),
		...(Object.keys(brief).length > 0 && { brief }),
		...(prompt !== null && { prompt }),
	}),

	canBeQuoted: ({ format, prompt }) => format !== null || Boolean(prompt?.trim()),

	from: ({ crop, backdrop, format, brief, prompt, model, seconds, size }, photo) => ({
		key: newKey(), photo, crop: photo && crop, backdrop, format, brief: brief ?? {},
		prompt: format ? null : prompt, model, seconds: Number(seconds), size,
	}),

	isBlank: ({ photo, format, brief, prompt }) =>
		!photo && !format && Object.keys(brief).length === 0 && !prompt,
};

/** @type {Offer} */
export const offer = {
	all: signal(null),

	async load() {
		const [{ data: formats }, { data: models, default_model: defaultModel }] =
			await Promise.all([api.get("/formats"), api.get("/models")]);
		offer.all.set({ formats, models, defaultModel });
	},

	formatText(id, part) {
		const theirs = offer.all()?.formats.find((one) => one.id === id)?.[part];
		return known(`formats.${id}.${part}`, theirs ?? id);
	},

	model: (id) => offer.all()?.models.find((one) => one.id === id),

	price: (model, size, seconds) => Math.ceil((model.credits_per_second[size] ?? 0) * seconds),

	choose(draft, { models, formats, defaultModel }) {
		const model = offer.model(draft.model ?? "") ?? offer.model(defaultModel) ?? models[0];
		if (!model) return null;
		const format = formats.find(({ id }) => id === draft.format) ?? null;
		const { min, max } = format?.seconds ?? { min: 0, max: Infinity };
		const { default_seconds: usual, default_size } = model;
		const seconds = model.seconds.find((one) => one === draft.seconds)
			?? [usual, ...model.seconds].find((one) => one >= min && one <= max) ?? usual;
		const size = model.sizes.find((one) => one === draft.size) ?? default_size;
		return { model, format, seconds, size, credits: offer.price(model, size, seconds) };
	},
};
