import { exactlyIfStated } from "../used-package.ts";
import { objectsAt, readJsonObject, textAt } from "./json.ts";
import { Malformed } from "./malformed.ts";
import type { Reader } from "./reader.ts";

/** Composer's lock file, less `packages-dev`. Source: Composer docs, "composer.lock". */
export const composerLock: Reader = {
  format: "composer.lock",
  ecosystem: "composer",
  fileName: /^composer\.lock$/,
  looksLike: (text) => /"content-hash"\s*:/.test(text) && /"packages-dev"\s*:/.test(text),
  read: (text) => {
    const lock = readJsonObject(text);
    if (!("packages" in lock)) throw new Malformed("'packages' is missing");
    const packages = objectsAt(lock, "packages").map((found) => {
      const name = textAt(found, "name");
      if (name === undefined) throw new Malformed("a package has no 'name'");
      const version = textAt(found, "version");
      return {
        type: "composer",
        name,
        version: exactlyIfStated(version),
        place: { marks: [markOf(name, text)] },
      };
    });
    return { packages, complete: true };
  },
};

/** Composer has escaped slashes in some versions and not in others. */
function markOf(name: string, text: string): string {
  const plain = `"name": ${JSON.stringify(name)}`;
  return text.includes(plain) ? plain : plain.replaceAll("/", "\\/");
}
