import { exactly, type UsedPackage } from "../used-package.ts";
import { entriesAt, readJsonObject } from "./json.ts";
import { Malformed } from "./malformed.ts";
import type { Reader } from "./reader.ts";

/** What .NET's build resolved: beside the built application, and in obj/. Source: .NET runtime, "runtime configuration files". */
export const depsJson: Reader = {
  format: "deps.json",
  ecosystem: "nuget",
  fileName: /\.deps\.json$|^project\.assets\.json$/i,
  looksLike: (text) => /"runtimeTarget"\s*:/.test(text) && /"libraries"\s*:/.test(text),
  read: (text) => {
    const built = readJsonObject(text);
    if (!("libraries" in built)) throw new Malformed("'libraries' is missing");
    const packages = entriesAt(built, "libraries").flatMap(([key, { type }]): UsedPackage[] => {
      const [name = "", version = ""] = key.split("/");
      if (type !== "package" || version === "") return [];
      return [
        {
          type: "nuget",
          name,
          version: exactly(version),
          place: { marks: [`"libraries"`, `${JSON.stringify(key)}: {`] },
        },
      ];
    });
    return { packages, complete: true };
  },
};
