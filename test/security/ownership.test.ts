import { expect } from "vitest";
import { liveFile } from "../../src/config/live-file.ts";
import { prepareRepairs } from "../../src/commands/verify/prepare-repairs.ts";
import { roleRef, type PolicyArn, type RoleArn } from "../../src/model/arn.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import {
  ORIGIN_ANNOTATION,
  attachedTag,
  inlineHash,
  MANAGED_BY_LABEL,
  TAG,
} from "../../src/model/ownership-tags.ts";
import type { Plan } from "../../src/model/plan.ts";
import type { PolicyDocument, Statement } from "../../src/model/trust-policy/document.ts";
import { listOf } from "../../src/model/trust-policy/document.ts";
import { podIdentityStatement, trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { podIdentityGrantFor } from "../../src/service-account/role/trust.ts";
import { liveText, unsaidNotes } from "../../src/output/live-text.ts";
import { observeListing } from "../../src/service-account/list/observe.ts";
import { repairsOf } from "../../src/verification/repairs.ts";
import { planOf } from "../config/plan-file.ts";
import { read } from "../config/read.ts";
import {
  aDesire,
  aServiceAccount,
  aRoleName,
  awsPolicy,
  CLOUDWATCH,
  existing,
  managed,
  OLD_ISSUER,
  ownRole,
  S3_READ,
} from "../fakes/values.ts";
import { applyAll, bringAbout, kindsOf, planIn, stopOf, textOf, updateIn } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { chainOf } from "../verification/healthy.ts";
import { attack } from "./attack.ts";

const EVIL = "tenant/evil";
const EVIL_REF = aServiceAccount(EVIL);
const BREAK_GLASS = ownRole("break-glass");
const ADMIN = awsPolicy("AdministratorAccess");
const ROOT: Statement = {
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::111122223333:root" },
  Action: "sts:AssumeRole",
};

/** A role that is nobody's to change, with forged tags, and the tenant's annotation. */
function forged(arn: RoleArn = BREAK_GLASS, origin: "created" | "adopted" = "created"): World {
  const world = aWorld().withProvider();
  const tags = { ...world.ownershipTagsOf({ serviceAccount: EVIL_REF }), "irsa/origin": origin };
  return world
    .withRole(arn, { trust: trustPolicy([ROOT]), tags }, { attached: [ADMIN] })
    .withServiceAccount(EVIL, { annotations: { [ROLE_ANNOTATION]: arn } });
}

/** The same where nothing else is in the way: nobody can assume the role, and it grants no administrator access. */
function unshared(world: World, arn: RoleArn = BREAK_GLASS): World {
  const locked: Statement = { Effect: "Deny", Principal: { AWS: "*" }, Action: "sts:AssumeRole" };
  world.editRole(arn, ({ role }) => ({
    role: { ...role, trust: trustPolicy([locked]) },
    attached: [S3_READ],
  }));
  return world;
}

/** What `verify SUBJECT --fix` would do. */
async function fixIn(world: World, subject: string): Promise<Plan> {
  const { aws, kubernetes, cluster } = world;
  return prepareRepairs(repairsOf(await chainOf(world, subject)), {
    aws,
    kubernetes,
    cluster,
    clusterFlags: [],
  });
}

/** A role of irsa's whose trust was broken. */
async function brokenTrust(): Promise<World> {
  const world = aWorld().withProvider();
  const { role } = await bringAbout(world, aDesire({ serviceAccount: EVIL_REF, role: managed() }));
  world.editRole(role, (found) => ({
    role: { ...found.role, trust: world.trustOf({ serviceAccount: EVIL_REF, audience: "broken" }) },
  }));
  return world;
}

const evilAsks = aDesire({ serviceAccount: EVIL_REF, adopt: true, role: managed() });

attack("other IAM user", "C1: forged tags open break-glass by verify --fix", {
  attack: async () => {
    const world = forged();
    expect((await fixIn(world, EVIL)).changes).toEqual([]);
  },
  twin: async () => {
    const world = await brokenTrust();
    const plan = await fixIn(world, EVIL);
    expect(kindsOf(plan)).toEqual(["edit-role"]);
    await applyAll(world, plan.changes);
    expect((await planIn(world, evilAsks)).changes).toEqual([]);
  },
});

attack("other IAM user", "C1: forged tags open break-glass by create-sa", {
  attack: async () => {
    for (const addTrust of [false, true]) {
      const stop = await stopOf(planIn(forged(), { ...evilAsks, addTrust, allowAdministrator: true }));
      expect(stop).toMatchObject({ kind: "refused" });
    }
  },
  twin: async () => {
    const world = forged();
    const named = aDesire({
      serviceAccount: EVIL_REF,
      adopt: true,
      addTrust: true,
      allowAdministrator: true,
      role: existing(BREAK_GLASS),
    });
    expect(kindsOf(await planIn(world, named))).toContain("edit-role");
  },
});

for (const [what, arn, origin] of [
  ["under another path", ownRole("irsa/break-glass"), "created"],
  ["that claims to be adopted", BREAK_GLASS, "adopted"],
  ["whose name only ends as the computed one does", undefined, "created"],
] as const)
  attack("other IAM user", `C1 variant: forged tags on a role ${what}`, {
    attack: async () => {
      const computed = roleRef(aWorld().roleOf({ serviceAccount: EVIL_REF })).name;
      const role = arn ?? ownRole(`infra-${computed.slice(-10)}`);
      for (const world of [forged(role, origin), unshared(forged(role, origin), role)]) {
        expect((await fixIn(world, EVIL)).changes).toEqual([]);
        expect(await stopOf(planIn(world, { ...evilAsks, allowAdministrator: true }))).toMatchObject({
          kind: "refused",
        });
      }
    },
    twin: async () => {
      const world = await brokenTrust();
      expect(kindsOf(await planIn(world, evilAsks))).toEqual(["edit-role"]);
    },
  });

attack("pull-request author", "C1 variant: a file's roleName is that of a role with forged tags", {
  attack: async () => {
    const role = managed({ name: aRoleName("break-glass"), exclusivePolicies: true });
    for (const annotated of [true, false]) {
      const world = forged();
      if (!annotated) world.editServiceAccount(EVIL, () => ({ annotations: {} }));
      const ask = aDesire({ serviceAccount: EVIL_REF, adopt: true, role, allowAdministrator: true });
      expect(await stopOf(planIn(world, ask))).toMatchObject({ kind: "refused" });
      expect(world.log.writes).toEqual([]);
    }
  },
  twin: async () => {
    const role = managed({ name: aRoleName("cart"), exclusivePolicies: true });
    const world = aWorld().withProvider();
    await bringAbout(world, aDesire({ role }));
    const more = aDesire({
      role: managed({ name: aRoleName("cart"), exclusivePolicies: true, policies: [CLOUDWATCH, S3_READ] }),
    });
    expect(kindsOf(await planIn(world, more))).toEqual(["edit-role", "attach-policy"]);
  },
});

attack("other IAM user", "C1 variant: the computed name was taken before, by an administrator's role", {
  attack: async () => {
    const world = aWorld().withProvider();
    const arn = world.roleOf({ serviceAccount: EVIL_REF });
    const tags = world.ownershipTagsOf({ serviceAccount: EVIL_REF });
    for (const more of [
      { attached: [ADMIN] },
      { inline: { hidden: { Statement: { Effect: "Allow", Action: "iam:*", Resource: "*" } } } } as const,
    ]) {
      world.withRole(arn, { trust: trustPolicy([]), tags }, more);
      const stop = await stopOf(planIn(world, { ...evilAsks, sharedRoles: [aRoleName(roleRef(arn).name)] }));
      expect(stop.code).toBe("administrator-policy");
    }
  },
  twin: async () => {
    const world = aWorld().withProvider();
    const arn = world.roleOf({ serviceAccount: EVIL_REF });
    world.withRole(
      arn,
      { trust: trustPolicy([]), tags: world.ownershipTagsOf({ serviceAccount: EVIL_REF }) },
      { attached: [ADMIN] },
    );
    expect(kindsOf(await planIn(world, { ...evilAsks, allowAdministrator: true }))).toContain("edit-role");
  },
});

attack(
  "other IAM user",
  "C1 variant: a role of others admits the ServiceAccount for an audience of its own",
  {
    attack: async () => {
      const world = forged();
      const { issuerHostPath, providerArn, subject } = world.grantOf({ serviceAccount: EVIL_REF });
      const narrow: Statement = {
        Effect: "Allow",
        Principal: { Federated: providerArn },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: { [`${issuerHostPath}:sub`]: subject, [`${issuerHostPath}:aud`]: "vault" },
          IpAddress: { "aws:SourceIp": "192.0.2.0/24" },
        },
      };
      world.editRole(BREAK_GLASS, ({ role }) => ({
        role: { ...role, trust: trustPolicy([narrow]) },
        attached: [S3_READ],
      }));
      const ask = { ...evilAsks, role: managed({ policies: [S3_READ] }) };
      expect((await stopOf(planIn(world, ask))).code).toBe("trust-refuses");
      expect((await fixIn(world, EVIL)).changes).toEqual([]);
    },
    twin: async () => {
      const world = await brokenTrust();
      expect(kindsOf(await planIn(world, evilAsks))).toEqual(["edit-role"]);
    },
  },
);

