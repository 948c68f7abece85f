// Keeps one comment for each cluster on a pull request, by GitHub's REST API.
const { env } = process;
const PER_PAGE = 100;

/**
 * Changes the comment that an earlier run made, or makes one.
 * @param mark what the comment begins with
 * @param isNews whether the plan is worth a first comment: one without changes is not
 */
export async function keepComment({ pull, body, mark, isNews }) {
  const issue = `/repos/${env.GITHUB_REPOSITORY}/issues`;
  const earlier = await ownComment(`${issue}/${pull}/comments`, mark);
  if (earlier !== undefined) await call("PATCH", `${issue}/comments/${earlier.id}`, { body });
  else if (isNews) await call("POST", `${issue}/${pull}/comments`, { body });
}

/** A person can write a comment that begins alike; it stays theirs. */
async function ownComment(path, mark) {
  for (let page = 1; ; page += 1) {
    const comments = await call("GET", `${path}?per_page=${PER_PAGE}&page=${page}`);
    const found = comments.find(({ body, user }) => user?.type === "Bot" && body?.startsWith(mark));
    if (found !== undefined || comments.length < PER_PAGE) return found;
  }
}

async function call(method, path, body) {
  const response = await fetch(`${env.GITHUB_API_URL}${path}`, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${env.INPUT_GITHUB_TOKEN}`,
      "content-type": "application/json",
      "x-github-api-version": "2022-11-28",
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (response.ok) return response.json();
  const hint = response.status === 403 ? "; the job needs permissions: pull-requests: write" : "";
  throw new Error(`GitHub refused the comment: ${method} ${path} answered ${response.status}${hint}`);
}
