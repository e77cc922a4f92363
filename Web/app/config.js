// Where things are: told by `config.json` beside the client, so that the same files work wherever
// they are served from.

/** @type {Config} */
export const config = { api: "/v1", auth: { kind: "embedded", url: "/auth/v1" }, sandbox: false };

/** Reads it. Throws when it is not there. */
export async function loadConfig() {
  const answer = await fetch(new URL("../config.json", import.meta.url), { cache: "no-cache" });
  if (!answer.ok) throw new Error(`config.json: ${answer.status}`);
  Object.assign(config, await answer.json());
}
