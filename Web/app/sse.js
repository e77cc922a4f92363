// Reads server-sent events (WHATWG HTML, 9.2) from text that arrives in pieces.

/** @typedef {{event: string, data: string}} ServerEvent */

export class EventParser {
  #rest = "";
  #event = "";
  /** @type {string[]} */
  #data = [];

  /** @param {string} text @returns {ServerEvent[]} the events that are whole now */
  push(text) {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    /** @type {ServerEvent[]} */
    const found = [];
    for (const line of lines) {
      if (line === "") this.#end(found);
      else this.#field(line);
    }
    return found;
  }

  /** @param {string} line */
  #field(line) {
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "event") this.#event = value;
    if (name === "data") this.#data.push(value);
  }

  /** @param {ServerEvent[]} found */
  #end(found) {
    if (this.#data.length > 0) {
      found.push({ event: this.#event || "message", data: this.#data.join("\n") });
    }
    this.#event = "";
    this.#data = [];
  }
}
