import { CLUSTER_NAME } from "../../worlds/world.ts";

const REACH = `--cluster ${CLUSTER_NAME}`;
const AWS_ACCOUNT = "--namespace shop --name cart";
const S3 = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";

/** Ways to reach the cluster by kubeconfigs whose contexts have secrets in them, and by ones that are broken. */
const KUBECONFIGS = [
  "--kubeconfig kubeconfig --context token",
  "--kubeconfig kubeconfig --context password",
  "--kubeconfig kubeconfig --context exec",
  "--kubeconfig kubeconfig --context provider",
  "--kubeconfig kubeconfig --context proxy",
  "--kubeconfig kubeconfig --context userinfo",
  "--kubeconfig kubeconfig --context reflecting",
  "--kubeconfig kubeconfig --context nowhere",
  "--kubeconfig broken-kubeconfig",
  "--kubeconfig .env",
];

/** Each command's command lines, with good input and bad. A command that is not here fails the suite. */
export const LINES: Readonly<Record<string, readonly string[]>> = {
  "associate-oidc": [
    `associate-oidc ${REACH} --approve`,
    "associate-oidc --cluster nowhere",
    "associate-oidc --nonsense",
  ],
  "create-sa": [
    `create-sa ${REACH} ${AWS_ACCOUNT} --policy-arn ${S3} --approve`,
    `create-sa ${REACH} ${AWS_ACCOUNT} --policy-file credentials.json`,
    `create-sa ${REACH} ${AWS_ACCOUNT} --policy-file .env`,
    `create-sa ${REACH} ${AWS_ACCOUNT} --policy-file kubeconfig`,
    ...KUBECONFIGS.map(
      (kubeconfig) => `create-sa ${REACH} -n shop --name cart --policy-arn ${S3} ${kubeconfig}`,
    ),
  ],
  "get-sa": [`get-sa ${REACH}`, `get-sa ${REACH} ${KUBECONFIGS[0]}`, "get-sa --cluster nowhere"],
  "update-sa": [
    `update-sa ${REACH} ${AWS_ACCOUNT} --tag a=b --approve`,
    `update-sa ${REACH} ${AWS_ACCOUNT} --policy-file credentials.json`,
    `update-sa ${REACH} ${AWS_ACCOUNT} --session-policy-file credentials.json`,
  ],
  adopt: [`adopt ${REACH} --all`, `adopt ${REACH} ${AWS_ACCOUNT}`],
  plan: [
    "plan -f good.yaml",
    "plan -f kubeconfig",
    "plan -f broken-kubeconfig",
    "plan -f .env",
    "plan -f credentials.json",
    "plan -f environment.yaml",
    "plan -f folder",
    "plan -f secret-in-name.yaml",
    "plan -f good.yaml --all-clusters",
    "plan -f credentials.json --all-clusters",
    "plan -f good.yaml --targets .env",
    "plan -f good.yaml --targets environment.yaml",
  ],
  apply: ["apply -f good.yaml --approve", "apply -f .npmrc --approve", "apply -f .env --approve"],
  export: [
    "export -f good.yaml --to cloudformation",
    "export -f credentials.json --to cloudformation",
    "export -f .env --to cloudformation",
    "export -f good.yaml --to stackset --targets .env",
    "export -f good.yaml --to stackset --targets credentials.json",
    `export --live ${REACH} --to cloudformation`,
    `export --live ${REACH} --to cloudformation ${KUBECONFIGS[0]}`,
  ],
  "migrate-trust": [`migrate-trust --from ${CLUSTER_NAME} --to nowhere`, "migrate-trust --from a --to b"],
  "migrate-pod-identity": [
    `migrate-pod-identity shop/cart ${REACH}`,
    `migrate-pod-identity --all ${REACH} --back`,
  ],
  "use-sa": [
    `use-sa ${REACH} ${AWS_ACCOUNT} deployment/nowhere`,
    "use-sa -n shop --name cart --file deployment.yaml",
    "use-sa -n shop --name cart --file broken-kubeconfig --file .env",
  ],
  policies: ["policies", `policies --outdated ${REACH}`],
  "stale-pods": [`stale-pods ${REACH}`, `stale-pods ${REACH} ${KUBECONFIGS[6]}`],
  verify: [
    `verify ${REACH} shop/cart --prove`,
    `verify ${REACH} shop/cart`,
    `verify ${REACH} --all`,
    `verify ${REACH} shop/cart ${KUBECONFIGS[6]}`,
    `verify ${REACH} shop/nowhere`,
  ],
  "sdk-check": [
    "sdk-check package-lock.json",
    "sdk-check .env",
    "sdk-check .npmrc",
    "sdk-check broken-lock/package-lock.json",
    "sdk-check deps",
    "sdk-check deps -o json",
  ],
  audit: [
    `audit ${REACH}`,
    `audit ${REACH} -f .`,
    `audit ${REACH} --baseline credentials.json`,
    `audit ${REACH} --baseline .env`,
    "audit --targets .env",
    "audit --targets credentials.json",
    "audit --targets environment.yaml",
    "audit --all-clusters --resume .env",
    "audit --all-clusters --resume new.journal",
  ],
  watch: [
    `watch ${REACH} --duration 1s`,
    `watch ${REACH} --duration 1s --lines`,
    `watch ${REACH} --duration 1s --lease irsa/irsa`,
    `watch ${REACH} --duration 1s --events`,
    `watch ${REACH} --lease nonsense`,
    `watch ${REACH} --metrics nonsense`,
    `watch ${REACH} --poll-interval nonsense`,
  ],
  "who-can": [
    `who-can ${REACH} role/nowhere`,
    `who-can ${REACH} arn:aws:iam::111122223333:role/x`,
    "who-can cart --targets credentials.json",
  ],
  "what-can": [`what-can ${REACH} shop/cart`, `what-can ${REACH} nonsense`],
  narrow: [`narrow ${REACH} shop/cart`, `narrow ${REACH} nonsense`, "narrow cart"],
  "move-off-node": [`move-off-node ${REACH} -n shop`, `move-off-node ${REACH} nonsense --node-role nowhere`],
  guardrails: ["guardrails", "guardrails --issuer nonsense", "guardrails --issuer-file nowhere"],
  graph: [
    `graph ${REACH} -o html`,
    `graph ${REACH} --serve nonsense --poll-interval nonsense`,
    `graph ${REACH} -o dot`,
    `graph ${REACH} -o html --output-file page.html`,
  ],
  doctor: [`doctor ${REACH}`, "doctor --cluster nowhere", `doctor ${REACH} ${KUBECONFIGS[0]}`],
  explain: ["explain B13", "explain nonsense"],
  version: ["version", "version nonsense"],
  permissions: [
    "permissions create-sa",
    "permissions nonsense",
    "permissions audit --targets .env",
    "permissions audit --targets environment.yaml",
  ],
  completion: ["completion bash", "completion nonsense"],
  demo: ["demo --no-pause"],
  sandbox: [
    "sandbox run -- true",
    "sandbox run -- /nowhere",
    "sandbox start --cluster-kubeconfig kubeconfig",
  ],
  "delete-sa": [`delete-sa ${REACH} ${AWS_ACCOUNT} --approve`],
  "disassociate-oidc": [`disassociate-oidc ${REACH} --approve --force`],
  "associate-agent": [
    `associate-agent ${REACH} --approve --no-wait`,
    `associate-agent ${REACH} ${KUBECONFIGS[0]}`,
    `associate-agent ${REACH} --addon-version nonsense`,
  ],
  "disassociate-agent": [`disassociate-agent ${REACH} --approve --force --no-wait`],
};
