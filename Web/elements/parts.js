// What pages are made of: all that is not drawn, and what they draw alike.

import { explain, html, onCleanup, signal, t } from "../app/html.js";

export * from "../app/api.js";
export * from "../app/draft.js";
export * from "../app/events.js";
export * from "../app/html.js";
export * from "../app/http.js";
export * from "../app/money.js";
export * from "../app/moving.js";
export * from "../app/router.js";
export * from "../app/session.js";
export * from "../app/videos.js";
export * from "../app/wizard.js";

/** @param {string} name */
export function icon(name) {
	const made = document.createElement("span");
	made.className = "icon";
	made.ariaHidden = "true";
	made.style.setProperty("--icon", `url("${new URL(`../icons/${name}.svg`, import.meta.url)}")`);
	return made;
}

/** @type {Button} */
export const button = (look, label, run, picture, isOff) => html`
	<button class="${look}" type="button" disabled="${isOff}" @click=${run}>
		${picture && icon(picture)}${label}</button>`;

/** @type {IconButton} */
export const iconButton = (label, run, picture) => html`
	<button class="quiet" type="button" aria-label="${label}" @click=${run}>
		${icon(picture)}</button>`;

/** @param {RadioOptions} options */
export function radio({ name, content, isChosen, choose, look, isDisabled }) {
	return html`<label class="${look}">
		<input type="radio" name="${name}" disabled="${isDisabled}"
			.checked=${isChosen} @change=${choose}>
		${content}</label>`;
}

/** @type {Radios} */
export const radios = (name, labels, chosen, choose) => html`
	<div class="choices">${Object.entries(labels).map(([value, label]) => radio({
		name, content: html`<span>${label}</span>`, isChosen: () => chosen() === value,
		choose: () => choose(value),
	}))}</div>`;

export function skeleton(look = "") {
	return html`<div class="skeleton ${look}"></div>`;
}

/** @param {() => void} retry @param {any} error */
export function failure(retry, error) {
	const id = error.facts?.requestId;
	return html`
		<div class="notice" role="alert">
			<p>${explain(error)}</p>
			${id && html`<p class="small muted">${t("errors.request", { id })}</p>`}
			${button("secondary", t("actions.retry"), retry)}
		</div>`;
}

/** @type {Loaded} */
export const loaded = (load, show) => {
	/** @type {Signal<() => Value>} */
	const content = signal(skeleton);
	const run = async () => {
		content.value = skeleton;
		content.value = await load().then((found) => () => show(found),
			(error) => () => failure(run, error));
	};
	run();
	return html`${() => content.value()}`;
};

/** @type {SignedImage} */
export const signedImage = (look, alt, address) => {
	const url = signal(null);
	// Without an address the place stays empty: its name says what it is.
	address().then((found) => (url.value = found), () => {});
	return html`<img class="${look}" alt="${alt}" src="${() => url.value}">`;
};

/** @type {Menu} */
export const menu = (label, items) => {
	/** @type {Signal<MenuItem[]>} */
	const shown = signal([]);

	/** @type {Handler} */
	const move = (event) => {
		const all = [...list.children];
		const at = all.indexOf(document.activeElement);
		const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[String(event.key)];
		if (event.key === "Tab") list.hidePopover();
		if (to === undefined) return;
		event.preventDefault();
		all.at(to % all.length).focus();
	};

	const lines = () => shown.value.map(({ label, icon: picture, act }) => typeof act === "string"
		? html`<a role="menuitem" tabindex="-1" href="${act}">${icon(picture)}${label}</a>`
		: html`<button role="menuitem" tabindex="-1" type="button" @click=${act}>
			${icon(picture)}${label}</button>`);

	/** @type {DocumentFragment} */
	const made = html`
		<button class="quiet" type="button" aria-haspopup="menu" aria-label="${label}">
			${icon("more")}</button>
		<div class="menu" role="menu" popover aria-label="${label}" @keydown=${move}
			@click=${() => list.hidePopover()}
			@beforetoggle=${({ newState }) => newState === "open" && (shown.value = items())}
			@toggle=${() => list.firstElementChild?.focus()}>${lines}</div>`;
	/** @type {any[]} Debian's TypeScript does not know popovers */
	const [button, list] = [...made.children];
	button.popoverTargetElement = list;
	return made;
};

