import { html, t } from "../elements/parts.js";

export const title = "missing.title";

export default function missing() {
	return html`
		<section class="center empty">
			<h1>${t("missing.title")}</h1>
			<p class="muted">${t("missing.text")}</p>
			<a class="primary" href="#/videos">${t("missing.link")}</a>
		</section>`;
}
