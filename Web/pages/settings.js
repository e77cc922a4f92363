import {
	api, ask, attempt, balance, button, chosenLanguage, config, date, effect, explain, forgetSession,
	html, kept, languages, loaded, radios, replace, saveBlob, session, signal, signOut, t, task,
	toast,
} from "../elements/parts.js";

export const title = "settings.title";

/** `first.js` reads it before anything is drawn. */
const theme = kept("theme", "");

export default function settings() {
	const { documentElement: page } = document;
	const looks = {
		"": t("settings.looks.system"), light: t("settings.looks.light"),
		dark: t("settings.looks.dark"),
	};
	effect(() => {
		page.dataset.theme = theme.value;
	});
	return html`
		<div class="stack settings">
			<h1>${t("settings.title")}</h1>
			<section class="surface stack tight">
				<h2>${t("settings.account")}</h2>
				<p class="email">${session.peek()?.email}</p>
				${loaded(() => api.get("/me"), (me) =>
					html`<p class="muted small">${t("settings.since", { date: date(me.created_at) })}</p>`)}
			</section>
			<section class="surface stack">
				<fieldset><legend>${t("settings.language")}</legend>
					${radios("language", languages, () => page.lang, (value) => {
						chosenLanguage.value = value;
						location.reload();
					})}</fieldset>
				<fieldset><legend>${t("settings.look")}</legend>
					${radios("look", looks, () => theme.value, (value) => (theme.value = value))}</fieldset>
			</section>
			${devices()}
			${exported()}
			${deleteAccount()}
		</div>`;
}

/** Many videos take a while to gather, in milliseconds. */
const EXPORT_LIMIT = 1_800_000;

// The first counts: browsers and systems name what they descend from, too.
const BROWSERS = {
	Edg: "Edge", OPR: "Opera", SamsungBrowser: "Samsung Internet", Firefox: "Firefox",
	FxiOS: "Firefox", Chrome: "Chrome", CriOS: "Chrome", Safari: "Safari",
};
const SYSTEMS = {
	iPhone: "iPhone", iPad: "iPad", Android: "Android", Windows: "Windows", CrOS: "ChromeOS",
	"Mac OS": "macOS", Linux: "Linux",
};

function devices() {
	const hasList = config.auth.kind === "embedded";
	// Here it ends in any case; elsewhere only the server can end it.
	const end = (/** @type {"local" | "global"} */ scope) => () =>
		signOut(scope).catch(() => toast(t("settings.signOutFailed")));
	return html`
		<section class="surface stack">
			<h2>${t(hasList ? "settings.devices" : "settings.signOut")}</h2>
			${hasList && loaded(async () => (await api.get("/me/sessions")).data, list)}
			<div class="row">
				${button("secondary", t("settings.signOut"), end("local"), "sign-out")}
				${button("plain", t("settings.signOutAll"), end("global"))}
			</div>
		</section>`;
}

/** @param {Device[]} all */
function list(all) {
	const left = signal(all.sort((a, b) => Number(b.current) - Number(a.current)));

	/** @param {string} id @param {HTMLElement} place */
	async function signOutOf(id, place) {
		if (!(await attempt(() => api.delete(`/me/sessions/${id}`)))) return;
		left.value = left.peek().filter((one) => one.id !== id);
		place.focus();
		toast(t("settings.signedOut"));
	}

	const lines = () => left.value.map(({ id, current, user_agent: agent, last_seen_at: seen }) => {
		const device = nameOf(agent ?? "");
		return html`<li class="row spread">
			<span>${device} <span class="small muted">${current ? t("settings.here")
				: t("settings.seen", { when: date(seen, "short") })}</span></span>
			${!current && html`<button class="plain" type="button"
				aria-label="${t("settings.signOutOf", { device })}"
				@click=${({ target }) => signOutOf(id, target.closest("ul"))}>${
					t("settings.signOut")}</button>`}
		</li>`;
	});

	return html`<ul class="devices" tabindex="-1">${lines}</ul>`;
}

/** @param {string} agent */
function nameOf(agent) {
	const find = (/** @type {object} */ names) =>
		Object.entries(names).find(([mark]) => agent.includes(mark))?.[1];
	const [browser, system] = [find(BROWSERS), find(SYSTEMS)];
	if (browser && system) return t("settings.device", { browser, system });
	return browser ?? system ?? t("settings.otherDevice");
}

function exported() {
	const { isBusy, problem: said, run } = task(async (said) => {
		said.value = t("settings.export.busy");
		const all = await api.blob("GET", "/me/export", undefined, { timeout: EXPORT_LIMIT });
		saveBlob(all, "placemint.zip");
		said.value = t("settings.export.done");
	});
	return html`
		<section class="surface stack">
			<h2>${t("settings.export.title")}</h2>
			<p class="muted">${t("settings.export.lead")}</p>
			<div class="row">
				${button("secondary", t("settings.export.run"), run, "download", () => isBusy.value)}
				<span role="status">${() => said.value}</span>
			</div>
		</section>`;
}

function deleteAccount() {
	const { isBusy, problem, run } = task(async (problem) => {
		const user = session.peek()?.user;
		try {
			await api.delete("/me", { timeout: 120_000 });
			localStorage.removeItem(`placemint.draft.${user}`);
			forgetSession();
			replace("sign-in?deleted=1");
		} catch (error) {
			problem.value = await why(error);
		}
	});
	const start = async () => (await isMeant()) && run();

	const label = () => t(isBusy.value ? "settings.delete.busy" : "settings.delete.open");
	return html`
		<section class="surface stack">
			<h2>${t("settings.delete.title")}</h2>
			<p class="muted">${t("settings.delete.lead")}</p>
			<div role="alert">${() => problem.value && html`
				<div class="notice error">${problem.value}</div>`}</div>
			<div>${button("plain problem", label, start, "", () => isBusy.value)}</div>
		</section>`;
}

function isMeant() {
	const email = session.peek()?.email ?? "";
	const count = balance.peek() ?? 0;
	const typed = signal("");
	const body = html`
		<p>${t("settings.delete.goes")}</p>
		${count > 0 && html`<p><strong>${t("settings.delete.lost", { count })}</strong></p>`}
		<p>${t("settings.delete.stays")}</p>
		<label class="field"><span>${t("settings.delete.type", { email })}</span>
			<input type="email" autocomplete="off" autocapitalize="off" autofocus
				@input=${({ target }) => (typed.value = target.value)}></label>`;
	return ask({
		title: t("settings.delete.ask"), body, confirm: t("settings.delete.confirm"), isDangerous: true,
		canConfirm: () => typed.value.trim().toLowerCase() === email.toLowerCase(),
	});
}

/** @param {any} error @returns {Promise<Value>} */
async function why(error) {
	if (error.code !== "not_finished") return html`<p>${explain(error)}</p>`;
	const { data } = await api.get("/videos?status=unfinished&limit=100").catch(() => ({ data: [] }));
	return html`<p>${t("settings.delete.underWay")}</p>
		<ul>${data.map((/** @type {Video} */ { id, title }) =>
			html`<li><a href="#/videos/${id}">${title}</a></li>`)}</ul>`;
}