attack(
  "other IAM user",
  "C1 variant: forged tags on a role that lets nobody in and makes no administrators",
  {
    attack: async () => {
      const world = unshared(forged());
      expect((await fixIn(world, EVIL)).changes).toEqual([]);
      expect(await stopOf(planIn(world, evilAsks))).toMatchObject({ kind: "refused" });
      const named = { ...evilAsks, role: managed({ name: aRoleName("break-glass"), policies: [S3_READ] }) };
      expect(await stopOf(planIn(world, named))).toMatchObject({ code: "trust-refuses" });
    },
    twin: async () => {
      const world = unshared(forged());
      const vouched = {
        ...evilAsks,
        addTrust: true,
        role: managed({ name: aRoleName("break-glass"), policies: [S3_READ] }),
      };
      expect(kindsOf(await planIn(world, vouched))).toEqual(["edit-role"]);
    },
  },
);

const WORKER = aServiceAccount("payments/worker");
const SCRATCH = ownRole("dev-scratch");
const STRANGER: Statement = {
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::444455556666:root" },
  Action: "sts:AssumeRole",
};
const company = aDesire({
  serviceAccount: WORKER,
  adopt: true,
  role: managed({ policies: [S3_READ], exclusivePolicies: true }),
});

/** A role with irsa's tags that trusts the ServiceAccount, and others. */
function scratch(...others: readonly Statement[]): World {
  const world = aWorld().withProvider();
  const own = listOf(world.trustOf({ serviceAccount: WORKER }).Statement);
  return world
    .withRole(SCRATCH, {
      trust: trustPolicy([...own, ...others]),
      tags: world.ownershipTagsOf({ serviceAccount: WORKER }),
    })
    .withServiceAccount("payments/worker", { annotations: { [ROLE_ANNOTATION]: SCRATCH } });
}

