import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runIn } from "../fakes/command-line.ts";
import { aServiceAccount, ownRole } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";

Object.assign(globalThis, { IRSA_VERSION: "0.0.0", IRSA_HOMEPAGE: "https://irsa.example" });

function world(): World {
  const built = aWorld().withProvider();
  return built.withRole(ownRole("cart"), {
    trust: built.trustOf({ serviceAccount: aServiceAccount("shop/cart") }),
  });
}

async function told(line: string, of = world()) {
  const { failure, heard } = await runIn(of, line);
  return { failure, code: heard.code, out: heard.out.join("\n") };
}

describe("irsa guardrails", () => {
  it("prints the commands that create the policies, and that nobody would lose access; writes nothing", async () => {
    const before = world();
    const { out, code } = await told("guardrails", before);
    expect(out).toMatch(/aws organizations create-policy --type RESOURCE_CONTROL_POLICY .*shop:cart/);
    expect(out).toContain("aws organizations create-policy --type SERVICE_CONTROL_POLICY");
    expect(out).toContain("Nobody would lose access (1 caller");
    expect(code).toBe(0);
    expect(before.snapshot()).toEqual(world().snapshot());
  });

  it("exits with 3 where somebody would, and names the role", async () => {
    const { out, code } = await told("guardrails --issuer https://issuer.example/a --subjects any");
    expect(out).toMatch(/1 caller would lose access[^]*role\/cart.*shop:cart.*unknown issuer/);
    expect(out).toContain("No subjects of issuer.example/a are pinned");
    expect(code).toBe(3);
  });

  it("reads issuers from a file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "irsa-"));
    const file = join(folder, "issuers.txt");
    await writeFile(
      file,
      "# ours\nhttps://issuer.example/a\r\n\narn:aws:iam::111122223333:oidc-provider/issuer.example/b\n",
    );
    const { out } = await told(`guardrails --issuer-file ${file} -o json`);
    expect(JSON.parse(out)).toMatchObject({
      result: { issuers: [{ issuer: "issuer.example/a" }, { issuer: "issuer.example/b" }] },
    });
  });

  it.each([
    ["guardrails --issuer issuer.example", /--issuer .*issuer.example.*not a valid issuer URL/s],
    ["guardrails --issuer https://issuer.example/*", /characters that a policy would read as a pattern/],
    ["guardrails --issuer-file /nowhere", /can't be read/],
  ])("%s is refused", async (line, reason) => {
    const { failure } = await told(line);
    expect(String(failure) + JSON.stringify(failure)).toMatch(reason);
  });

  it("says that there is nothing to go by in an AWS account without providers", async () => {
    expect((await told("guardrails", aWorld())).failure).toMatchObject({
      code: "invalid-input",
      message: expect.stringContaining("has no OIDC providers") as string,
    });
  });
});
