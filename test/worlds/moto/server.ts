import { waitFor, type Nursery } from "../process.ts";
import { installMoto } from "./install.ts";

/**
 * Starts moto's server for one account on a free loopback port; it ends with the nursery.
 * @returns its origin, `http://127.0.0.1:<port>`
 */
export async function startMoto(nursery: Nursery, awsAccount: string): Promise<string> {
  const child = nursery.start({
    program: await installMoto(nursery),
    arguments: ["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"],
    environment: {
      MOTO_ACCOUNT_ID: awsAccount,
      MOTO_IAM_LOAD_MANAGED_POLICIES: "true",
      PYTHONUNBUFFERED: "1",
    },
  });
  const address = /Running on (http:\/\/127\.0\.0\.1:\d+)/;
  return waitFor("moto's address", [child], () => address.exec(child.stderr() + child.stdout())?.[1], 300);
}