/** The very ServiceAccount of another cluster. */
function namesake(): Statement {
  const other = aWorld();
  const text = JSON.stringify(other.trustOf({ serviceAccount: WORKER }).Statement);
  const [statement] = JSON.parse(
    text.replaceAll(other.cluster.issuer.slice(8), OLD_ISSUER.slice(8)),
  ) as Statement[];
  if (statement === undefined) throw new TypeError("no statement");
  return statement;
}

for (const [what, other] of [
  ["another AWS account", STRANGER],
  [
    "anyone, under a condition",
    { ...STRANGER, Principal: "*", Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } },
  ],
  ["an AWS service", { ...STRANGER, Principal: { Service: "ec2.amazonaws.com" } }],
  ["everyone but one", { Effect: "Allow", NotPrincipal: { AWS: "arn:aws:iam::1:root" }, Action: "*" }],
  ["the same ServiceAccount of a cluster of their own", namesake()],
] as const)
  attack(
    "owner of another AWS account",
    `H2${other === STRANGER ? "" : " variant"}: policies go to a role that ${what} can assume`,
    {
      attack: async () => {
        const world = scratch(other);
        const stop = await stopOf(planIn(world, company));
        expect(stop.code).toBe("role-shared");
        expect(textOf(stop)).toContain("dev-scratch");
        const update = updateIn(world, {
          serviceAccount: WORKER,
          policies: { kind: "some", add: [S3_READ], remove: [] },
        });
        expect((await stopOf(update)).code).toBe("role-shared");
        expect(world.log.writes).toEqual([]);
      },
      twin: async () => {
        const alone = scratch();
        expect(kindsOf(await planIn(alone, company))).toContain("attach-policy");
        const known = scratch(other);
        const named = { ...company, sharedRoles: [aRoleName("dev-scratch")] };
        expect(kindsOf(await planIn(known, named))).toContain("attach-policy");
      },
    },
  );

