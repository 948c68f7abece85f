import type { IamPort } from "../aws/port.ts";
import { look, type Known } from "../model/known.ts";
import { roleRef, type ProviderArn, type RoleArn } from "../model/arn.ts";
import { mapConcurrent } from "../model/map-concurrent.ts";
import { Failure } from "../model/failure.ts";
import { selectByGlob, type GlobSelection } from "../model/glob-selection.ts";
import type { Provider, Role, RoleListing } from "../model/iam-objects.ts";
import type { FromOperator } from "../model/source.ts";
import type { Note } from "../model/plan.ts";
import { providersIn } from "../model/trust-policy/providers-in.ts";
import { readTrust } from "../model/trust-policy/read.ts";
import { trustQuotaIn } from "../model/trust-policy/size-quota.ts";
import { mentionsIssuer } from "../model/trust-policy/rename-issuer.ts";
import { recoverFailure } from "../model/recover-failure.ts";
import { observeAssociation, type ObservedAssociation } from "../oidc-association/observe.ts";
import { issuersOf, type Move } from "./move.ts";

/** How many roles are read side by side. */
const AT_ONCE = 8;

/** What there is of the new issuer's provider; with its lookalikes where its cluster is known. */
export type NewProvider = Pick<ObservedAssociation, "provider"> & Partial<ObservedAssociation>;

/** A role whose trust policy names the old issuer, or may do so; or why that can't be known. */
export type FoundRole = { readonly arn: RoleArn } & ({ readonly role: Role } | { readonly failure: Failure });

/** Everything that a move is planned from. */
export interface ObservedMove {
  readonly move: FromOperator<Move>;
  readonly newProvider: NewProvider;
  /** It only tells which audiences were accepted. */
  readonly oldProvider: Known<Provider | undefined>;
  /** How many characters a trust policy may have. */
  readonly quota: Known<number | undefined>;
  readonly roles: readonly FoundRole[];
  /** The providers that roles of the AWS account trust, to detect a typo in the old issuer's name. */
  readonly trusted: readonly ProviderArn[];
  readonly notes: readonly Note[];
}

/**
 * Reads every role of the AWS account as IAM lists it, and those that concern the move once more in full.
 * @throws Failure when roles may not be listed, or the new issuer's provider can't be read
 */
export async function observeMove(
  move: FromOperator<Move>,
  selection: GlobSelection,
  iam: IamPort,
  onRead: (done: number, all: number) => void,
): Promise<ObservedMove> {
  const [listed, newProvider, oldProvider, quota] = await Promise.all([
    iam.listRoles(),
    observeNewProvider(move, iam),
    look(() => iam.getProvider(move.from.provider)),
    look(async () => trustQuotaIn(await iam.getAccountSummary())),
  ]);
  const { from } = issuersOf(move);
  const concerned = listed.filter(({ trust }) => trust === undefined || mentionsIssuer(trust, from));
  const nameOf = ({ arn }: RoleListing): string => roleRef(arn).name;
  const words = { one: "role that names the old issuer", many: "roles" };
  const { selected, notes } = selectByGlob(concerned, nameOf, selection, words);
  let done = 0;
  const roles = await mapConcurrent(selected, AT_ONCE, async (listing) => {
    const found = await readRole(listing, iam);
    onRead((done += 1), selected.length);
    return found;
  });
  return {
    move,
    newProvider,
    oldProvider,
    quota,
    roles: roles.flat(),
    trusted: concerned.length > 0 ? [] : trustedProviders(listed),
    notes: concerned.length === 0 ? [] : notes,
  };
}

async function observeNewProvider({ to }: Move, iam: IamPort): Promise<NewProvider> {
  return to.cluster === undefined
    ? { provider: await iam.getProvider(to.provider) }
    : observeAssociation(iam, to.cluster);
}

/** The list may be some seconds old, and has no tags. A role that was deleted in the meantime is skipped. */
async function readRole({ arn, trust }: RoleListing, iam: IamPort): Promise<readonly FoundRole[]> {
  const { name } = roleRef(arn);
  if (trust === undefined) return [{ arn, failure: unreadable(name) }];
  return recoverFailure(
    async () => {
      const role = await iam.getRole(name);
      return role === undefined ? [] : [{ arn: role.arn, role }];
    },
    (failure) => [{ arn, failure }],
  );
}

function unreadable(name: string): Failure {
  return new Failure("failed", "unreadable-trust", `the trust policy of '${name}' can't be parsed`, {
    advice: "Whether it names the old issuer is unknown. Check it in IAM, or skip the role: --exclude",
  });
}

function trustedProviders(listed: readonly RoleListing[]): readonly ProviderArn[] {
  return [...new Set(listed.flatMap(({ trust }) => providersIn(readTrust(trust))))].toSorted();
}
