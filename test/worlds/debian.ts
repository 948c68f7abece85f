import { finish, openNursery } from "./process.ts";

const MINUTES = 60;

/** Locked by whoever runs apt, which fails where another one does. */
export const ONE_AT_A_TIME = "/var/lock/irsa-debian";

/**
 * Installs Debian's packages unless the program is in PATH already. Only one of the tests that run concurrently installs;
 * the others find it.
 * @param instead what else the person who runs the tests can do
 * @throws Error when that may not be done, or fails
 */
export async function installDebian(
  program: string,
  packages: readonly string[],
  instead?: string,
): Promise<void> {
  const nursery = await openNursery(0);
  const isThere = async (): Promise<boolean> => {
    const look = nursery.start({ program: "sh", arguments: ["-c", `command -v ${program}`] });
    return (await look.exited) === 0;
  };
  try {
    if (await isThere()) return;
    if (process.getuid?.() !== 0) {
      const command = `apt-get install ${packages.join(" ")}`;
      const more = instead === undefined ? "" : `, ${instead}`;
      throw new Error(`no ${program}: install it (Debian: ${command})${more}`);
    }
    const script = `command -v ${program} || { apt-get update && apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends ${packages.join(" ")}; }`;
    // With the caller's own environment: apt may need its proxy.
    const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const lock = [ONE_AT_A_TIME, "sh", "-c", script];
    await finish(nursery.start({ program: "flock", arguments: lock, environment }), 10 * MINUTES);
  } finally {
    await nursery.close();
  }
}