attack("other IAM user", "H2: two roles claim one ServiceAccount", {
  attack: async () => {
    const world = scratch();
    world.withRole(world.roleOf({ serviceAccount: WORKER }), {
      trust: world.trustOf({ serviceAccount: WORKER }),
      tags: world.ownershipTagsOf({ serviceAccount: WORKER }),
    });
    for (const planning of [
      planIn(world, company),
      updateIn(world, { serviceAccount: WORKER, setTags: { a: "b" } }),
    ]) {
      const stop = await stopOf(planning);
      expect(stop.code).toBe("two-roles");
      expect(textOf(stop)).toContain(SCRATCH);
      expect(textOf(stop)).toContain(world.roleOf({ serviceAccount: WORKER }));
    }
  },
  twin: async () => {
    const world = scratch();
    world.withRole(world.roleOf({ serviceAccount: WORKER }), {
      trust: world.trustOf({ serviceAccount: WORKER }),
    });
    expect(kindsOf(await planIn(world, company))).toContain("attach-policy");
  },
});

/** A role of another IAM user's, with tags that call it a fresh ServiceAccount's own, and a trust policy that allows it. */
function trap(tags: Readonly<Record<string, string>>, more: Parameters<World["withRole"]>[2] = {}): World {
  const world = aWorld().withProvider().withPolicy(CLOUDWATCH);
  return world.withRole(
    ownRole("dev-trap"),
    { trust: world.trustOf({ serviceAccount: EVIL_REF }), tags },
    more,
  );
}

const FORGED_TAGS = {
  irsa: aWorld().ownershipTagsOf({ serviceAccount: EVIL_REF }),
  eksctl: {
    "alpha.eksctl.io/cluster-name": "eks-work-cluster",
    "alpha.eksctl.io/iamserviceaccount-name": EVIL,
  },
};

for (const [maker, tags] of Object.entries(FORGED_TAGS))
  attack("other IAM user", `fleet: a role with forged tags of ${maker}'s waits for a fresh ServiceAccount`, {
    attack: async () => {
      for (const roleOnly of [false, true]) {
        const world = trap(tags);
        const ask = aDesire({
          serviceAccount: EVIL_REF,
          roleOnly,
          role: managed({ exclusivePolicies: true }),
        });
        const stop = await stopOf(planIn(world, ask));
        expect(["role-unnamed", "role-lacks"]).toContain(stop.code);
        expect(world.log.writes).toEqual([]);
      }
    },
    twin: async () => {
      const world = trap({ team: "dev" });
      const ask = aDesire({ serviceAccount: EVIL_REF, role: managed({ exclusivePolicies: true }) });
      expect(kindsOf(await planIn(world, ask))).toContain("create-role");
      const named = aDesire({ serviceAccount: EVIL_REF, role: existing(ownRole("dev-trap")) });
      expect(kindsOf(await planIn(trap(tags), named))).toContain("create-service-account");
    },
  });

