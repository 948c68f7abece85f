// Runs Pulumi programs without Pulumi's engine. Arguments: the folder that has Pulumi's packages, and the paths of compiled
// programs; stdout: a JSON list of the resources that each registers. Attributes that AWS chooses are `TYPE::NAME::ATTRIBUTE`.
const { join } = require("node:path");

const [folder, ...programs] = process.argv.slice(2);
const pulumi = require(join(folder, "node_modules/@pulumi/pulumi"));

async function run(path) {
  const registered = [];
  await pulumi.runtime.setMocks({
    call: () => ({}),
    newResource: ({ type, name, inputs, id, custom }) => {
      if (custom) registered.push({ type, name, inputs, ...(id ? { import: id } : {}) });
      return { id: `${name}::id`, state: { ...inputs, arn: `${type}::${name}::arn` } };
    },
  });
  require(path);
  await pulumi.runtime.waitForRPCs();
  return registered;
}

void (async () => {
  const all = [];
  for (const path of programs) all.push(await run(path));
  process.stdout.write(JSON.stringify(all));
})();
