// What people's programs need: keys, and addresses where they hear of events.

import {
	api, ask, attempt, button, copyButton, date, each, endless, field, html, iconButton, known, labels,
	loaded, menu, number, section, select, signal, t, task, toast,
} from "../elements/parts.js";

export const title = "programs.title";

const DAY = 86_400;
const SCOPES = ["videos", "files", "credits:read"];
const EVENTS = ["video.completed", "video.failed", "credits.low"];

export default () => html`
	<div class="stack settings">
		<h1>${t(title)}</h1>
		<p class="muted">${t("programs.lead")} <a href="../openapi.json">OpenAPI</a></p>
		${things("keys", "/api_keys", keyForm, (form) => ({
			name: form.get("name"), scopes: form.getAll("scopes"),
			monthly_credit_limit: Number(form.get("limit")) || null,
			expires_at: Number(form.get("days")) * DAY + Math.floor(Date.now() / 1000),
		}), key)}
		${things("hooks", "/webhook_endpoints", hookForm, (form) => ({
			url: form.get("url"), events: form.getAll("events"),
			credits_below: Number(form.get("below")) || null,
		}), hook)}
	</div>`;

/** @type {Things} */
const things = (kind, path, fields, order, line) => {
	const all = signal([]);
	const secret = signal("");
	/** @type {SayOf} */
	const say = (key, values) => t(`programs.${kind}.${key}`, values);
	/** @type {Thing["put"]} */
	const put = ({ key, secret: signing, ...made }) => {
		secret.value = key ?? signing ?? secret.peek();
		const others = all.peek().filter(({ id }) => id !== made.id);
		all.value = [made, ...others].sort((a, b) => b.created_at - a.created_at);
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
			<form class="stack" @submit=${(event) => void (event.preventDefault(), run())}>
				${fields()}
				<p class="problem" role="alert">${() => problem.value}</p>
				<div><button class="primary" disabled="${() => isBusy.value}">${say("make")}</button></div>
			</form>
		</details>`.children;
	const form = box.lastElementChild;
	/** @type {Thing["remove"]} */
	const remove = async (one) => {
		const body = html`<p>${one.name ?? one.url}</p>`;
		const wish = { title: say("ask"), body, confirm: say("remove"), isDangerous: true };
		if (!(await ask(wish)) || !(await attempt(() => api.delete(`${path}/${one.id}`)))) return;
		all.value = all.peek().filter(({ id }) => id !== one.id);
		toast(say("removed"));
	};
	return section(say("title"), html`
		<p class="muted">${say("lead")}</p>
		<div role="status">${() => secret.value && html`
			<div class="notice good"><p>${say("once")}</p>
				<code>${secret.value}</code>${copyButton(secret.value)}</div>`}</div>
		${loaded(() => api.get(path), ({ data }) => {
			all.value = data;
			return html`<ul class="devices">${each(() => all.value, (one) =>
				line(one, { say, put, remove, path: `${path}/${one.id}` }))}</ul>
				${() => all.value.length === 0 && html`<p class="muted">${say("none")}</p>`}`;
		})}
		${box}`, "surface");
};

/** @type {Ticks} */
const ticks = (name, label, values) => html`
	<fieldset><legend>${label}</legend>${values.map((value) => html`
		<label class="row"><input type="checkbox" name="${name}" value="${value}" checked>
			${t(`programs.${name}.${value.replace(/\W/, "_")}`)}</label>`)}</fieldset>`;

const keyForm = () => html`
	${field(t("programs.keys.name"), html`<input name="name" required maxlength="80">`)}
	${ticks("scopes", t("programs.scopes.title"), SCOPES)}
	${field(t("programs.keys.limit"), html`<input name="limit" type="number" min="1" max="1e9">`)}
	${field(t("programs.keys.ends"), html`<select name="days">${[30, 90, 365, 3650].map((days) =>
		html`<option value="${days}" selected="${days === 90}">${
			t("programs.keys.days", { count: days })}</option>`)}</select>`)}`;

/** @type {ThingLine} */
const key = (one, { say, remove }) => {
	const { hint, scopes, monthly_credit_limit: count, expires_at: end, last_used_at: used } = one;
	const facts = [
		`pm_…${hint}`, scopes.join(", "), count !== null && say("limited", { count }),
		end && say("until", { date: date(end) }), used ? say("used", { date: date(used) }) : say("unused"),
	];
	return html`<li>
		<span>${one.name}<span class="small muted">${facts.filter(Boolean).join(" · ")}</span></span>
		<button class="plain" aria-label="${say("ask")} ${one.name}" @click=${() => remove(one)}>${
			say("remove")}</button></li>`;
};

const hookForm = () => html`
	${field(t("programs.hooks.url"), html`
		<input name="url" type="url" required maxlength="2000" placeholder="https://">`)}
	${ticks("events", t("programs.events.title"), EVENTS)}
	${field(t("programs.hooks.below"), html`
		<input name="below" type="number" min="1" max="1e9" value="100">`)}`;

/** @type {ThingLine} */
const hook = (one, { say, put, remove, path }) => {
	const { url, events, enabled } = one;
	const isOpen = signal(false);
	/** @type {(act: () => Promise<any>) => () => void} */
	const doing = (act) => () => void attempt(act);
	const items = () => [
		{ label: say("test"), icon: "play", act: doing(async () => {
			await api.post(`${path}/test`);
			toast(say("tested"));
			isOpen.value = false;
			isOpen.value = true;
		}) },
		{ label: say("roll"), icon: "refresh", act: doing(async () =>
			put(await api.post(`${path}/secret`))) },
		{ label: say(enabled ? "off" : "on"), icon: "pause", act: doing(async () =>
			put(await api.patch(path, { enabled: !enabled }))) },
		{ label: t("actions.delete"), icon: "trash", act: () => remove(one) },
	];
	return html`<li>
		<span>${url}<span class="small muted">${enabled ? events.join(", ") : say("isOff")}</span>
			<details open="${() => isOpen.value}" @toggle=${({ target }) => (isOpen.value = target.open)}>
				<summary>${say("log")}</summary>
				${() => isOpen.value && log(path, say)}
			</details></span>
		${menu(say("actions", { url }), items)}</li>`;
};

/** @type {(path: string, say: SayOf) => Node} */
const log = (path, say) => {
	const list = endless((after) =>
		api.get(`${path}/deliveries?limit=20${after ? `&after=${after}` : ""}`));
	/** @param {Delivery} one */
	const entry = ({ id, event, status, attempts, response_status: code, error, created_at: at }) => html`
		<li><span>${event}<span class="small muted">${date(at, "medium")} · ${
			say(status, { count: attempts })} ${code ?? known(`programs.problems.${error}`, "")}</span></span>
			${status === "failed" && button("plain", say("again"), () => attempt(async () => {
				await api.post(`${path}/deliveries/${id}/retry`);
				list.restart();
			}))}</li>`;
	return html`
		${button("plain", t("programs.hooks.reload"), list.restart, "refresh")}
		<ul class="devices">${each(() => list.items.value, entry)}</ul>
		${() => list.items.value.length === 0 && say("quiet")}
		${list.foot}`;
};
