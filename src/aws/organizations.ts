import type { EKSClient } from "@aws-sdk/client-eks";
import { LIMITS } from "../model/limits.ts";
import { asFailure } from "./call.ts";
import { answered, gathered } from "./iam-wire.ts";
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
  const client = eks as unknown as OrganizationsClient;
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

/** An empty page may be followed by others. */
async function* pagesOf<T extends { readonly NextToken?: string }>(
  send: (token: { readonly NextToken?: string }) => Promise<T>,
): AsyncGenerator<T> {
  let token: string | undefined;
  for (let page = 0; page <= LIMITS.pages; page += 1) {
    const answer = await send(token === undefined ? {} : { NextToken: token });
    yield answer;
    token = answer.NextToken;
    if (token === undefined || token === "") return;
  }
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