/** @param {(after: string | null) => Promise<Part>} load */
export function endless(load) {
	const fresh = { isBusy: false, hasMore: true, error: null };
	/** @type {Signal<any>} */
	const state = signal(fresh);
	/** @type {string | null} */
	let after = null;
	let turn = 0;

	async function more() {
		if (state.peek().isBusy || !state.peek().hasMore) return;
		const mine = turn;
		state.value = { ...fresh, isBusy: true };
		try {
			const part = await load(after);
			if (mine !== turn) return;
			after = part.last_id;
			state.value = { ...fresh, hasMore: part.has_more };
			// A part may be too short to move the end out of view: looked at anew.
			observer.unobserve(end);
			observer.observe(end);
		} catch (error) {
			if (mine === turn) state.value = { ...fresh, error };
		}
	}

	function restart() {
		turn += 1;
		after = null;
		state.value = fresh;
		more();
	}

	const observer = new IntersectionObserver(([end]) => {
		if (end.isIntersecting && !state.peek().error) more();
	}, { rootMargin: "600px" });
	onCleanup(() => observer.disconnect());
	const foot = html`<div class="row more">${() => {
		const { isBusy, hasMore, error } = state.value;
		if (error) return failure(more, error);
		return hasMore && after && button("secondary", t("library.more"), more, "", () => isBusy);
	}}</div>`;
	const end = foot.children[0];
	restart();
	return { state, restart, foot };
}

/** @param {string} text  for screen readers */
export function announce(text) {
	// A new node is read even when the text is the same as before.
	document.querySelector("#announcer")?.replaceChildren(html`<p>${text}</p>`);
}

/** @type {Toast} */
export const toast = (text, undo, seconds = 8) => {
	const close = () => made.remove();
	const act = () => {
		close();
		undo?.();
	};
	const [made] = html`
		<div class="toast" role="status">
			<p>${text}</p>
			${undo && button("plain", t("actions.undo"), act)}
			${iconButton(t("actions.close"), close, "close")}
		</div>`.children;
	document.querySelector("#toasts")?.append(made);
	setTimeout(close, seconds * 1000);
};

/** @type {Question} */
export const ask = ({ title, body, confirm, isDangerous, canConfirm = () => true }) =>
	new Promise((resolve) => {
		const end = () => {
			resolve(dialog.returnValue === "yes");
			dialog.remove();
		};
		/** @type {any} */
		const [dialog] = html`
			<dialog class="dialog" aria-labelledby="dialog-title" @close=${end}>
				<form class="stack" method="dialog">
					<h2 id="dialog-title">${title}</h2>
					<div class="stack">${body}</div>
					<div class="row end">
						<button class="secondary" type="button" autofocus @click=${() => dialog.close()}>
							${t("actions.cancel")}</button>
						<button class="${isDangerous ? "danger" : "primary"}" value="yes"
							disabled="${() => !canConfirm()}">${confirm}</button>
					</div>
				</form>
			</dialog>`.children;
		document.body.append(dialog);
		dialog.showModal();
	});

/** @type {MakeTask} */
export const task = (action) => {
	const isBusy = signal(false);
	const problem = signal("");
	const run = async () => {
		if (isBusy.peek()) return;
		isBusy.value = true;
		problem.value = "";
		await action(problem).catch((error) => (problem.value = explain(error)));
		isBusy.value = false;
	};
	return { isBusy, problem, run };
};

/** @type {Attempt} */
export const attempt = async (action) => {
	try {
		await action();
		return true;
	} catch (error) {
		toast(explain(error));
		return false;
	}
};

/** @type {Save} */
export const saveAddress = (address, name) => {
	const url = new URL(address, location.href);
	const isElsewhere = url.origin !== location.origin && url.protocol !== "blob:";
	const link = document.createElement("a");
	link.href = isElsewhere ? `${url}&filename=${encodeURIComponent(name)}` : url.href;
	link.download = name;
	link.click();
};

/** @param {Blob} blob @param {string} name */
export function saveBlob(blob, name) {
	const url = URL.createObjectURL(blob);
	saveAddress(url, name);
	// The browser reads on after the click.
	setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
