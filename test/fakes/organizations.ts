import type { OrganizationAccount, OrganizationsPort } from "../../src/aws/organizations-port.ts";
import { Failure } from "../../src/model/failure.ts";

/** An organization of AWS: accounts in a tree of organizational units below the root `r-root`. */
export class Organization {
  readonly #accounts: { readonly account: OrganizationAccount; readonly parent: string }[] = [];
  readonly #parents = new Map<string, string>();
  /** Why it can't be read. */
  refusal: Failure | undefined;

  withUnit(id: string, parent = "r-root"): this {
    this.#parents.set(id, parent);
    return this;
  }

  withAccount(
    awsAccount: string,
    parent = "r-root",
    state = "ACTIVE",
    name = `name-${awsAccount.slice(0, 1)}`,
  ): this {
    this.#accounts.push({ account: { awsAccount, name, state }, parent });
    return this;
  }

  port(): OrganizationsPort {
    const read = async <T>(parent: string | undefined, find: () => T): Promise<T> => {
      await Promise.resolve();
      if (this.refusal !== undefined) throw this.refusal;
      if (parent !== undefined && parent !== "r-root" && !this.#parents.has(parent))
        throw new Failure(
          "failed",
          "aws-error",
          "organizations:ListAccountsForParent: ParentNotFoundException",
        );
      return find();
    };
    return {
      listAccounts: (parent) =>
        read(parent, () =>
          this.#accounts
            .filter((one) => parent === undefined || one.parent === parent)
            .map(({ account }) => account),
        ),
      listUnits: (parent) =>
        read(parent, () => [...this.#parents].flatMap(([id, above]) => (above === parent ? [id] : []))),
    };
  }
}