for (const [what, more] of [
  ["tags", { tags: { "cost-center": "payments" } }],
  ["a longer session", { maxSessionSeconds: 43_200 }],
  ["membership of a set", { set: "payments" }],
] as const)
  attack("other IAM user", `fleet variant: a role with forged tags waits for ${what} alone (--role-only)`, {
    attack: async () => {
      for (const exact of [false, true]) {
        const world = trap(FORGED_TAGS.irsa, { attached: [CLOUDWATCH] });
        const role = managed({ policies: [CLOUDWATCH], exclusivePolicies: exact, ...more });
        const stop = await stopOf(planIn(world, aDesire({ serviceAccount: EVIL_REF, roleOnly: true, role })));
        expect(stop).toMatchObject({ kind: "refused", code: "role-unnamed" });
        expect(textOf(stop)).toContain("--role-name dev-trap");
      }
    },
    twin: async () => {
      const world = trap(FORGED_TAGS.irsa, { attached: [CLOUDWATCH] });
      const planned = async (asked: Parameters<typeof managed>[0]) => {
        const role = managed({ policies: [CLOUDWATCH], ...asked });
        return kindsOf(await planIn(world, aDesire({ serviceAccount: EVIL_REF, roleOnly: true, role })));
      };
      expect(await planned({})).toEqual([]);
      expect(await planned({ ...more, name: aRoleName("dev-trap") })).toEqual(["edit-role"]);
    },
  });

/** What `get-sa -o clusterconfig` prints, and its warnings. */
async function printed(world: World): Promise<{ readonly text: string; readonly warnings: string }> {
  const { aws, cluster, kubernetes } = world;
  const live = liveFile(await observeListing({}, cluster, { ...aws, kubernetes }), new Map());
  return {
    text: String(liveText(live)),
    warnings: unsaidNotes(live)
      .map(({ message }) => message)
      .join("\n"),
  };
}

const MARKED = { labels: { [MANAGED_BY_LABEL]: "irsa" }, annotations: { [ORIGIN_ANNOTATION]: "created" } };

attack(
  "other IAM user",
  "fleet variant: the file of what is live names a forged role of a deleted association",
  {
    attack: async () => {
      const world = aWorld().withPolicy(CLOUDWATCH);
      const trust = trustPolicy([podIdentityStatement(podIdentityGrantFor(world.cluster, EVIL_REF))]);
      world.withRole(ownRole("dev-trap"), { trust, tags: FORGED_TAGS.irsa }, { attached: [CLOUDWATCH] });
      for (const isThere of [false, true]) {
        if (isThere) world.withServiceAccount(EVIL, MARKED);
        const { text, warnings } = await printed(world);
        expect(read(text).serviceAccounts).toEqual([]);
        expect((await planOf(text, world)).changes).toEqual([]);
        for (const told of [text, warnings]) expect(told).toContain(ownRole("dev-trap"));
      }
    },
    twin: async () => {
      const world = aWorld().withPolicy(CLOUDWATCH);
      const role = managed({ policies: [CLOUDWATCH] });
      const podIdentity = { withoutSessionTags: false };
      const { role: arn } = await bringAbout(world, aDesire({ serviceAccount: EVIL_REF, role, podIdentity }));
      world.associations.clear();
      const lost = await planOf((await printed(world)).text, world);
      expect(lost.changes).toMatchObject([{ kind: "create-pod-identity", role: arn }]);
    },
  },
);

