import {
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  dictionary,
  option,
  record,
  subarray,
  uniqueArray,
} from "fast-check";
import { expect, it } from "vitest";
import { liveFile, rolesWithInline } from "../../src/config/live-file.ts";
import { sayPolicies } from "../../src/config/live-policies.ts";
import { known } from "../../src/model/known.ts";
import { roleRef, type RoleArn } from "../../src/model/arn.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { roleOwnershipTags } from "../../src/model/ownership-tags.ts";
import { computedRoleName } from "../../src/model/role-name.ts";
import { listOf, type PolicyDocument, type Statement } from "../../src/model/trust-policy/document.ts";
import { podIdentityStatement, trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { podIdentityGrantFor } from "../../src/service-account/role/trust.ts";
import { samePermissions } from "../../src/model/trust-policy/permissions.ts";
import { liveText, unsaidNotes } from "../../src/output/live-text.ts";
import { observeListing } from "../../src/service-account/list/observe.ts";
import { FLEET } from "../fakes/eksctl-fleet.ts";
import { aServiceAccount, CLOUDWATCH, ownPolicy, ownRole, S3_READ } from "../fakes/values.ts";
import { applyTo } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { planOf } from "./plan-file.ts";

const PATH = "shop/cart";
const SERVICE_ACCOUNT = aServiceAccount(PATH);
const EDGE = ownPolicy("edge");

const allow = (Action: string | string[], Resource: string | string[], more: Partial<Statement> = {}) =>
  ({ Effect: "Allow", Action, Resource, ...more }) satisfies Statement;

/** Statements as people have them, and as eksctl writes them. */
const STATEMENTS: readonly Statement[] = [
  ...FLEET.flatMap(({ inline }) => Object.values(inline).flat()),
  allow("s3:GetObject", "arn:aws:s3:::a/*", { Sid: "Read" }),
  allow(["s3:PutObject", "s3:GetObject"], ["arn:aws:s3:::b/*", "arn:aws:s3:::a/*"], { Sid: "Read" }),
  allow("s3:GetObject", "arn:aws:s3:::${aws:username}/*"),
  allow("sqs:SendMessage", "*", { Condition: { Bool: { "aws:SecureTransport": "true" } } }),
  allow("sqs:SendMessage", "*", { Condition: { NumericLessThan: { "s3:max-keys": 10 } } }),
  { Effect: "Deny", NotAction: ["s3:*", "sqs:*"], Resource: "*" },
  { Effect: "Deny", Action: "s3:DeleteObject", NotResource: "arn:aws:s3:::tmp/*" },
];

const made = record({
  version: constantFrom("2012-10-17", "2008-10-17", undefined),
  isList: boolean(),
  statements: uniqueArray(constantFrom(...STATEMENTS), { minLength: 1, maxLength: 3 }),
}).map(({ version, isList, statements }): PolicyDocument => {
  const distinct = statements.filter(
    ({ Sid }, at) => Sid === undefined || statements.findIndex((one) => one.Sid === Sid) === at,
  );
  const [first] = distinct;
  return {
    ...(version !== undefined && { Version: version }),
    Statement: !isList && distinct.length === 1 && first !== undefined ? first : distinct,
  };
});

/** Whole documents of eksctl's, so that well-known policies come up. */
const eksctls = constantFrom(
  ...FLEET.flatMap(({ inline }) => Object.entries(inline)).map(
    ([name, Statement]) => [name, { Version: "2012-10-17", Statement }] as const,
  ),
);

/** Documents that no file of irsa's takes. */
const STRANGE: readonly PolicyDocument[] = [
  { Version: "2012-10-17", Id: "old", Statement: allow("sns:Publish", "*") },
  { Version: "2012-10-17", Statement: { ...allow("sns:Publish", "*"), Extra: "x" } as Statement },
];

const inlinePolicies = record({
  eksctls: uniqueArray(eksctls, { selector: ([name]) => name }),
  made: dictionary(constantFrom("irsa", "Policy1", "x.y@z", "theirs"), made, { maxKeys: 3 }),
  strange: option(constantFrom(...STRANGE), { nil: undefined, freq: 4 }),
}).map((all) => ({
  ...Object.fromEntries(all.eksctls.map(([name, document]) => [`stack-${name}`, document])),
  ...all.made,
  ...(all.strange !== undefined && { Strange: all.strange }),
}));

const role = record({
  inline: inlinePolicies,
  attached: subarray([CLOUDWATCH, S3_READ]),
  isBound: boolean(),
  seconds: constantFrom(3600, 7200),
  isShared: boolean(),
  tags: subarray([
    ["team", "yes"],
    ["a=b", "c"],
    ["alpha.eksctl.io/cluster-name", "eks-work-cluster"],
    ["aws:cloudformation:stack-name", "x"],
  ]),
  labels: subarray([
    ["app.kubernetes.io/managed-by", "eksctl"],
    ["tier", "on"],
  ]),
  isThere: boolean(),
  hasComputedName: boolean(),
  way: constantFrom("irsa", "pod-identity"),
  isUntagged: boolean(),
}).map(({ isUntagged, ...drawn }) => ({
  ...drawn,
  // Without session tags, a trust policy does not name the ServiceAccount.
  withoutSessionTags: isUntagged && drawn.isThere && drawn.hasComputedName,
}));
type Drawn = Parameters<Parameters<(typeof role)["map"]>[0]>[0];

const OTHER: Statement = {
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::444455556666:root" },
  Action: "sts:AssumeRole",
};

function arnOf({ hasComputedName }: Drawn): RoleArn {
  const name = hasComputedName
    ? computedRoleName(emptyWorld().cluster, SERVICE_ACCOUNT, "")
    : "eksctl-Cart-Role1-0N01JRH3YAOU2";
  return ownRole(`teams/${name}`);
}

function worldOf(drawn: Drawn): World {
  const world = emptyWorld();
  const arn = arnOf(drawn);
  const { inline, attached, isBound, seconds, isShared, tags, labels, isThere, way } = drawn;
  const grant = podIdentityGrantFor(world.cluster, SERVICE_ACCOUNT, drawn.withoutSessionTags);
  const trust =
    way === "irsa"
      ? world.trustOf({ serviceAccount: SERVICE_ACCOUNT })
      : trustPolicy([podIdentityStatement(grant)]);
  world.withRole(
    arn,
    {
      trust: isShared ? { ...trust, Statement: [...listOf(trust.Statement), OTHER] } : trust,
      maxSessionSeconds: seconds,
      tags: {
        ...Object.fromEntries(tags),
        ...roleOwnershipTags(world.cluster, SERVICE_ACCOUNT, "adopted", attached, Object.keys(inline)),
      },
      ...(isBound && { boundary: EDGE }),
    },
    { attached, inline },
  );
  if (isThere && way === "pod-identity")
    world.withAssociation(PATH, arn, {
      withoutSessionTags: drawn.withoutSessionTags,
      tags: Object.fromEntries(tags),
    });
  else if (isThere)
    world.withNamespace("shop").withServiceAccount(PATH, {
      labels: Object.fromEntries(labels),
      annotations: { [ROLE_ANNOTATION]: arn, "irsa/account": "adopted" },
    });
  return world;
}

function emptyWorld(): World {
  return aWorld().withProvider().withPolicy(EDGE).withPolicy(CLOUDWATCH).withPolicy(S3_READ);
}

/** In the version of the language that has no variables, `${…}` is text. */
function isLiteral(document: PolicyDocument): boolean {
  return document.Version !== "2012-10-17" && JSON.stringify(document).includes("${");
}

async function fileOf(world: World) {
  const { aws, cluster, kubernetes } = world;
  const observed = await observeListing({}, cluster, { ...aws, kubernetes });
  const found = rolesWithInline(observed).map(
    (name) => [name, known(world.iam.roles.get(name.toLowerCase())?.inline ?? {})] as const,
  );
  const live = liveFile(observed, new Map(found));
  return {
    text: String(liveText(live)),
    notes: unsaidNotes(live)
      .map(({ message }) => message)
      .join("\n"),
  };
}

it("role → file → role: whatever a role can do is in the file, or is said not to be", async () => {
  let [rebuilt, unsaidOnes, leftOut] = [0, 0, 0];
  await assert(
    asyncProperty(role, async (drawn) => {
      const world = worldOf(drawn);
      const { text, notes } = await fileOf(world);
      const arn = arnOf(drawn);

      // Tags and trust policy alone can be forged: a file would make a named role of theirs.
      const isLeftOut = !drawn.isThere && !drawn.hasComputedName;
      const told = `role ${arn}, which only its tags and trust policy link to it`;
      expect([notes, text].map((one) => one.includes(told))).toEqual([isLeftOut, isLeftOut]);
      const again = await planOf(text, world, { overrideEngine: true });
      expect(again.rows).toHaveLength(isLeftOut ? 0 : 1);
      leftOut += Number(isLeftOut);
      if (isLeftOut) return;

      const unsaid = sayPolicies(drawn.inline, world.cluster).unsaid.flatMap(
        ({ document }) => document ?? [],
      );
      for (const one of unsaid) expect(STRANGE.includes(one) || isLiteral(one)).toBe(true);
      const isUnsaid = (document: PolicyDocument): boolean => unsaid.includes(document);
      const said = Object.fromEntries(Object.entries(drawn.inline).filter(([, one]) => !isUnsaid(one)));
      for (const [name, document] of Object.entries(drawn.inline)) {
        if (!isUnsaid(document)) continue;
        unsaidOnes += 1;
        expect(notes).toContain(`the inline policy '${name}'`);
        expect(text).toContain(`# not in this file: the inline policy '${name}'`);
        expect(text).toContain(JSON.stringify(document));
      }

      expect(again.rows.filter(({ state }) => state === "failed")).toEqual([]);
      const isLost = drawn.way === "pod-identity" && !drawn.isThere;
      const kinds = new Set(again.changes.map(({ kind }) => kind));
      expect(kinds.delete("create-pod-identity")).toBe(isLost);
      for (const kind of kinds) expect(["delete-inline-policy", "edit-role"]).toContain(kind);
      const going = again.changes.flatMap((one) => (one.kind === "delete-inline-policy" ? [one.name] : []));
      for (const name of going) expect(Object.keys(said)).not.toContain(name);

      const isNamed = drawn.attached.length + Object.keys(said).length === 0;
      const isByAssociation = drawn.way === "pod-identity";
      expect(text.includes(`${isByAssociation ? "roleARN" : "attachRoleARN"}: ${arn}`)).toBe(isNamed);
      expect(text.includes("podIdentityAssociations:")).toBe(isByAssociation);
      if (isNamed) return;
      rebuilt += 1;
      const fresh = emptyWorld();
      await applyTo(fresh, (await planOf(text, fresh)).changes);
      const [now] = fresh.iam.roles.values();
      expect(now?.role.name).toBe(roleRef(arn).name);
      expect(now?.attached.toSorted()).toEqual(drawn.attached.toSorted());
      expect(samePermissions(Object.values(now?.inline ?? {}), Object.values(said))).toBe(true);
      expect(now?.role.boundary).toBe(drawn.isBound ? EDGE : undefined);
      expect(fresh.association(PATH)?.withoutSessionTags).toBe(
        isByAssociation ? drawn.withoutSessionTags : undefined,
      );

      const facets: readonly (readonly [boolean, string])[] = [
        [drawn.seconds !== 3600, "maximum session duration, 7200 s"],
        [true, "--role-path /teams/"],
        [drawn.isShared, "its trust policy, which has more"],
        [drawn.tags.some(([key]) => key === "a=b"), 'the tag "a=b"'],
      ];
      for (const [isLost, word] of facets) expect(notes.includes(word)).toBe(isLost);
      expect(text).not.toMatch(/alpha\.eksctl\.io|aws:cloudformation|managed-by/);
    }),
    { numRuns: 60 },
  );
  expect(rebuilt).toBeGreaterThan(20);
  expect(unsaidOnes).toBeGreaterThan(2);
  expect(leftOut).toBeGreaterThan(2);
});
