import { CreateOpenIDConnectProviderCommand } from "@aws-sdk/client-iam";
import { expect, it } from "vitest";
import { useEmulation } from "./use-emulation.ts";

const aws = useEmulation();

it("a provider has the partition of its account", async () => {
  const { store, clientsOf } = aws();
  const awsAccount = "444455556666";
  store.write(awsAccount, (draft) => Object.assign(draft, { partition: "aws-cn" }));
  const principal = { arn: `arn:aws-cn:iam::${awsAccount}:user/ci`, awsAccount, userId: "AIDA" };
  const key = { accessKeyId: "AKIACHINA", secretAccessKey: "secret", principal };
  store.add(key);
  const { iam } = clientsOf(key, "cn-north-1");
  const created = await iam.send(new CreateOpenIDConnectProviderCommand({ Url: "https://issuer.example" }));
  expect(created.OpenIDConnectProviderArn).toBe(`arn:aws-cn:iam::${awsAccount}:oidc-provider/issuer.example`);
});
