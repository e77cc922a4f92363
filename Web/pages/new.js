import {
	api, ask, attempt, computed, drafts, failure, html, offer, replace, route, section,
	session, signal, skeleton, t, toast, when, wizard,
} from "../elements/parts.js";
import { briefFields, promptEditor } from "../elements/brief.js";
import { formatGallery, options } from "../elements/choices.js";
import { makeButton, stage } from "../elements/make.js";
import { photoPicker } from "../elements/photo.js";

export default function newVideo() {
	const draft = drafts.of(session()?.user ?? "");
	const parts = wizard(draft);
	const problem = signal(null);
	const load = () => {
		problem.set(null);
		offer.load().catch((error) => problem.set(error));
	};
	load();
	const again = route().query.get("again");
	if (again) takeAgain(draft, again);
	const startOver = () => {
		const before = draft();
		draft.set(drafts.empty());
		toast(t("new.cleared"), () => draft.set(before));
	};

	return html`
		<div class="stack desk">
			<div class="stack decide">
				<div class="row spread">
					<h1>${t("titles.new")}</h1>
					<button class="plain" hidden="${() => drafts.isBlank(draft())}"
						@click=${startOver}>${t("new.clear")}</button>
				</div>
				${when(offer.all, (all) => decisions(parts, all), when(problem, (error) => failure(load, error),
					() => ["block", "tall-block", "block"].map(skeleton)))}
			</div>
			<aside class="center desk-side" aria-label="${t("new.stage.title")}">
				${stage(parts)}
				${makeButton(parts)}
			</aside>
		</div>`;
}

/** @param {Wizard} parts @param {Catalogue} offer */
function decisions(parts, { formats, models }) {
	const { draft, format } = parts;
	const isAsked = computed(() => draft().format !== null || draft().prompt !== null);
	const brief = () => section(t("new.brief.title"), html`
		<div class="stack brief" data-own="${() => format() === null}">
			${() => format() && briefFields(parts)}
			${promptEditor(parts)}
		</div>`);
	return html`
		${photoPicker(parts)}
		${formatGallery(parts, formats)}
		${() => isAsked() && brief()}
		${options(parts, models)}`;
}

/** @param {Signal<Draft>} draft @param {string} id */
async function takeAgain(draft, id) {
	const isWanted = drafts.isBlank(draft()) || await ask({
		title: t("new.again.title"), body: t("new.again.text"), confirm: t("new.again.replace"),
	});
	if (isWanted) await attempt(async () => {
		const video = await api.get(`/videos/${id}`);
		draft.set(drafts.from(video, video.file_id && await photoOf(video.file_id)));
	});
	replace("new");
}

/** @param {string} file @returns {Promise<Photo | null>} */
async function photoOf(file) {
	try {
		const { id, filename: name, width, height } = await api.get(`/files/${file}`);
		return { id, name, width, height };
	} catch (/** @type {any} */ error) {
		if (error.status !== 404) throw error;
		return null;
	}
}
