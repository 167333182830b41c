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

  test.each([
    ["us-gov-west-1", "aws-us-gov"],
    ["cn-northwest-1", "aws-cn"],
    ["eusc-de-east-1", "aws-eusc"],
  ])("AWS in %s, whose roles are of its own partition", async (region, partition) => {
    const words = [...AWS.slice(0, -1), region, ...NETWORK];
    expect((await sent(words)).body).toMatchObject({
      region,
      roles: {
        berth: `arn:${partition}:iam::123456789012:role/berth-prod`,
        execution: `arn:${partition}:iam::123456789012:role/ecsTaskExecutionRole`,
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

describe("every other field of a cloud's target has a flag", () => {
  const ROLE = "arn:aws:iam::123456789012:role/";
  const IDENTITY =
    "/subscriptions/S/resourceGroups/berth/providers/Microsoft.ManagedIdentity/userAssignedIdentities/web";
  const body = async (...words: string[]) => {
    const { cli, broker } = await against(script);
    expect(await cli.run("target", "add", ...words), cli.err()).toBe(0);
    return broker.calls[0]?.body;
  };

  test("of AWS, beside the names the documents give", async () => {
    const roles = ["--task-role", `${ROLE}web`, "--infrastructure-role", `${ROLE}express`];
    const rest = ["--address", "private", "--log-group", "/shop", "--on-demand-base", "2"];
    const quota = ["--on-demand-vcpu", "40", "--spot-vcpu", "0"];
    expect(await body(...AWS, ...NETWORK, ...roles, ...rest, ...quota)).toMatchObject({
      roles: {
        berth: `${ROLE}berth-prod`,
        execution: `${ROLE}ecsTaskExecutionRole`,
        task: `${ROLE}web`,
        infrastructure: `${ROLE}express`,
      },
      address: "private",
      logGroup: "/shop",
      onDemandBase: 2,
      quota: { onDemandVcpu: 40, spotVcpu: 0 },
    });
  });

  test("of Azure: the managed identities that specs may name", async () => {
    expect(await body(...AZURE, "--identities", `${IDENTITY}, ${IDENTITY}2`)).toMatchObject({
      userAssignedIdentities: [IDENTITY, `${IDENTITY}2`],
    });
  });

  test("of Google: what stands before other registries", async () => {
    const remote = [
      "ghcr.io=europe-west1-docker.pkg.dev/a/ghcr",
      "quay.io=europe-west1-docker.pkg.dev/a/quay",
    ];
    expect(await body(...GCP, "europe-west1", "--remote-repositories", remote.join(","))).toMatchObject({
      remoteRepositories: {
        "ghcr.io": "europe-west1-docker.pkg.dev/a/ghcr",
        "quay.io": "europe-west1-docker.pkg.dev/a/quay",
      },
    });
  });

  test("of Google: who may call its services", async () => {
    expect(await body(...GCP, "europe-west1", "--invoker", "private")).toMatchObject({ invoker: "private" });
  });

  test("of any cloud: where its secret is, and endpoints of its own", async () => {
    const words = ["--secret", "key", "--secret-environment", "ops"];
    const endpoints = ["--endpoints", "resourceManager=https://management.chinacloudapi.cn"];
    expect(await body(...AZURE, ...words, ...endpoints)).toMatchObject({
      credentials: { secret: "key", environment: "ops" },
      endpoints: { resourceManager: "https://management.chinacloudapi.cn" },
    });
  });

  test.each([
    [["--identities", IDENTITY], "means nothing for aws"],
    [["--spot-vcpu", "many"], "--spot-vcpu many is not a whole number"],
    [["--endpoints", "https://x"], "is no pair"],
    [["--secret-environment", "ops"], "--secret"],
  ])("%j for aws is refused in words", async (words, said) => {
    const { cli } = await against(script);
    expect(await cli.run("target", "add", ...AWS, ...NETWORK, ...words)).toBe(2);
    expect(cli.err()).toContain(said);
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
