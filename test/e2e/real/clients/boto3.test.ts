import { fileURLToPath } from "node:url";
import { installMoto } from "../../../worlds/moto/install.ts";
import { openNursery } from "../../../worlds/process.ts";
import { describePodCredentials } from "../../pod-credentials.ts";

const APPLICATION = fileURLToPath(new URL("../../sdk-identity.py", import.meta.url));

// moto comes with the boto3 that it is tested with.
describePodCredentials("boto3", async () => {
  const nursery = await openNursery(0);
  const python = await installMoto(nursery);
  await nursery.close();
  return [python, APPLICATION];
});
