import {
	api, ask, attempt, auth, balance, button, chosenLanguage, config, date, effect, explain, field,
	html, kept, labels, languages, loaded, radios, replace, saveBlob, section, session, signal, t,
	task, toast,
} from "../elements/parts.js";

/** `first.js` reads it before anything is drawn. */
const theme = kept("theme", "");
/** In milliseconds: many videos take a while to gather. */
const EXPORT_LIMIT = 1_800_000;

export default function settings() {
	const { documentElement: page } = document;
	effect(() => {
		page.dataset.theme = theme();
	});
	return html`
		<div class="stack settings">
			<h1>${t("titles.settings")}</h1>
			${section(t("settings.account"), html`
				<p class="email">${session.peek()?.email}</p>
				${loaded(() => api.get("/me"), ({ created_at: at }) =>
					html`<p class="muted small">${t("settings.since", { date: date(at) })}</p>`)}`,
			"surface tight")}
			<section class="surface stack">
				${radios(t("settings.language"), languages, () => page.lang, (value) => {
					chosenLanguage.set(value);
					location.reload();
				})}
				${radios(t("settings.look"), labels("settings.looks", ["", "light", "dark"]),
					theme, (value) => theme.set(value))}
			</section>
			${devices()}
			${section(t("titles.programs"), html`
				<p class="muted">${t("programs.lead")}</p>
				<a class="secondary" href="#/programs">${t("programs.open")}</a>`, "surface")}
			${exported()}
			${deleteAccount()}
		</div>`;
}

function devices() {
	const hasList = config.auth.kind === "embedded";
	// Here it ends in any case; elsewhere only the server can end it.
	const failed = () => toast(t("settings.signOutFailed"));
	return section(t(hasList ? "settings.devices" : "settings.signOut"), html`
		${hasList && loaded(async () => (await api.get("/me/sessions")).data, list)}
		<div class="row">
			${button("secondary", t("settings.signOut"), () => auth.signOut("local").catch(failed),
				"sign-out")}
			${button("plain", t("settings.signOutAll"), () => auth.signOut("global").catch(failed))}
		</div>`, "surface");
}

/** @param {Device[]} all */
function list(all) {
	const left = signal(all.sort((a, b) => Number(b.current) - Number(a.current)));
	return html`<ul class="devices" tabindex="-1">${() => left().map((one) => {
		const device = nameOf(one);
		/** @type {Handler} */
		const end = async ({ target }) => {
			const place = target.closest("ul");
			if (!(await attempt(() => api.delete(`/me/sessions/${one.id}`)))) return;
			left.set(left().filter(({ id }) => id !== one.id));
			place.focus();
			toast(t("settings.signedOut"));
		};
		return html`<li>
			<span>${device} <small>${one.current ? t("settings.here")
				: t("settings.seen", { when: date(one.last_seen_at, "short") })}</small></span>
			${!one.current && html`<button class="plain" @click=${end}
				aria-label="${t("settings.signOutOf", { device })}">${t("settings.signOut")}</button>`}
		</li>`;
	})}</ul>`;
}

/** @param {Device} device */
function nameOf({ browser, system }) {
	if (browser && system) return t("settings.device", { browser, system });
	return browser ?? system ?? t("settings.otherDevice");
}

function exported() {
	const { isBusy, problem: said, run } = task(async (said) => {
		said.set(t("settings.export.busy"));
		const all = await api.blob("GET", "/me/export", undefined, { timeout: EXPORT_LIMIT });
		saveBlob(all, "placemint.zip");
		said.set(t("settings.export.done"));
	});
	return section(t("settings.export.title"), html`
		<p class="muted">${t("settings.export.lead")}</p>
		<div class="row">
			${button("secondary", t("settings.export.run"), run, "download", isBusy)}
			<span role="status">${said}</span>
		</div>`, "surface");
}

function deleteAccount() {
	const { isBusy, problem, run } = task(async (problem) => {
		const user = session()?.user;
		try {
			await api.delete("/me", { timeout: 120_000 });
			localStorage.removeItem(`placemint.draft.${user}`);
			auth.forget();
			replace("sign-in?deleted=1");
		} catch (/** @type {any} */ error) {
			problem.set(error.code === "not_finished" ? html`${t("settings.delete.underWay")}
				<a href="#/videos?status=unfinished">${t("titles.videos")}</a>` : explain(error));
		}
	});
	const label = () => t(isBusy() ? "settings.delete.busy" : "settings.delete.open");
	return section(t("settings.delete.title"), html`
		<p class="muted">${t("settings.delete.lead")}</p>
		<div role="alert">${() => problem() && html`
			<div class="notice error">${problem()}</div>`}</div>
		${button("plain problem", label, async () => (await isMeant()) && run(), "",
			isBusy)}`, "surface");
}

function isMeant() {
	const email = session()?.email ?? "";
	const count = balance() ?? 0;
	const typed = signal("");
	const body = html`
		<p>${t("settings.delete.goes")}</p>
		${count > 0 && html`<p><strong>${t("settings.delete.lost", { count })}</strong></p>`}
		<p>${t("settings.delete.stays")}</p>
		${field(t("settings.delete.type", { email }), html`
			<input type="email" autocomplete="off" autocapitalize="off" autofocus
				@input=${({ target }) => typed.set(target.value)}>`)}`;
	return ask({
		title: t("settings.delete.ask"), body, confirm: t("settings.delete.confirm"), isDangerous: true,
		canConfirm: () => typed().trim().toLowerCase() === email.toLowerCase(),
	});
}
