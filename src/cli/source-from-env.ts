import type { Source } from "../domain/spec.ts";
import { usage } from "./refusal.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Which commit a CI system is building, from its own variables. `sequence` orders the runs, so that a slow older one cannot undo
 * a newer deploy. Throws a usage `Refusal` outside GitHub Actions and GitLab CI.
 */
export function sourceFromEnv(variables: Variables): Source {
  if (variables["GITHUB_ACTIONS"] === "true") return fromGitHub(variables);
  if (variables["GITLAB_CI"] === "true") return fromGitLab(variables);
  throw usage(
    "--source-from-env found no GitHub Actions and no GitLab CI here (neither GITHUB_ACTIONS nor GITLAB_CI is true)",
    "Leave the flag out; the deploy is then recorded without a commit",
  );
}

// GitHub Actions, "Variables reference: default environment variables". A run's number stays the same when it is run again.
function fromGitHub(variables: Variables): Source {
  const { GITHUB_REPOSITORY: repo, GITHUB_SHA: commit, GITHUB_REF: ref, GITHUB_RUN_ID: run } = variables;
  const server = variables["GITHUB_SERVER_URL"] ?? "https://github.com";
  return present({
    repo,
    commit,
    ref,
    runUrl: repo === undefined || run === undefined ? undefined : `${server}/${repo}/actions/runs/${run}`,
    sequence: wholeNumber(variables["GITHUB_RUN_NUMBER"]),
  });
}

// GitLab, "Predefined CI/CD variables reference". The IID counts a project's pipelines, the id those of the whole instance.
function fromGitLab(variables: Variables): Source {
  return present({
    repo: variables["CI_PROJECT_PATH"],
    commit: variables["CI_COMMIT_SHA"],
    ref: variables["CI_COMMIT_REF_NAME"],
    runUrl: variables["CI_PIPELINE_URL"],
    sequence: wholeNumber(variables["CI_PIPELINE_IID"]),
  });
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function present(source: Source): Source {
  return Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value !== ""),
  );
}
