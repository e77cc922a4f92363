// What people's programs need: keys, and addresses where they hear of events.

import {
	api, ask, attempt, button, config, copyButton, date, each, endless, field, html, known, loaded, menu,
	section, signal, t, task, when,
} from "../elements/parts.js";

const DAY = 86_400;

export default () => html`
	<div class="stack settings">
		<h1>${t("titles.programs")}</h1>
		<p class="muted">${t("programs.lead")}
			<a href="${config.api.replace(/v1$/, "openapi.json")}">OpenAPI</a></p>
		${things("keys", keys)}${things("hooks", hooks)}
	</div>`;

/** @type {Things} */
const things = (kind, { path, fields, order, line }) => {
	/** @type {Signal<Thing[]>} */
	const all = signal([]);
	const secret = signal("");
	/** @type {ThingActions["say"]} */
	const say = (key, values) => t(`programs.${kind}.${key}`, values);
	/** @type {ThingActions["put"]} */
	const put = ({ key, secret: signing, ...made }) => {
		secret.set(key ?? signing ?? "");
		all.set([made, ...all().filter(({ id }) => id !== made.id)]);
	};
	const { isBusy, problem, run } = task(async () => {
		put(await api.post(path, order(new FormData(form))));
		form.reset();
		box.open = false;
	});
	/** @type {any} */
	const [box] = html`
		<details>
			<summary>${say("new")}</summary>
			<form class="stack" method="dialog" @submit=${run}>
				${fields(say)}
				<p class="problem" role="alert">${problem}</p>
				<div><button class="primary" disabled="${isBusy}">${say("make")}</button></div>
			</form>
		</details>`.children;
	const form = box.lastElementChild;
	/** @type {ThingActions["remove"]} */
	const remove = async ({ id, name, url }) => {
		const wish = { title: say("ask"), body: name ?? url, confirm: say("remove"), isDangerous: true };
		if (!(await ask(wish)) || !(await attempt(() => api.delete(`${path}/${id}`)))) return;
		all.set(all().filter((one) => one.id !== id));
	};
	return section(say("title"), html`
		<p class="muted">${say("lead")}</p>
		<div class="notes" role="status">${when(secret, (secret) => html`
			<div class="notice good"><p>${say("once")}</p><code>${secret}</code>${copyButton(secret)}</div>`)}</div>
		${loaded(() => api.get(path), ({ data }) => {
			all.set(data);
			return html`<ul class="devices">${each(all, (one) =>
				line(one, { say, put, remove, path: `${path}/${one.id}` }))}</ul>
				<p class="muted">${() => all().length === 0 && say("none")}</p>`;
		})}
		${box}`, "surface");
};

/** @type {Ticks} */
const ticks = (name, values) => html`
	<fieldset><legend>${t(`programs.${name}.title`)}</legend>${values.map((value) => html`
		<label class="row"><input type="checkbox" name="${name}" value="${value}" checked>
			${t(`programs.${name}.${value.replace(/\W/, "_")}`)}</label>`)}</fieldset>`;

/** @type {ThingKind} */
const keys = {
	path: "/api_keys",

	fields: (say) => html`
		${field(say("name"), html`<input name="name" required maxlength="80">`)}
		${ticks("scopes", ["videos", "files", "credits:read"])}
		${field(say("limit"), html`<input name="limit" type="number" min="1" max="1000000000">`)}
		${field(say("ends"), html`<select name="days">${[30, 90, 365].map((count) => html`
			<option value="${count}">${say("days", { count })}</option>`)}
			<option value="" selected>${say("never")}</option></select>`)}`,

	order(form) {
		const days = Number(form.get("days"));
		return {
			name: form.get("name"), scopes: form.getAll("scopes"),
			monthly_credit_limit: Number(form.get("limit")) || null,
			expires_at: days ? Math.floor(Date.now() / 1000) + days * DAY : null,
		};
	},

	line(one, { say, remove }) {
		const { name, hint, scopes, monthly_credit_limit: count, expires_at: end, last_used_at: used } = one;
		const facts = [
			`pm_…${hint}`, scopes.join(", "), count !== null && say("limited", { count }),
			end && say("until", { date: date(end) }), used ? say("used", { date: date(used) }) : say("unused"),
		];
		return html`<li>
			<span>${name}<small>${facts.filter(Boolean).join(" · ")}</small></span>
			<button class="plain" aria-label="${say("remove")} ${name}" @click=${() => remove(one)}>${
				say("remove")}</button></li>`;
	},
};

/** @type {ThingKind} */
const hooks = {
	path: "/webhook_endpoints",

	fields: (say) => html`
		${field(say("url"), html`
			<input name="url" type="url" required maxlength="2000" placeholder="https://">`)}
		${ticks("events", ["video.completed", "video.failed", "credits.low"])}`,

	order: (form) => ({ url: form.get("url"), events: form.getAll("events") }),

	line(one, { say, put, remove, path }) {
		const { url, events, enabled } = one;
		const list = endless((after) => api.get(`${path}/deliveries?limit=20${after}`));
		/** @type {Post} */
		const post = (what, show = list.restart) => () =>
			attempt(async () => show(await api.post(`${path}/${what}`)));
		const turn = () => attempt(async () => put(await api.patch(path, { enabled: !enabled })));
		const items = () => [
			{ label: say("test"), icon: "play", act: post("test") },
			{ label: say("roll"), icon: "refresh", act: post("secret", put) },
			{ label: say(enabled ? "off" : "on"), icon: "pause", act: turn },
			{ label: say("remove"), icon: "trash", act: () => remove(one) },
		];
		/** @param {Delivery} delivery */
		const entry = ({ id, event, status, attempts, response_status: code, error, created_at: at }) => html`
			<li>
				<span>${event}<small>${date(at, "medium")} · ${say(status, { count: attempts })}
					${code ?? known(`programs.problems.${error}`, "")}</small></span>
				${status === "failed" && button("plain", say("again"), post(`deliveries/${id}/retry`))}</li>`;
		return html`<li>
			<div>${url}<small>${enabled ? events.join(", ") : say("isOff")}</small>
				<details><summary>${say("log")}</summary>
					${button("plain", say("reload"), list.restart, "refresh")}
					<ul class="devices">${each(list.items, entry)}</ul>
					<small>${() => list.items().length === 0 && say("quiet")}</small>${list.foot}
				</details></div>
			${menu(() => say("actions", { url }), items)}</li>`;
	},
};
