import { devNull } from "node:os";

/**
 * Set-up of every test file: what AWS's SDK and the kube client take from the environment of the person who runs the
 * tests is gone, so that neither their ServiceAccounts nor their settings have a part in it. Proxies stay, for downloads.
 */
const LEADING =
  /^(AWS_(?!SDK_)|KUBE(?!BUILDER_ASSETS$)|HELM_KUBE|IRSA_(ROLE_PREFIX|CONFIG|ISSUER_ENDPOINT_URL|SANDBOX_TOKEN)$)/;

for (const name of Object.keys(process.env).filter((name) => LEADING.test(name))) delete process.env[name];
process.env["AWS_CONFIG_FILE"] = devNull;
process.env["AWS_SHARED_CREDENTIALS_FILE"] = devNull;
process.env["AWS_EC2_METADATA_DISABLED"] = "true";
