import { expect, test } from "vitest";
import {
  projectPermissions,
  REPOSITORY_PERMISSION,
  SECRET_PERMISSIONS,
} from "../../../src/adapters/cloud-run/rights.ts";
import { call } from "../fixtures.ts";
import { PROJECT, runUnit } from "./settings.ts";
import { world } from "./world.ts";

const SUBJECT = { issuer: "https://id.berth.example", subject: "berth:prj_1:tgt-1" };

function printed(config: object = {}) {
  const documents = world({}, { config }).adapter.trust?.(SUBJECT) ?? [];
  return { documents, texts: documents.slice(2).map(({ text }) => text) };
}

test("whom to trust is printed for gcloud and for Terraform: one subject, its own roles, nothing wider", () => {
  const { documents, texts } = printed();
  expect(documents.map(({ format }) => format)).toEqual(["json", "json", "shell", "terraform"]);
  for (const text of texts) {
    expect(text).toContain("assertion.sub == 'berth:prj_1:tgt-1'");
    expect(text).toContain("workloadIdentityPools/berth/subject/berth:prj_1:tgt-1");
    expect(text).not.toMatch(
      /principalSet|roles\/owner|roles\/editor|roles\/run\.admin|secretmanager\.secrets\.setIam/,
    );
    for (const permission of [...projectPermissions({ invoker: "public" }), ...SECRET_PERMISSIONS])
      expect(text).toContain(permission);
    // Two targets of one project do not share a role.
    expect(text).toContain("berthCloudRun_tgt_1");
    expect(text).toContain("berthSecrets_tgt_1");
  }
});

test("every secret a unit gets has a name that the printed conditions are true of", async () => {
  const here = world();
  await here.adapter.apply(runUnit(1), call());
  const ids = Object.keys(here.google.state().secrets);
  expect(ids.length).toBeGreaterThan(0);
  for (const text of printed().texts) {
    const prefixes = [...text.matchAll(/startsWith\('projects\/[^/]+\/secrets\/([^']+)'\)/g)].map(
      ([, prefix]) => prefix,
    );
    expect(prefixes.length).toBeGreaterThan(0);
    for (const id of ids) for (const prefix of prefixes) expect(id.startsWith(prefix ?? "?")).toBe(true);
    expect(text).toContain("roles/secretmanager.secretAccessor");
  }
});

test("the reader's role is printed on each repository; for another project's, for Cloud Run's agent, too", () => {
  const own = `europe-west1-docker.pkg.dev/${PROJECT}/ghcr`;
  for (const text of printed({ remoteRepositories: { "ghcr.io": own } }).texts) {
    expect(text).toContain("roles/artifactregistry.reader");
    expect(text).not.toContain("serverless-robot-prod");
  }
  const shared = { "ghcr.io": own, "quay.io": "us-docker.pkg.dev/acme-images-1/quay" };
  for (const text of printed({ remoteRepositories: shared }).texts) {
    expect(text).toContain("acme-images-1");
    expect(text).toContain("serverless-robot-prod.iam.gserviceaccount.com");
  }
  expect(REPOSITORY_PERMISSION).toBe("artifactregistry.repositories.downloadArtifacts");
});

test("commands that are run again make nothing twice: what is there is found first", () => {
  const [shell = ""] = printed().texts;
  const created = shell
    .split("\n")
    .flatMap((line, index, lines) =>
      / create(-oidc)? /.test(line)
        ? [[lines[index - 1], lines[index - 2], lines[index - 3]].join("\n")]
        : [],
    );
  expect(created).toHaveLength(6);
  for (const before of created) expect(before).toContain("describe");
});

test("with private services Berth's account may invoke them, nobody else is named, and no policy may be changed", () => {
  const { documents, texts } = printed({ invoker: "private" });
  for (const text of texts) {
    expect(text.match(/roles\/run\.invoker/g)).toHaveLength(1);
    const [before = ""] = text.split("roles/run.invoker");
    expect(before.slice(-200)).toMatch(/serviceAccount:berth@|"berth_invoker"/);
  }
  for (const { text } of documents) expect(text).not.toMatch(/setIamPolicy|allUsers|allAuthenticatedUsers/);
  for (const { text } of printed().documents) expect(text).not.toMatch(/run\.invoker|allUsers/);
});
