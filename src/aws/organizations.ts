import type { EKSClient } from "@aws-sdk/client-eks";
import { asFailure } from "./call.ts";
import { answered, gathered, pagesOf } from "./iam-wire.ts";
import {
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListUnitsCommand,
  type AccountAnswer,
  type OrganizationsClient,
} from "./organizations-client.ts";
import type { OrganizationAccount, OrganizationsPort } from "./organizations-port.ts";

/** Organizations through the SDK. */
export function organizationsAdapter(eks: EKSClient): OrganizationsPort {
  // The client knows the operations by their schemas; the types of EKS's client list EKS's operations alone.
  const client = eks as OrganizationsClient;
  return {
    async listAccounts(parent) {
      const action = parent === undefined ? "ListAccounts" : "ListAccountsForParent";
      const pages = pagesOf((token) =>
        parent === undefined
          ? client.send(new ListAccountsCommand(token))
          : client.send(new ListAccountsForParentCommand({ ParentId: parent, ...token })),
      );
      return named(action, async () => (await gathered(pages, ({ Accounts }) => Accounts)).map(toAccount));
    },
    async listUnits(parent) {
      const pages = pagesOf((token) => client.send(new ListUnitsCommand({ ParentId: parent, ...token })));
      return named("ListOrganizationalUnitsForParent", async () =>
        (await gathered(pages, ({ OrganizationalUnits }) => OrganizationalUnits)).map(({ Id }) =>
          answered("an organizational unit's ID", Id),
        ),
      );
    },
  };
}

async function named<T>(action: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw asFailure(`organizations:${action}`, error);
  }
}

function toAccount({ Id, Name = "", State, Status }: AccountAnswer): OrganizationAccount {
  return {
    awsAccount: answered("an account's ID", Id),
    name: Name,
    state: answered("an account's state", State ?? Status),
  };
}
