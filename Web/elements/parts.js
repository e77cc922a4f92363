// What pages are made of.

import { explain, find, html, onCleanup, signal, t } from "../app/html.js";

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

/** @type {Parts} */
const parts = {
	icon: (name) => html`<span class="icon" aria-hidden="true" ref=${({ style }) => style
		.setProperty("--icon", `url("${new URL(`../icons/${name}.svg`, import.meta.url)}")`)}></span>`,

	button: (look, label, run, picture, isOff) => html`
		<button class="${look}" type="button" disabled="${isOff}" @click=${run}>
			${picture && icon(picture)}${label}</button>`,

	iconButton: (label, run, picture) => html`
		<button class="quiet" type="button" aria-label="${label}" @click=${run}>
			${icon(picture)}</button>`,

	copyButton: (text) => button("plain", t("actions.copy"), () =>
		navigator.clipboard.writeText(text)
			.then(() => toast(t("actions.copied")), () => toast(t("actions.notCopied"))), "copy"),

	section: (title, content, look) => html`
		<section class="stack ${look}" aria-label="${title}"><h2>${title}</h2>${content}</section>`,

	field: (label, control, look) => html`
		<label class="field"><span class="${look}">${label}</span>${control}</label>`,

	select: (label, choices, chosen, choose, look) => field(label, html`
		<select @change=${({ target }) => choose(target.value)}>${
			Object.entries(choices).map(([value, text]) => html`
				<option value="${value}" selected="${() => chosen() === value}">${text}</option>`)}
		</select>`, look),

	radio: ({ name, content, isChosen, choose, look, isDisabled }) => html`
		<label class="${look}">
			<input type="radio" name="${name}" disabled="${isDisabled}"
				.checked=${isChosen} @change=${choose}>
			${content}</label>`,

	radios: (title, choices, chosen, choose, look, more) => html`
		<fieldset><legend class="${look}">${title}</legend>
			<div class="choices">${Object.entries(choices).map(([value, text]) => radio({
				name: title, content: html`<span>${text}</span>`, isChosen: () => chosen() === value,
				choose: () => choose(value),
			}))}</div>${more}</fieldset>`,

	skeleton: (look = "") => html`<div class="skeleton ${look}"></div>`,

	failure(retry, error) {
		const id = error.facts?.requestId;
		return html`
			<div class="notice" role="alert">
				<p>${explain(error)}</p>
				${id && html`<small>${t("errors.request", { id })}</small>`}
				${button("secondary", t("actions.retry"), retry)}
			</div>`;
	},

	loaded(load, show) {
		/** @type {Signal<() => Value>} */
		const content = signal(skeleton);
		const run = async () => {
			content.set(skeleton);
			content.set(await load().then((found) => () => show(found),
				(error) => () => failure(run, error)));
		};
		run();
		return html`${() => content()()}`;
	},

	signedImage(look, alt, address) {
		const url = signal(null);
		address().then((found) => url.set(found), () => {});
		return html`<img class="${look}" alt="${alt}" src="${url}">`;
	},

	menu(label, items) {
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
		const lines = () => shown().map(({ label, icon: picture, act }) => html`
			<button role="menuitem" tabindex="-1" @click=${act}>${icon(picture)}${label}</button>`);
		/** @type {any} Debian's TypeScript does not know popovers */
		const made = html`
			<button class="quiet" aria-haspopup="menu" aria-label="${label}">${icon("more")}</button>
			<div class="menu" role="menu" popover aria-label="${label}" @keydown=${move}
				@click=${() => list.hidePopover()}
				@beforetoggle=${({ newState }) => newState === "open" && (shown.set(items()))}
				@toggle=${() => list.firstElementChild?.focus()}>${lines}</div>`;
		const [opener, list] = made.children;
		opener.popoverTargetElement = list;
		return made;
	},

	endless(load, key = "id") {
		/** @type {Signal<any>} */
		const state = signal({});
		/** @type {Signal<any[]>} */
		const items = signal([]);
		let turn = 0;

		/** @type {(data: any[], isNewer?: boolean) => void} */
		const add = (data, isNewer) => {
			const known = data.map((one) => one[key]);
			const others = items().filter((one) => !known.includes(one[key]));
			items.set(isNewer ? [...data, ...others] : [...others, ...data]);
		};

		async function more() {
			const { isBusy, after = null } = state.peek();
			if (isBusy) return;
			const mine = turn;
			state.set({ isBusy: true, after });
			const next = await load(after ? `&after=${after}` : "").then((part) => () => {
				add(part.data);
				return { after: part.has_more && part.last_id };
			}, (error) => () => ({ error, after }));
			if (mine !== turn) return;
			state.set(next());
			// A part may be too short to move the end out of view: looked at anew.
			observer.unobserve(end);
			observer.observe(end);
		}

		function restart() {
			turn += 1;
			items.set([]);
			state.set({});
			more();
		}

		// What is new is missing until the next time.
		async function refresh() {
			const mine = turn;
			const part = await load("").catch(() => null);
			if (part && mine === turn) add(part.data, true);
		}

		const observer = new IntersectionObserver(([end]) => {
			const { error, after } = state();
			if (end.isIntersecting && after && !error) more();
		}, { rootMargin: "600px" });
		onCleanup(() => observer.disconnect());
		const foot = html`<div class="row more">${() => {
			const { isBusy, after, error } = state();
			if (error) return failure(more, error);
			return after && button("secondary", t("library.more"), more, "", () => isBusy);
		}}</div>`;
		const end = foot.children[0];
		restart();
		return { state, items, restart, refresh, foot };
	},

	// A new node is read even when the text is the same as before.
	announce: (text) => find("#announcer").replaceChildren(html`<p>${text}</p>`),

	toast(text, undo, seconds = 8) {
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
		find("#toasts").append(made);
		setTimeout(close, seconds * 1000);
	},

	ask: ({ title, body, confirm, isDangerous, canConfirm = () => true }) => new Promise((resolve) => {
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
	}),

	task(action) {
		const isBusy = signal(false);
		const problem = signal("");
		const run = async () => {
			if (isBusy()) return;
			isBusy.set(true);
			problem.set("");
			await action(problem).catch((error) => problem.set(explain(error)));
			isBusy.set(false);
		};
		return { isBusy, problem, run };
	},

	async attempt(action) {
		try {
			await action();
			return true;
		} catch (error) {
			toast(explain(error));
			return false;
		}
	},

	saveAddress(address, name) {
		const url = new URL(address, location.href);
		const isElsewhere = url.origin !== location.origin && url.protocol !== "blob:";
		const link = document.createElement("a");
		link.href = isElsewhere ? `${url}&filename=${encodeURIComponent(name)}` : url.href;
		link.download = name;
		link.click();
	},

	saveBlob(blob, name) {
		const url = URL.createObjectURL(blob);
		saveAddress(url, name);
		setTimeout(() => URL.revokeObjectURL(url), 60_000);
	},
};

export const {
	announce, ask, attempt, button, copyButton, endless, failure, field, icon, iconButton, loaded, menu,
	radio, radios, saveAddress, saveBlob, section, select, signedImage, skeleton, task, toast,
} = parts;
