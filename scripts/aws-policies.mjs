// Writes packages/sandbox/src/aws/iam/aws-policies.json: AWS's managed policies as moto has them, which reads them from IAM.
// Usage: node scripts/aws-policies.mjs PYTHON   (an interpreter that has the moto of test/worlds/moto/requirements.txt)
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";

const DUMP = `
import json, importlib.metadata
from moto.iam.aws_managed_policies import aws_managed_policies_data as data
print(json.dumps({"version": importlib.metadata.version("moto"), "policies": json.loads(data)}))
`;

const [python = "python3"] = process.argv.slice(2);
const read = execFileSync(python, ["-c", DUMP], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
const { version, policies } = JSON.parse(read);
const packed = Object.fromEntries(
  Object.entries(policies)
    .map(([name, policy]) => [
      `${policy.Path.slice(1)}${name}`,
      [policy.DefaultVersionId, policy.CreateDate, policy.Document],
    ])
    .toSorted(([one], [other]) => (one < other ? -1 : 1)),
);
const text = JSON.stringify(packed);
const compressed = brotliCompressSync(text, {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
  },
});
const days = Object.values(policies).map(({ UpdateDate }) => UpdateDate.slice(0, 10));
const date = days.reduce((last, day) => (day > last ? day : last));
const file = {
  source: `moto ${version}, moto/iam/aws_managed_policies.py (Apache-2.0)`,
  date,
  count: Object.keys(packed).length,
  policies: compressed.toString("base64"),
};
writeFileSync("packages/sandbox/src/aws/iam/aws-policies.json", `${JSON.stringify(file, null, 2)}\n`);
