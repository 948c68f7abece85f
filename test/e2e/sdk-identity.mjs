// An application with an unchanged AWS SDK: nothing in it speaks of credentials.
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

const { Arn } = await new STSClient({}).send(new GetCallerIdentityCommand({}));
console.log(Arn);
