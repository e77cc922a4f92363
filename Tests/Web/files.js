// The files of the repository, for tests that look at all of them.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A file's text, by its path from the root. */
export function read(path) {
  return readFileSync(root + path, "utf8");
}

export function bytes(path) {
  return statSync(root + path).size;
}

export function exists(path) {
  return statSync(root + path, { throwIfNoEntry: false }) !== undefined;
}

/** The paths under a folder, at any depth, with one of the extensions. */
export function paths(folder, ...extensions) {
  return readdirSync(root + folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return paths(path, ...extensions);
    return extensions.some((extension) => path.endsWith(extension)) ? [path] : [];
  }).sort();
}
