import {
  api, attempt, balance, button, date, each, effect, endless, html, number, saveBlob, signal,
  skeleton, t, task,
} from "./parts.js";

const KINDS = {
  all: "", videos: "generation", refunds: "refund", bought: "purchase",
  takenBack: "clawback,reinstatement", given: "grant,adjustment",
};

/** @type {Record<string, string>} as the server words them */
const REASONS = {
  "model declined": "content_rejected", "model unavailable": "model_unavailable",
  "model failed": "model_error", "connection broke": "submit_unknown",
  "took too long": "deadline_exceeded", "clip did not play": "clip_invalid",
  "could not be saved": "storage_failed", cancelled: "cancelled",
};

export function ledgerList() {
  /** @type {Signal<Entry[]>} */
  const entries = signal([]);
  let kind = "";

  /** @param {string | null} after */
  async function load(after) {
    const asked = kind;
    const from = after ? `&after=${after}` : "";
    const part = await api.get(`/credits/ledger?limit=30&kind=${kind}${from}`);
    if (asked === kind) add(part.data);
    return part;
  }

  /** @param {Entry[]} more */
  function add(more) {
    const known = new Set(entries.peek().map(({ seq }) => seq));
    entries.value = [...entries.peek(), ...more.filter(({ seq }) => !known.has(seq))]
      .sort((a, b) => b.seq - a.seq);
  }

  const list = endless(load);
  effect(() => {
    if (balance.value === null || list.state.peek().isBusy) return;
    load(null).catch(() => {}); // What is new is missing until the next time.
  });

  /** @type {Handler} */
  const choose = ({ target }) => {
    kind = target.value;
    entries.value = [];
    list.restart();
  };

  const saving = task(() => attempt(async () => {
    const table = await api.blob("GET", `/credits/ledger?format=csv&kind=${kind}`);
    saveBlob(table, "placemint-credits.csv");
  }));

  function nothing() {
    const { isBusy, error } = list.state.value;
    if (isBusy) return skeleton();
    return error ? null : html`<p class="muted none">${t("ledger.none")}</p>`;
  }

  return html`
    <section class="stack">
      <div class="row spread">
        <h2>${t("ledger.title")}</h2>
        <div class="row">
          <label class="field"><span class="unseen">${t("ledger.filter")}</span>
            <select @change=${choose}>${Object.entries(KINDS).map(([name, value]) => html`
              <option value="${value}">${t(`ledger.kinds.${name}`)}</option>`)}</select></label>
          ${button("secondary", t("ledger.csv"), saving.run, "download",
            () => saving.isBusy.value)}
        </div>
      </div>
      <ul class="ledger">${each(() => entries.value, line)}</ul>
      ${() => entries.value.length === 0 && nothing()}
      ${list.foot}
    </section>`;
}

/** @param {Entry} entry */
function line(entry) {
  const { text, about } = words(entry);
  const { subject, amount, created_at: at, balance_after: after } = entry;
  return html`
    <li>
      <span>${subject?.startsWith("video_") ? html`<a href="#/videos/${subject}">${text}</a>` : text}
        <span class="small muted">${about && `${about} · `}${date(at, "short")}</span></span>
      <span class="amount" data-gain="${amount > 0}">${number(amount, { signDisplay: "always" })}
        <span class="small muted">${t("ledger.balance", { balance: number(after) })}</span></span>
    </li>`;
}

/** @type {EntryWords} */
const words = ({ kind, amount, note: said }) => {
  const note = said ?? "";
  const [, title, reason = ""] = /Video '(.*?)'(?:: ([^:]*))?$/s.exec(note) ?? [];
  switch (kind) {
    case "generation": return { text: title ? t("ledger.video", { title }) : note };
    case "refund": {
      const known = REASONS[reason] && t(`ledger.reasons.${REASONS[reason]}`);
      return { text: t("ledger.refund", { reason: known ?? reason }), about: title };
    }
    case "purchase": return { text: t("ledger.bought", { count: amount }) };
    case "clawback":
      return { text: t(note.endsWith("disputed") ? "ledger.disputed" : "ledger.refunded") };
    case "reinstatement": return { text: t("ledger.reinstated") };
    case "grant":
      return { text: note === "Welcome" ? t("ledger.welcome") : t("ledger.grant", { note }) };
    default: return { text: t("ledger.adjustment", { note }) };
  }
};
