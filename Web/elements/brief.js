import {
	button, computed, drafts, explain, html, known, select, t, toast,
} from "./parts.js";

const LANGUAGES = "en de fr es it pt nl pl sv da cs tr uk ja ko zh hi ar".split(" ");

/** @type {Notes} */
export const notes = ({ quote: { state } }, param) => {
	// As text, so that the same notes are not read out again.
	const found = computed(() => {
		const { value, error } = state();
		const here = error ? error.facts.param === param && [["problem", explain(error)]]
			: value?.warnings.filter((warning) => warning.param === param)
				.map(({ code, message }) => ["caution", known(`warnings.${code}`, message)]);
		return JSON.stringify(here || []);
	});
	return html`<div class="notes" id="${noteId(param)}" role="status">${() =>
		JSON.parse(found()).map((/** @type {string[]} */ [look, text]) =>
			html`<p class="small ${look}">${text}</p>`)}</div>`;
};

const noteId = (param = "") => `note-${param.replace(/\W/g, "-")}`;

/** @type {Counter} */
const counter = (text, limit) => () => drafts.isLonger(text(), limit() * 0.8) && html`
	<p class="small ${drafts.isLonger(text(), limit()) ? "problem" : "muted"}">${
		t("new.count", { count: [...text()].length, limit: limit() })}</p>`;

/** @type {WizardPart} */
export const briefFields = (wizard) => html`
	<div class="stack">${() => wizard.format()?.brief_fields.map((about) =>
		about.field === "language" ? language(wizard) : entry(wizard, about))}</div>`;

/** @type {BriefEntry} */
const entry = (wizard, { field, hint, placeholder }) => {
	const { draft, edit, format } = wizard;
	const { id, settings } = /** @type {Format} */ (format.peek());
	const text = () => draft().brief[field] ?? "";
	const limit = () => drafts.limits[field];
	const write = (value = "") => edit((draft) => drafts.withField(draft, field, value));
	const usual = known(`formats.examples.${field}`, placeholder);
	const chip = (words = "") => html`
		<button class="chip" aria-pressed="${() => String(text() === words)}"
			@click=${() => write(words)}>${words}</button>`;
	return html`
		<div class="field">
			<label for="brief-${field}">${t(`new.fields.${field}`)}</label>
			<small id="hint-${field}">${known(`formats.fields.${field}`, hint)}</small>
			<textarea id="brief-${field}" rows="1" autocomplete="off"
				placeholder="${known(`formats.${id}.examples.${field}`, usual)}"
				aria-describedby="hint-${field} ${noteId(`brief.${field}`)}"
				aria-invalid="${() => drafts.isLonger(text(), limit()) && "true"}" .value=${text}
				@input=${({ target }) => write(target.value.replace(/\s*\n/g, " "))}></textarea>
			${counter(text, limit)}
			${field === "setting" && html`
				<div class="row" role="group" aria-label="${t("new.suggestions")}">${
					settings.map((words, i) => chip(known(`formats.${id}.settings.${i}`, words)))}</div>`}
			${notes(wizard, `brief.${field}`)}
		</div>`;
};

/** @type {WizardPart} */
const language = (wizard) => {
	const { draft, edit } = wizard;
	const names = new Intl.DisplayNames(document.documentElement.lang, { type: "language" });
	const now = () => draft().brief.language ?? "en";
	// Not now(): the fields must not be drawn anew while somebody types.
	const tags = new Set([draft.peek().brief.language ?? "en", ...LANGUAGES]);
	const choices = Object.fromEntries([...tags].map((tag) => [tag, names.of(tag) ?? tag]));
	return html`
		${select(t("new.fields.language"), choices, now, (tag) =>
			edit((draft) => drafts.withField(draft, "language", tag)))}
		${notes(wizard, "brief.language")}`;
};

/** @type {WizardPart} */
export const promptEditor = (wizard) => {
	const { draft, quote, model, set } = wizard;
	const isOwn = computed(() => draft().prompt !== null);
	const canFollow = computed(() => isOwn() && draft().format !== null);
	const hint = () => canFollow() ? "own" : isOwn() ? "free" : "composed";
	const text = () => draft().prompt ?? quote.state().value?.prompt ?? "";
	const follow = () => {
		const { prompt } = draft();
		set("prompt", null);
		toast(t("new.prompt.follows"), () => set("prompt", prompt));
	};
	return html`
		<div class="field prompt">
			<label for="prompt">${t("new.prompt.title")}</label>
			<small id="prompt-hint">${() => t(`new.prompt.${hint()}`)}</small>
			<div>${() => canFollow() && button("plain", t("new.prompt.follow"), follow, "undo")}</div>
			<textarea id="prompt" aria-describedby="prompt-hint ${noteId("prompt")}"
				.value=${text} @input=${({ target }) => set("prompt", target.value)}></textarea>
			${counter(text, () => model()?.prompt_limit ?? Infinity)}
			${notes(wizard, "prompt")}
		</div>`;
};
