import { describe, expect, test } from "vitest";
import { desk, type DeskOptions } from "./desk.ts";
import { ok, problem, scriptedBroker, type Script } from "./scripted-broker.ts";

async function against(script: Script, options: DeskOptions = {}) {
  const broker = await scriptedBroker(script);
  return { broker, cli: desk({ server: broker.url, ...options }) };
}

const TRUST = {
  target: "prod",
  issuer: "https://berth.example",
  subject: "berth:prj_a:tgt_b",
  audience: "sts.amazonaws.com",
  documents: [
    { title: "Trust policy", format: "json", text: '{\n  "a": 1\n}\n' },
    { title: "Commands", format: "shell", text: "az login\naz ad app create\u001B[2J\n" },
    { title: "Terraform", format: "terraform", text: 'resource "x" "y" {}\n' },
  ],
};
const script: Script = {
  "PUT /v1/targets/prod": () => ({ status: 201, body: { name: "prod" } }),
  "GET /v1/targets/prod/trust": () => ok(TRUST),
};
const AWS = ["aws", "prod", "--account", "123456789012", "--region", "eu-west-1"];
const NETWORK = ["--subnets", "subnet-0a1b2c3d, subnet-0a1b2c3e", "--security-groups", "sg-0a1b2c3d"];
const AZURE = ["azure", "prod", "--subscription", "S", "--tenant", "T", "--region", "westeurope"];
const GCP = ["gcp", "prod", "--project-id", "acme-shop-417", "--project-number", "42", "--region"];

describe("berth target add sends a cloud as the API takes it, with the names its documents use", () => {
  const sent = async (words: readonly string[], options?: DeskOptions) => {
    const { cli, broker } = await against(script, options);
    expect(await cli.run("target", "add", ...words)).toBe(0);
    return { body: broker.calls[0]?.body, cli };
  };

  test("AWS", async () => {
    expect((await sent([...AWS, ...NETWORK])).body).toEqual({
      kind: "ecs",
      accountId: "123456789012",
      region: "eu-west-1",
      cluster: "berth",
      subnets: ["subnet-0a1b2c3d", "subnet-0a1b2c3e"],
      securityGroups: ["sg-0a1b2c3d"],
      roles: {
        berth: "arn:aws:iam::123456789012:role/berth-prod",
        execution: "arn:aws:iam::123456789012:role/ecsTaskExecutionRole",
      },
    });
  });

  test("Azure, whose app is made by the printed commands and then told", async () => {
    const { body, cli } = await sent(AZURE);
    expect(body).toEqual({
      kind: "aci",
      subscriptionId: "S",
      tenantId: "T",
      clientId: "00000000-0000-0000-0000-000000000000",
      resourceGroup: "berth",
      regions: ["westeurope"],
    });
    expect(cli.err()).toContain("the same line again with --client CLIENT_ID");
    const told = await sent([...AZURE, "--client", "C", "--secret", "azure-key"]);
    expect(told.body).toMatchObject({ clientId: "C", credentials: { secret: "azure-key" } });
    expect(told.cli.err()).not.toContain("--client");
  });

  test("Google, and more fields from a file", async () => {
    const files = { "more.yaml": "remoteRepositories: {ghcr.io: europe-docker.pkg.dev/a/b}\n" };
    const words = [...GCP, "europe-west1,europe-west4", "--config", "more.yaml"];
    expect((await sent(words, { files })).body).toEqual({
      kind: "cloud-run",
      projectId: "acme-shop-417",
      regions: ["europe-west1", "europe-west4"],
      serviceAccount: "berth-prod@acme-shop-417.iam.gserviceaccount.com",
      runtimeServiceAccount: "berth-containers@acme-shop-417.iam.gserviceaccount.com",
      workloadIdentityProvider:
        "projects/42/locations/global/workloadIdentityPools/berth/providers/berth-prod",
      remoteRepositories: { "ghcr.io": "europe-docker.pkg.dev/a/b" },
    });
  });
});

test("a file may say all of a target", async () => {
  const files = { "aws.json": '{"accountId":"123456789012","cluster":"shop"}' };
  const { cli, broker } = await against(script, { files });
  expect(await cli.run("target", "add", "aws", "prod", "--config", "aws.json")).toBe(0);
  expect(broker.calls[0]?.body).toEqual({ kind: "ecs", accountId: "123456789012", cluster: "shop" });
});

test("the documents alone are on stdout, so that they can be piped; the rest is said beside them", async () => {
  const { cli } = await against(script);
  expect(await cli.run("target", "add", ...AWS, ...NETWORK, "--print", "terraform")).toBe(0);
  expect(cli.out()).toBe('resource "x" "y" {}\n');
  for (const said of ["prod is connected", TRUST.subject, TRUST.issuer, "berth target check prod"])
    expect(cli.err()).toContain(said);
});

test("without --print the commands are shown, and nothing in them steers a terminal", async () => {
  const { cli } = await against(script);
  expect(await cli.run("target", "trust", "prod")).toBe(0);
  expect(cli.out()).toBe("az login\naz ad app create\n");
  expect(cli.err()).toContain("berth target trust prod --print json");
});

test("without an issuer the target is connected, and what is missing is said; a long-lived key does without", async () => {
  const without: Script = {
    ...script,
    "GET /v1/targets/prod/trust": () => problem(404, "not-found", "This instance has no token issuer."),
  };
  const { cli } = await against(without);
  expect(await cli.run("target", "add", ...AWS, ...NETWORK)).toBe(1);
  expect(cli.err()).toContain("prod is connected\nThis instance has no token issuer.");
  expect(await cli.run("target", "add", ...AWS, ...NETWORK, "--secret", "aws-key")).toBe(0);
});
