import { brotliDecompressSync } from "node:zlib";
import data from "./action-names.json" with { type: "json" };

/** The actions of AWS's services by name. */
export interface ActionNames {
  /** The services' prefixes, sorted. */
  readonly services: readonly string[];
  /** The names of a service's actions, without its prefix; `undefined` for a service that is not in the list. */
  readonly of: (service: string) => readonly string[] | undefined;
}

/** The day of the list. */
export const ACTION_NAMES_DATE: string = data.date;

let unpacked: ActionNames | undefined;

/** The list of the Service Authorization Reference, unpacked when it is first asked for. */
export function publishedActionNames(): ActionNames {
  unpacked ??= unpack(brotliDecompressSync(Buffer.from(data.names, "base64")).toString("utf8"));
  return unpacked;
}

function unpack(text: string): ActionNames {
  const names = new Map(
    text.split("\n").map((line) => {
      const [service = "", ...actions] = line.split(" ");
      return [service, actions] as const;
    }),
  );
  return { services: [...names.keys()], of: (service) => names.get(service) };
}
