/** What the endpoint of a service depends on, as the SDK has it. */
export const ENDPOINT_PARAMETERS = {
  UseFIPS: { type: "builtInParams", name: "useFipsEndpoint" },
  UseDualStack: { type: "builtInParams", name: "useDualstackEndpoint" },
  Endpoint: { type: "builtInParams", name: "endpoint" },
  Region: { type: "builtInParams", name: "region" },
} as const;

/** Their values. */
export interface EndpointParameters {
  readonly Region?: string | undefined;
  readonly UseFIPS?: boolean | undefined;
  readonly UseDualStack?: boolean | undefined;
  readonly Endpoint?: string | undefined;
}

/** An endpoint, and how it wants to be signed for. @param given takes the place of `https://` and the host */
export function signedEndpoint(
  host: string,
  given: string | undefined,
  { signingName, signingRegion }: { readonly signingName: string; readonly signingRegion: string },
) {
  const authSchemes = [{ name: "sigv4", signingName, signingRegion, properties: {} }];
  return { url: new URL(given ?? `https://${host}`), properties: { authSchemes } };
}
