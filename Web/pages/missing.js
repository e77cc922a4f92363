import { html, t } from "../elements/parts.js";

export default function missing() {
	return html`
		<section class="center empty">
			<h1>${t("titles.missing")}</h1>
			<p class="muted">${t("missing.text")}</p>
			<a class="primary" href="#/videos">${t("missing.link")}</a>
		</section>`;
}
