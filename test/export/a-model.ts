import type { AssociationResource, ExportModel, Resource, RoleResource } from "../../src/export/model.ts";
import { clusterRef } from "../../src/model/arn.ts";
import { aCluster, aServiceAccount, ownRole } from "../fakes/values.ts";

/** A role, changed as given. */
export function aRole(changes: Partial<RoleResource> = {}): RoleResource {
  return {
    kind: "role",
    arn: ownRole("cart"),
    name: "cart",
    path: "/",
    trust: { Version: "2012-10-17", Statement: [] },
    description: "",
    maxSessionSeconds: 3600,
    policies: [],
    inline: {},
    tags: {},
    ...changes,
  };
}

/** An association with that role, changed as given. */
export function anAssociation(changes: Partial<AssociationResource> = {}): AssociationResource {
  return {
    kind: "association",
    serviceAccount: aServiceAccount("shop/cart"),
    role: ownRole("cart"),
    withoutSessionTags: false,
    tags: {},
    ...changes,
  };
}

/** A model of the fakes' cluster with these resources. */
export function aModel(resources: readonly Resource[], isLive = false): ExportModel {
  const { arn, issuer } = aCluster();
  return { cluster: clusterRef(arn), issuer, resources, isLive };
}
