import { text, type Parameter } from "../exchange.ts";
import type { OperationContext, Operations } from "../operation.ts";
import { pagedResult, pageOf } from "../paging.ts";
import { at } from "../state.ts";
import { alreadyExists, checked, invalidInput, limitExceeded, validationError } from "../validation.ts";
import type { Result } from "../wire-format.ts";
import { providerOf } from "./find.ts";
import { QUOTAS } from "./quotas.ts";
import { tagKeysIn, tagList, tagsIn, withoutTags, withTags } from "./tags.ts";

/** What IAM finds by itself where no thumbprint is given; here always the same. */
const FOUND_THUMBPRINT = "9e99a48a9960b14926bb7f3b02e22da2b0ab7280";

/** OpenID Connect providers. Source: IAM API Reference, the operations named. */
export const PROVIDER_OPERATIONS: Operations = {
  CreateOpenIDConnectProvider: create,

  GetOpenIDConnectProvider({ awsAccount, parameters }) {
    const { url, clientIds, thumbprints, created, tags } = providerOf(awsAccount, parameters);
    return {
      Url: url,
      ClientIDList: clientIds,
      ThumbprintList: thumbprints,
      CreateDate: new Date(created),
      Tags: tagList(tags),
    };
  },

  ListOpenIDConnectProviders({ awsAccount }) {
    return { OpenIDConnectProviderList: Object.keys(awsAccount.providers).map((Arn) => ({ Arn })) };
  },

  AddClientIDToOpenIDConnectProvider({ awsAccount, parameters }) {
    const provider = providerOf(awsAccount, parameters);
    const added = checked(text(parameters, "ClientID"), "clientID", { longest: 255 });
    provider.clientIds = checkedClientIds([...new Set([...provider.clientIds, added])]);
    return undefined;
  },

  RemoveClientIDFromOpenIDConnectProvider({ awsAccount, parameters }) {
    const provider = providerOf(awsAccount, parameters);
    const gone = text(parameters, "ClientID");
    provider.clientIds = provider.clientIds.filter((clientId) => clientId !== gone);
    return undefined;
  },

  UpdateOpenIDConnectProviderThumbprint({ awsAccount, parameters }) {
    providerOf(awsAccount, parameters).thumbprints = checkedThumbprints(
      strings(parameters["ThumbprintList"]),
    );
    return undefined;
  },

  TagOpenIDConnectProvider({ awsAccount, parameters }) {
    const provider = providerOf(awsAccount, parameters);
    provider.tags = withTags(provider.tags, tagsIn(parameters));
    return undefined;
  },

  UntagOpenIDConnectProvider({ awsAccount, parameters }) {
    const provider = providerOf(awsAccount, parameters);
    provider.tags = withoutTags(provider.tags, tagKeysIn(parameters));
    return undefined;
  },

  ListOpenIDConnectProviderTags({ awsAccount, parameters }) {
    const page = pageOf(tagList(providerOf(awsAccount, parameters).tags), parameters);
    return pagedResult("Tags", page, (tag) => tag);
  },

  /** Idempotent: deleting what is not there is no error. */
  DeleteOpenIDConnectProvider({ awsAccount, parameters }) {
    delete awsAccount.providers[text(parameters, "OpenIDConnectProviderArn")];
    return undefined;
  },
};

function create({ awsAccount, parameters, now }: OperationContext): Result {
  const given = checked(text(parameters, "Url"), "url", { longest: 255 });
  const url = urlWithoutScheme(given);
  const arn = `arn:${awsAccount.partition}:iam::${awsAccount.awsAccount}:oidc-provider/${url}`;
  const thumbprints = checkedThumbprints(strings(parameters["ThumbprintList"]));
  if (at(awsAccount.providers, arn) !== undefined)
    throw alreadyExists(`Provider with url ${given} already exists.`);
  checkProviderQuota(Object.keys(awsAccount.providers).length);
  const tags = withTags({}, tagsIn(parameters));
  awsAccount.providers[arn] = {
    arn,
    url,
    clientIds: checkedClientIds(strings(parameters["ClientIDList"])),
    thumbprints: thumbprints.length === 0 ? [FOUND_THUMBPRINT] : thumbprints,
    tags,
    created: now.toISOString(),
  };
  return { OpenIDConnectProviderArn: arn, ...(Object.keys(tags).length > 0 && { Tags: tagList(tags) }) };
}

/** Host and path; IAM leaves out the default port too. */
function urlWithoutScheme(url: string): string {
  if (!/^https:\/\/[^/:?#]+(:443)?(\/[^?#]*)?$/.test(url)) {
    throw validationError("Invalid Open ID Connect Provider URL");
  }
  return url.slice("https://".length).replace(/^([^/]+):443(?=\/|$)/, "$1");
}

function checkProviderQuota(count: number): void {
  const quota = QUOTAS.OpenIdConnectProvidersPerAccount;
  if (count >= quota)
    throw limitExceeded(`Cannot exceed quota for OpenIdConnectProvidersPerAccount: ${quota}`);
}

function checkedClientIds(clientIds: string[]): string[] {
  const quota = QUOTAS.ClientIdsPerOpenIdConnectProvider;
  if (clientIds.length > quota) {
    throw limitExceeded(`Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${quota}`);
  }
  return clientIds.map((clientId) => checked(clientId, "clientIDList", { longest: 255 }));
}

function checkedThumbprints(thumbprints: string[]): string[] {
  if (thumbprints.length > 5) throw invalidInput("Thumbprint list must contain fewer than 5 entries.");
  return thumbprints.map((thumbprint) =>
    checked(thumbprint, "thumbprintList", { shortest: 40, longest: 40 }),
  );
}

function strings(value: Parameter | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
