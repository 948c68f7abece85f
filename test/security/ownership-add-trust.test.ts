import { expect } from "vitest";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { aDesire, aServiceAccount, aRoleName, managed, ownRole, S3_READ } from "../fakes/values.ts";
import { kindsOf, planIn, stopOf } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { attack } from "./attack.ts";

const PATH = "tenant/evil";
const REF = aServiceAccount(PATH);
const ROLE = ownRole("break-glass");

/** A role with forged tags that trusts the ServiceAccount for an audience and addresses of its own, and the tenant's annotation. */
function forged(): World {
  const world = aWorld().withProvider();
  const { issuerHostPath, providerArn, subject } = world.grantOf({ serviceAccount: REF });
  const trust = trustPolicy([
    {
      Effect: "Allow",
      Principal: { Federated: providerArn },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: { [`${issuerHostPath}:sub`]: subject, [`${issuerHostPath}:aud`]: "vault" },
        IpAddress: { "aws:SourceIp": "192.0.2.0/24" },
      },
    },
  ]);
  return world
    .withRole(ROLE, { trust, tags: world.ownershipTagsOf({ serviceAccount: REF }) }, { attached: [S3_READ] })
    .withServiceAccount(PATH, { annotations: { [ROLE_ANNOTATION]: ROLE } });
}

const asked = { serviceAccount: REF, adopt: true, addTrust: true };
const named = managed({ policies: [S3_READ], name: aRoleName("break-glass") });

attack(
  "other IAM user",
  "C1 variant: --add-trust and a role's name, each without the other, open the role that an annotation names",
  {
    attack: async () => {
      for (const ask of [
        aDesire({ ...asked, role: managed({ policies: [S3_READ] }) }),
        aDesire({ ...asked, addTrust: false, role: named }),
      ]) {
        const world = forged();
        const stop = await stopOf(planIn(world, ask));
        expect(stop).toMatchObject({ kind: "refused", code: "trust-refuses" });
        expect(world.log.writes).toEqual([]);
      }
    },
    twin: async () => {
      expect(kindsOf(await planIn(forged(), aDesire({ ...asked, role: named })))).toContain("edit-role");
    },
  },
);
