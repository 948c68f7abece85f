import { parseArgs } from "node:util";
import { buildSite } from "./build.ts";

const { values } = parseArgs({
  options: { out: { type: "string", default: "site" }, base: { type: "string", default: "/" } },
});
await buildSite(values.out, values.base);
console.log(
  `The site is in ${values.out}/. Any web server can serve it, such as: npx http-server ${values.out}`,
);
