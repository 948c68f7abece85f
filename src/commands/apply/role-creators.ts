import { roleRef, type ClusterArn, type RoleArn } from "../../model/arn.ts";
import { Failure } from "../../model/failure.ts";

/** Which cluster's plan creates which role: a role is one cluster's. */
export class RoleCreators {
  readonly #creators = new Map<string, ClusterArn>();
  readonly #shared = new Map<RoleArn, readonly ClusterArn[]>();

  /** Counts the roles that a cluster's plan creates. */
  add(roles: readonly RoleArn[], cluster: ClusterArn): void {
    for (const role of roles) {
      const { awsAccount, name } = roleRef(role);
      // Names of roles differ in more than case, and than path.
      const key = `${awsAccount}/${name.toLowerCase()}`;
      const other = this.#creators.get(key);
      if (other !== undefined) this.#shared.set(role, [other, cluster].toSorted());
      this.#creators.set(key, cluster);
    }
  }

  /** @throws Failure of kind `input` for a role that several plans create */
  requireOne(): void {
    const [role] = [...this.#shared.keys()].toSorted();
    if (role === undefined) return;
    const message = `roleName: role '${roleRef(role).name}' would be created for two clusters`;
    throw new Failure("input", "invalid-input", message, {
      facts: [
        ["role", role],
        ["clusters", this.#shared.get(role) ?? []],
      ],
      advice:
        "Leave out roleName, or give each cluster a file with its own: generated names differ between clusters",
    });
  }
}
