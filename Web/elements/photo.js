import {
	announce, api, button, computed, drafts, effect, explain, Failure, html, icon, iconButton,
	labels, onCleanup, radios, section, signal, signedImage, t, toast, videos, when,
} from "./parts.js";
import { notes } from "./brief.js";
import { cropPhoto } from "./cropper.js";

const KINDS = "image/*,.heic,.heif,.avif,.tif,.tiff";
/** The server's limit: nobody waits for a refusal. */
const MOST_BYTES = 20_000_000;

/** @type {Signal<Upload | null>} it goes on while other pages are shown */
const upload = signal(null);

/** @type {TakePhoto} */
const takePhoto = async (draft, file) => {
	upload()?.stop();
	const controller = new AbortController();
	const { signal } = controller;
	const name = file.name || "photo";
	const stop = () => {
		controller.abort();
		upload.set(null);
	};
	const retry = () => void takePhoto(draft, file);
	const tell = (share = 0, /** @type {any} */ error = null) => {
		if (!signal.aborted) upload.set({ name, share, error, stop, retry });
	};
	tell();
	try {
		const { size, type } = file;
		const refusal = size > MOST_BYTES ? "payload_too_large" : size === 0 ? "image_unreadable"
			: type && !type.startsWith("image/") && "unsupported_media_type";
		if (refusal) throw new Failure(refusal, "", { status: 400 });
		const { id, width, height } = await api.upload(file, { name, signal, onProgress: tell });
		if (signal.aborted) return;
		draft.set(drafts.withPhoto(draft(), { id, name, width, height }));
		upload.set(null);
	} catch (error) {
		tell(0, error);
	}
};

/** @type {WizardPart} */
export const photoPicker = (wizard) => {
	const { draft, photo, edit } = wizard;
	const isSending = computed(() => upload()?.error === null);
	effect(() => {
		if (photo() && !isSending()) announce(t("new.photo.ready"));
	});
	const take = (/** @type {File} */ file) => void takePhoto(draft, file);

	function remove() {
		const { photo, crop } = draft();
		edit((draft) => drafts.withPhoto(draft, null));
		toast(t("new.photo.removed"), () => edit((draft) => drafts.change(draft, { photo, crop })));
	}

	/** @param {Photo} photo */
	const picked = ({ id, name, width, height }) => html`
		<div class="photo-row">
			${signedImage("thumb", t("new.photo.yours"), () => videos.photoAddress(id))}
			<p class="file-name">${name}
				<small>${width} × ${height}
					${() => draft().crop && ` · ${t("new.photo.cropped")}`}</small></p>
			<div class="row">
				${button("secondary", t("new.photo.crop"), () => cropPhoto(wizard), "crop")}
				${chooser(take, t("new.photo.replace"), "refresh")}
				${iconButton(t("new.photo.remove"), remove, "trash")}
			</div>
		</div>`;

	return section(t("new.photo.title"), html`
		${() => isSending() ? sending() : when(photo, picked, () => invitation(take))}
		<div role="alert">${when(upload, (one) => one.error && refused(one))}</div>
		${notes(wizard, "input_reference")}${notes(wizard, "crop")}
		${() => photo() && backdrops(wizard)}
		${photoCatcher(take)}`);
};

/** @param {Take} take */
function invitation(take) {
	return html`
		<div class="center drop-zone">
			${icon("image")}
			<p><strong>${t("new.photo.add")}</strong>
				<small><span class="mouse-only">${t("new.photo.ways")}</span>
					${t("new.photo.kinds")}</small></p>
			<div class="row">
				${chooser(take, t("new.photo.choose"), "upload")}
				<span class="touch-only">
					${chooser(take, t("new.photo.camera"), "camera", "environment")}</span>
			</div>
		</div>`;
}

/** @type {Chooser} */
const chooser = (take, label, picture, capture) => {
	/** @type {HTMLInputElement} */
	let input;
	const pick = () => {
		if (input.files?.[0]) take(input.files[0]);
		input.value = ""; // The same file may be chosen again.
	};
	return html`${button("secondary", label, () => input.click(), picture)}
		<input type="file" accept="${KINDS}" capture="${capture}" hidden aria-label="${label}"
			@change=${pick} ref=${(node) => (input = node)}>`;
};

function sending() {
	const share = () => upload()?.share ?? 0;
	const name = upload.peek()?.name ?? "";
	const say = () => t(`new.photo.${share() < 1 ? "sending" : "checking"}`, { name });
	return html`
		<div class="photo-row">
			<div class="thumb skeleton"></div>
			<div class="stack tight">
				<p id="sending">${say}</p>
				<progress max="1" value="${share}" aria-labelledby="sending"></progress>
				${button("plain", t("actions.cancel"), () => upload()?.stop())}
			</div>
		</div>`;
}

/** @param {Upload} upload */
function refused({ error, retry, stop }) {
	return html`
		<div class="notice error">
			<p>${explain(error)}</p>
			<div class="row">
				${error?.isTransient && button("secondary", t("actions.retry"), retry)}
				${button("plain", t("actions.close"), stop)}
			</div>
		</div>`;
}

/** @type {WizardPart} */
const backdrops = ({ draft, set }) => {
	const now = () => draft().backdrop;
	return radios(t("new.backdrop.title"), labels("new.backdrop", ["soft", "plain", "cover"]), now,
		(backdrop) => set("backdrop", backdrop), "", html`
			<small>${() => t(`new.backdrop.${now()}Hint`)}</small>`);
};

/** @param {Take} take  what is dropped or pasted */
function photoCatcher(take) {
	const isOver = signal(false);
	const left = new AbortController();
	onCleanup(() => left.abort());
	/** @type {(name: string, act: Handler) => void} */
	const on = (name, act) => addEventListener(name, act, left);
	/** @type {(event: Event, file?: File) => void} */
	const caught = (event, file) => {
		isOver.set(false);
		if (!file) return;
		event.preventDefault();
		take(file);
	};
	on("dragover", (event) => {
		isOver.set(event.dataTransfer.types.includes("Files"));
		if (isOver()) event.preventDefault();
	});
	on("dragleave", ({ relatedTarget }) => {
		if (!relatedTarget) isOver.set(false);
	});
	on("drop", (event) => caught(event, event.dataTransfer.files[0]));
	on("paste", (event) => caught(event, [...event.clipboardData.files]
		.find(({ type }) => type.startsWith("image/"))));
	return html`${() => isOver() && html`
		<div class="center catcher"><p class="lead">${t("new.photo.drop")}</p></div>`}`;
}
