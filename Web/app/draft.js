// The video that is being prepared, kept in this browser; and what can be ordered.

import { api } from "./api.js";
import { known } from "./text.js";
import { kept, signal } from "./signal.js";

/** @type {Record<string, number>} the server's, in characters */
export const limits = {
	product: 80, description: 400, holder: 160, setting: 160, line: 300, call_to_action: 80,
};

/** @param {string} text @param {number} limit */
export function isLonger(text, limit) {
	return [...text].length > limit;
}

/** @param {Draft} draft */
export function isTooLong({ brief }) {
	return Object.keys(brief).some((field) => isLonger(brief[field], limits[field] ?? Infinity));
}

/** Not to be guessed. crypto.randomUUID is not there on plain HTTP. */
export function newKey() {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @returns {Draft} */
export function emptyDraft() {
	return {
		key: newKey(), photo: null, crop: null, backdrop: "soft", format: null, brief: {},
		prompt: null, model: null, seconds: null, size: null,
	};
}

const drafts = new Map();

/** @param {string} user @returns {Signal<Draft>} */
export function draftOf(user) {
	if (!drafts.has(user)) {
		const draft = kept(`draft.${user}`, emptyDraft());
		// One kept by an older version may lack a field.
		draft.value = { ...emptyDraft(), ...draft.peek() };
		drafts.set(user, draft);
	}
	return drafts.get(user);
}

/** @type {Drafts["change"]} */
export const change = (draft, changes) => ({ ...draft, ...changes, key: newKey() });

/** @type {Drafts["withPhoto"]} */
export const withPhoto = (draft, photo) => change(draft, { photo, crop: null });

/** @type {Drafts["withField"]} */
export const withField = (draft, field, text) => {
	const { [field]: _, ...brief } = draft.brief;
	return change(draft, { brief: text ? { ...brief, [field]: text } : brief });
};

/** @type {Drafts["withModel"]} */
export const withModel = (draft, { id, sizes, seconds }) => change(draft, {
	model: id,
	size: sizes.find((one) => one === draft.size) ?? null,
	seconds: seconds.find((one) => one === draft.seconds) ?? null,
});

/** @param {Draft} draft */
export function orderOf({ photo, crop, backdrop, format, brief, prompt, model, seconds, size }) {
	return {
		backdrop,
		...(photo && { input_reference: { file_id: photo.id } }),
		...(photo && crop && { crop }),
		...(format && { format }),
		...(Object.keys(brief).length > 0 && { brief }),
		...(prompt !== null && { prompt }),
		...(model && { model }),
		...(seconds && { seconds: String(seconds) }),
		...(size && { size }),
	};
}

/** @param {Draft} draft */
export function canBeQuoted({ format, prompt }) {
	return format !== null || Boolean(prompt?.trim());
}

/** @type {Drafts["draftFrom"]} */
export const draftFrom = ({ crop, backdrop, format, brief, prompt, model, seconds, size }, photo) =>
	({
		key: newKey(), photo, crop: photo && crop, backdrop, format, brief: brief ?? {},
		prompt: format ? null : prompt, model, seconds: Number(seconds), size,
	});

/** @param {Draft} draft */
export function isBlank({ photo, format, brief, prompt }) {
	return !photo && !format && Object.keys(brief).length === 0 && !prompt;
}

/** @type {Signal<Catalogue | null>} */
export const catalogue = signal(null);

export async function loadCatalogue() {
	const [{ data: formats }, { data: models, default_model: defaultModel }] =
		await Promise.all([api.get("/formats"), api.get("/models")]);
	catalogue.value = { formats, models, defaultModel };
}

/** @type {Drafts["formatText"]} */
export const formatText = (id, part) => {
	const theirs = catalogue.value?.formats.find((one) => one.id === id)?.[part];
	return known(`formats.${id}.${part}`, theirs ?? id);
};

/** @param {string} id */
export function modelOf(id) {
	return catalogue.value?.models.find((one) => one.id === id);
}

/** @type {Drafts["price"]} */
export const price = (model, size, seconds) =>
	Math.ceil((model.credits_per_second[size] ?? 0) * seconds);

/** @type {Drafts["choose"]} */
export const choose = (draft, { models, formats, defaultModel }) => {
	const model = modelOf(draft.model ?? "") ?? modelOf(defaultModel) ?? models[0];
	if (!model) return null;
	const format = formats.find(({ id }) => id === draft.format) ?? null;
	const { min, max } = format?.seconds ?? { min: 0, max: Infinity };
	const { default_seconds: usual, default_size } = model;
	const seconds = model.seconds.find((one) => one === draft.seconds)
		?? [usual, ...model.seconds].find((one) => one >= min && one <= max) ?? usual;
	const size = model.sizes.find((one) => one === draft.size) ?? default_size;
	return { model, format, seconds, size, credits: price(model, size, seconds) };
};