for (const [what, serviceAccount, more] of [
  ["that lost its annotation", MARKED, { attached: [CLOUDWATCH] }],
  ["that lost its annotation, without policies", MARKED, {}],
  ["that is gone", undefined, { attached: [CLOUDWATCH] }],
] as const)
  attack(
    "other IAM user",
    `fleet: the file of what is live names a forged role of a ServiceAccount ${what}`,
    {
      attack: async () => {
        const world = trap(FORGED_TAGS.irsa, more);
        if (serviceAccount !== undefined) world.withServiceAccount(EVIL, serviceAccount);
        const { text, warnings } = await printed(world);
        expect(read(text).serviceAccounts).toEqual([]);
        expect((await planOf(text, world)).changes).toEqual([]);
        for (const told of [text, warnings]) expect(told).toContain(ownRole("dev-trap"));
        // A role of the computed name goes before, wherever it is in the list.
        const both = trap(FORGED_TAGS.irsa, more);
        const name = aRoleName(roleRef(both.roleOf({ serviceAccount: EVIL_REF })).name);
        await bringAbout(
          both,
          aDesire({ serviceAccount: EVIL_REF, role: managed({ policies: [S3_READ], name }) }),
        );
        both.api.serviceAccounts.delete(EVIL);
        if (serviceAccount !== undefined) both.withServiceAccount(EVIL, serviceAccount);
        const { serviceAccounts } = read((await printed(both)).text);
        expect(serviceAccounts.map(({ role }) => role)).toMatchObject([
          { kind: "managed", policies: [S3_READ] },
        ]);
      },
      twin: async () => {
        for (const name of [undefined, aRoleName("custom")]) {
          const world = aWorld().withProvider().withPolicy(CLOUDWATCH);
          const { role } = await bringAbout(
            world,
            aDesire({
              serviceAccount: EVIL_REF,
              role: managed({ policies: [CLOUDWATCH], ...(name && { name }) }),
            }),
          );
          const { text, warnings } = await printed(world);
          expect([read(text).serviceAccounts.length, warnings]).toEqual([1, ""]);
          expect((await planOf(text, world)).changes).toEqual([]);
          if (name !== undefined) continue;
          if (serviceAccount !== undefined) world.withServiceAccount(EVIL, serviceAccount);
          else world.api.serviceAccounts.delete(EVIL);
          const lost = await planOf((await printed(world)).text, world);
          expect(lost.changes.map(({ kind }) => kind)).toEqual(
            serviceAccount === undefined ? [] : ["edit-service-account"],
          );
          expect(lost.rows).toMatchObject([{ plan: { role } }]);
        }
      },
    },
  );

attack("other IAM user", "fleet: a guardrail that is marked as taken over goes with the next apply", {
  attack: async () => {
    const deny = { Statement: { Effect: "Deny", Action: "iam:*", Resource: "*" } } as const;
    const world = aWorld().withProvider();
    const ask = aDesire({ role: managed({ exclusivePolicies: true }) });
    const { role } = await bringAbout(world, ask);
    world.editRole(role, (found) => ({
      role: { ...found.role, tags: { ...found.role.tags, [TAG.inline]: inlineHash("guard") } },
      inline: { guard: deny },
    }));
    await applyAll(world, (await planIn(world, ask)).changes);
    expect(world.role(role).inline).toEqual({ guard: deny });
  },
  twin: async () => {
    const world = aWorld().withProvider();
    const ask = aDesire({ role: managed({ exclusivePolicies: true }) });
    const { role } = await bringAbout(world, ask);
    world.editRole(role, (found) => ({
      role: { ...found.role, tags: { ...found.role.tags, [TAG.inline]: inlineHash("Policy1") } },
      inline: { Policy1: { Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: "*" } } },
    }));
    await applyAll(world, (await planIn(world, ask)).changes);
    expect(world.role(role).inline).toEqual({});
  },
});

const DENIES = { Statement: { Effect: "Deny", Action: "iam:*", Resource: "*" } } as const;
const GUARD = "arn:aws:iam::111122223333:policy/guardrail" as PolicyArn;

/** A role from a file, to which an attachment was added with irsa's mark of it. */
async function marked(policy: PolicyArn, document: PolicyDocument) {
  const world = aWorld().withProvider().withPolicy(policy, document);
  const ask = aDesire({ role: managed({ exclusivePolicies: true }) });
  const { role } = await bringAbout(world, ask);
  world.editRole(role, (found) => ({
    role: {
      ...found.role,
      tags: { ...found.role.tags, [TAG.attached]: attachedTag([...found.attached, policy]) },
    },
    attached: [...found.attached, policy],
  }));
  return { world, ask, role };
}

const ALLOWS = { Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: "*" } } as const;
const NO_EFFECT = {
  Statement: [ALLOWS.Statement, { Action: "*", Resource: "*" }],
} as unknown as PolicyDocument;

