import { describe, expectTypeOf, it } from "vitest";
import type { PolicyArn, RoleArn } from "../../src/model/arn.ts";
import type { ChangeableRole, GivableRole, OpenableRole, WritableTrust } from "../../src/model/authority.ts";
import type { BoundaryEdit } from "../../src/model/boundary-edit.ts";
import type { CreateProvider, EditProvider } from "../../src/model/provider-change.ts";
import type { ServiceAccount } from "../../src/model/kubernetes-objects.ts";
import type { Provider, Role, RoleDetails } from "../../src/model/iam-objects.ts";
import type {
  AttachPolicy,
  ChangeRole,
  CreateRole,
  DeleteRole,
  DetachPolicy,
  PutInlinePolicy,
} from "../../src/model/role-change.ts";
import type { ServiceAccountRef } from "../../src/model/service-account-ref.ts";
import type { AskedServiceAccount } from "../../src/model/asked.ts";
import type { FromOperator } from "../../src/model/source.ts";
import type { PolicyDocument } from "../../src/model/trust-policy/document.ts";
import type {
  DesiredServiceAccount,
  ExistingRole,
  ManagedRole,
} from "../../src/service-account/create/desired.ts";
import type { WritableGrant } from "../../src/service-account/role/write-trust.ts";

type Annotation = ServiceAccount["annotations"][string];
type Tag = Role["tags"][string];
type Element<List> = List extends readonly (infer One)[] ? One : never;

describe("the compiler refuses what the operator has not said", () => {
  it("an audience of an annotation, of a tag, of AWS or of the disk, in a provider", () => {
    type Audience = Element<CreateProvider["clientIds"]>;
    expectTypeOf<Annotation>().not.toExtend<Audience>();
    expectTypeOf<Tag>().not.toExtend<Audience>();
    expectTypeOf<Element<Provider["clientIds"]>>().not.toExtend<Audience>();
    expectTypeOf<Element<EditProvider["addClientIds"]>>().toEqualTypeOf<Audience>();
    expectTypeOf<"https://kubernetes.default.svc">().not.toExtend<Audience>();
    expectTypeOf<FromOperator<string>>().toExtend<Audience>();
    expectTypeOf<"sts.amazonaws.com">().toExtend<Audience>();
  });

  it("a thumbprint of AWS", () => {
    type Thumbprint = Element<CreateProvider["thumbprints"]>;
    expectTypeOf<Element<Provider["thumbprints"]>>().not.toExtend<Thumbprint>();
    expectTypeOf<FromOperator<string>>().toExtend<Thumbprint>();
  });

  it("a policy that a role has, on another", () => {
    expectTypeOf<Element<RoleDetails["attached"]>>().not.toExtend<AttachPolicy["policy"]>();
    expectTypeOf<Element<RoleDetails["attached"]>>().not.toExtend<Element<ManagedRole["policies"]>>();
    expectTypeOf<RoleDetails["inline"][string]>().not.toExtend<PutInlinePolicy["after"]>();
    expectTypeOf<FromOperator<PolicyArn>>().toExtend<AttachPolicy["policy"]>();
    expectTypeOf<FromOperator<PolicyDocument>>().toExtend<PutInlinePolicy["after"]>();
  });

  it("a changed copy of what the operator said", () => {
    type Copy = { [Key in keyof FromOperator<PolicyDocument>]: FromOperator<PolicyDocument>[Key] };
    expectTypeOf<Copy>().not.toExtend<FromOperator<PolicyDocument>>();
  });

  it("a boundary of AWS, or none", () => {
    expectTypeOf<{ readonly before: PolicyArn }>().not.toExtend<BoundaryEdit>();
    expectTypeOf<Role["boundary"]>().not.toExtend<CreateRole["boundary"]>();
  });

  it("a role that was not judged, nor named", () => {
    expectTypeOf<RoleArn>().not.toExtend<ChangeRole["arn"]>();
    expectTypeOf<RoleArn>().not.toExtend<DetachPolicy["role"]>();
    expectTypeOf<RoleArn>().not.toExtend<DeleteRole["arn"]>();
    expectTypeOf<RoleArn>().not.toExtend<ExistingRole["arn"]>();
    expectTypeOf<ChangeableRole>().not.toExtend<AttachPolicy["role"]>();
    expectTypeOf<ChangeableRole>().not.toExtend<OpenableRole>();
    expectTypeOf<GivableRole>().toExtend<ChangeRole["arn"]>();
  });

  it("a trust policy that was not judged, and a grant for a ServiceAccount of the cluster's list", () => {
    expectTypeOf<Role["trust"]>().not.toExtend<CreateRole["trust"]>();
    expectTypeOf<Role["trust"]>().not.toExtend<NonNullable<ChangeRole["trust"]>["after"]>();
    expectTypeOf<WritableTrust>().toExtend<CreateRole["trust"]>();
    expectTypeOf<ServiceAccountRef>().not.toExtend<DesiredServiceAccount["serviceAccount"]>();
    expectTypeOf<AskedServiceAccount>().toExtend<DesiredServiceAccount["serviceAccount"]>();
    expectTypeOf<{ readonly audience: string }>().not.toExtend<WritableGrant>();
  });
});
