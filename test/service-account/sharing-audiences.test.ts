import { expect, it } from "vitest";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import type { Statement } from "../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { holderOf } from "../../src/service-account/role/holder.ts";
import { othersIn } from "../../src/service-account/role/sharing.ts";
import { trustMove } from "../../src/service-account/role/trust.ts";
import { aDesire, AUDIENCE, ownRole } from "../fakes/values.ts";
import { aWorld } from "../fakes/world.ts";

const world = aWorld();
const grant = world.grantOf(aDesire());
const holder = holderOf(world.cluster, aDesire().serviceAccount, grant);
const [sub, aud] = [`${grant.issuerHostPath}:sub`, `${grant.issuerHostPath}:aud`];
const allow = (Condition: NonNullable<Statement["Condition"]>): Statement => ({
  Effect: "Allow",
  Principal: { Federated: grant.providerArn },
  Action: "sts:AssumeRoleWithWebIdentity",
  Condition,
});

it("a role that accepts neighbors of the subject by an audience that no condition names is shared", () => {
  for (const audiences of [["", AUDIENCE], [AUDIENCE], [""]]) {
    const trust = trustPolicy([allow({ StringNotEquals: { [sub]: grant.subject, [aud]: audiences } })]);
    expect(othersIn(trust, holder)).not.toEqual([]);
  }
  const pinned = trustPolicy([allow({ StringEquals: { [sub]: grant.subject, [aud]: AUDIENCE } })]);
  expect(othersIn(pinned, holder)).toEqual([]);
});

it("a file that asks for a role of another issuer is told of no flag", () => {
  const { role } = world
    .withRole(ownRole("old"), { trust: trustPolicy([]) })
    .withServiceAccount("shop/cart", { annotations: { [ROLE_ANNOTATION]: ownRole("old") } })
    .role(ownRole("old"));
  const advice = (byFile: boolean) =>
    trustMove(role, { ...aDesire(), byFile }, "https://example.com").detail.advice;
  const [typed, inFile] = [advice(false), advice(true)].map(String);
  expect(typed).toContain("--add-trust");
  expect(inFile).not.toContain("--add-trust");
  expect(typed?.replace(/(?<=\. )[^.]*--add-trust\. /, "")).toBe(inFile);
});