for (const [what, policy, document, denied] of [
  ["a company's policy that denies", GUARD, DENIES, undefined],
  ["a policy of AWS's that denies", awsPolicy("AWSDenyAll"), DENIES, undefined],
  ["a policy with a statement of unknown effect", GUARD, NO_EFFECT, undefined],
  ["a policy that can't be read", GUARD, ALLOWS, "iam.getPolicyDocument"],
  ["a policy whose version can't be read", GUARD, ALLOWS, "iam.getPolicyVersionId"],
] as const)
  attack("other IAM user", `fleet: ${what} is marked as attached by irsa, and goes with the next apply`, {
    attack: async () => {
      const { world, ask, role } = await marked(policy, document);
      if (denied !== undefined) world.log.deny(denied);
      if (denied === undefined) {
        const plan = await planIn(world, ask);
        expect(plan.changes).toEqual([]);
        expect(plan.notes).toContainEqual(expect.objectContaining({ code: "attached-beyond" }));
      } else expect(await stopOf(planIn(world, ask))).toMatchObject({ kind: "denied" });
      expect(world.role(role).attached).toContain(policy);
    },
    twin: async () => {
      const { world, ask, role } = await marked(policy, ALLOWS);
      const plan = await planIn(world, ask);
      expect(kindsOf(plan)).toEqual(["detach-policy", "edit-role"]);
      await applyAll(world, plan.changes);
      expect(world.role(role).attached).toEqual([CLOUDWATCH]);
    },
  });

attack("other IAM user", "fleet variant: update-sa --remove-inline-policy takes a marked guardrail along", {
  attack: async () => {
    const world = await withInline(DENIES);
    const plan = await updateIn(world, { inline: { remove: { own: true, names: [] } } });
    expect(plan.changes).toEqual([]);
    expect(plan.notes).toContainEqual(expect.objectContaining({ code: "inline-stays" }));
    const named = await updateIn(world, { inline: { remove: { own: false, names: ["guard"] } } });
    expect(kindsOf(named)).toContain("delete-inline-policy");
    expect(named.notes).toContainEqual(expect.objectContaining({ code: "deletes-others" }));
  },
  twin: async () => {
    const world = await withInline(ALLOWS);
    const plan = await updateIn(world, { inline: { remove: { own: true, names: [] } } });
    expect(kindsOf(plan)).toContain("delete-inline-policy");
  },
});

/** A role of irsa's with a marked inline policy `guard`. */
async function withInline(document: PolicyDocument): Promise<World> {
  const world = aWorld().withProvider();
  const { role } = await bringAbout(world, aDesire());
  world.editRole(role, (found) => ({
    role: { ...found.role, tags: { ...found.role.tags, [TAG.inline]: inlineHash("guard") } },
    inline: { guard: document },
  }));
  return world;
}

/** Lets in everyone but the ServiceAccount, by tokens for whatever audience but the default. */
function allButOne(provider: string, issuer: string): Statement {
  const { subject } = aWorld().grantOf({ serviceAccount: WORKER });
  return {
    Effect: "Allow",
    Principal: { Federated: provider },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: { StringNotEquals: { [`${issuer}:sub`]: subject, [`${issuer}:aud`]: "sts.amazonaws.com" } },
  };
}

attack(
  "owner of another AWS account",
  "H2 variant: others are let in by an audience that the trust policy does not name",
  {
    attack: async () => {
      const { providerArn, issuerHostPath } = aWorld().grantOf({ serviceAccount: WORKER });
      const old = OLD_ISSUER.slice("https://".length);
      for (const other of [
        allButOne(providerArn, issuerHostPath),
        allButOne(providerArn.replace(issuerHostPath, old), old),
      ])
        for (const addTrust of [false, true]) {
          const stop = await stopOf(planIn(scratch(other), { ...company, addTrust }));
          expect(stop.code).toBe("role-shared");
        }
    },
    twin: async () => {
      expect(kindsOf(await planIn(scratch(), company))).toContain("attach-policy");
      const moved = await planIn(scratch(namesake()), { ...company, addTrust: true });
      expect(kindsOf(moved)).toContain("attach-policy");
    },
  },
);
