import type { Client } from "../client.ts";
import { ANY_CLOUD_FIELDS, CLOUD_FIELDS } from "../cloud-fields.ts";
import type { TargetBody } from "../cloud-target.ts";
import { EXAMPLES, flagsOf, NO_APP_YET } from "../cloud-target-flags.ts";
import type { Command, Given } from "../command.ts";
import { required } from "../command.ts";
import type { Context, ExitCode } from "../context.ts";
import { BROKER_FLAGS } from "../flags.ts";
import { cloudNamed } from "../../catalog/cloud-names.ts";
import { CLOUDS, type Cloud } from "../../domain/place.ts";
import { formatIn, PRINT_FLAG } from "../print-trust.ts";
import { usage } from "../refusal.ts";

/** `berth target add` */
export const targetAdd: Command = {
  name: "target add",
  summary: "connect a cloud account, your own machines, or a simulation",
  args: [
    { name: "KIND", required: true, summary: "aws, azure, gcp, agents or sandbox" },
    { name: "NAME", required: false, summary: "of the target; agents and sandbox have one by default" },
  ],
  flags: [
    { name: "name", value: "NAME", summary: "the same as the second word" },
    { name: "pool", value: "NAME", summary: "agents: the pool whose machines it stands for" },
    { name: "simulates", value: "CLOUD", summary: "sandbox: ecs, aci or cloud-run (or aws, azure, gcp)" },
    { name: "region", value: "REGION", summary: "of that cloud; azure and gcp take several, by commas" },
    { name: "account", value: "ID", summary: "aws: the account's 12 digits" },
    { name: "subnets", value: "LIST", summary: "aws: subnets of one VPC, by commas" },
    { name: "security-groups", value: "LIST", summary: "aws: what guards the tasks, by commas" },
    { name: "cluster", value: "NAME", summary: "aws: the ECS cluster; default berth" },
    { name: "role", value: "ARN", summary: "aws: what Berth assumes; default role/berth-NAME" },
    { name: "execution-role", value: "ARN", summary: "aws: default role/ecsTaskExecutionRole" },
    ...flagsIn("ecs"),
    { name: "subscription", value: "ID", summary: "azure: the subscription" },
    { name: "tenant", value: "ID", summary: "azure: the directory (tenant) of the subscription" },
    { name: "resource-group", value: "NAME", summary: "azure: where Berth may run things; default berth" },
    {
      name: "client",
      value: "ID",
      summary: "azure: the app that trusts Berth, once the commands have made it",
    },
    ...flagsIn("aci"),
    { name: "project-id", value: "ID", summary: "gcp: the Google project (--project is Berth's own)" },
    {
      name: "project-number",
      value: "NUMBER",
      summary: "gcp: gcloud projects describe PROJECT --format='value(projectNumber)'",
    },
    { name: "service-account", value: "EMAIL", summary: "gcp: whom Berth acts as; default berth-NAME" },
    {
      name: "runtime-account",
      value: "EMAIL",
      summary: "gcp: what containers run as; default berth-containers",
    },
    ...flagsIn("cloud-run"),
    ...ANY_CLOUD_FIELDS.map(({ flag }) => flag),
    {
      name: "config",
      value: "FILE",
      summary: "a cloud: all fields of the target, or more; YAML or JSON, - reads standard input",
    },
    PRINT_FLAG,
    ...BROKER_FLAGS,
  ],
  notes: [
    "For a cloud it prints what an owner of the account applies: whom to trust, and the least Berth may do there. No key is handed over. The same line again, with more flags, changes the target; whom to trust stays the same.",
    "A sandbox starts and bills nothing: it answers as that cloud would, with its delays and quotas, so that policies and pipelines can be tried.",
  ],
  examples: [
    { line: "berth target add aws prod --config aws.yaml", does: "an AWS account; prints its trust policy" },
    { line: "berth target add agents --pool home", does: "the machines of pool home, as target home" },
    {
      line: "berth target add sandbox --simulates aws --region eu-west-1",
      does: "a simulated Fargate in Ireland",
    },
  ],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const format = formatIn(given.flags["print"]);
    const target = await targetOf(given, ctx);
    const client = connect(given, ctx);
    const answer = await client.call({
      method: "PUT",
      path: `/v1/targets/${encodeURIComponent(target.name)}`,
      body: target.body,
    });
    const said = `${target.name} is ${answer.status === 201 ? "connected" : "changed"}\n`;
    if (given.on.has("json")) (await import("../print-json.ts")).printJson(ctx, answer.body);
    // What is printed of a cloud is meant for a file or another program, so only that is on stdout.
    else (target.cloud ? ctx.stderr : ctx.stdout).write(said);
    const exit = target.cloud && !given.on.has("json") ? await showTrust(client, ctx, target, format) : 0;
    ctx.stderr.write(`${target.next}\n`);
    return exit;
  },
};

function flagsIn(cloud: Cloud) {
  return CLOUD_FIELDS[cloud].map(({ flag }) => flag);
}

async function showTrust(
  client: Client,
  ctx: Context,
  { name, body }: NewTarget,
  format: ReturnType<typeof formatIn>,
): Promise<ExitCode> {
  const { printTrust, readTrust } = await import("../print-trust.ts");
  const { ApiProblem } = await import("../api-problem.ts");
  try {
    printTrust(ctx, await readTrust(client, name), format);
    return 0;
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.code !== "not-found") throw error;
    ctx.stderr.write(`${error.message}\n`);
    return body["credentials"] === undefined ? 1 : 0;
  }
}

interface NewTarget {
  readonly name: string;
  readonly body: TargetBody;
  readonly next: string;
  readonly cloud: boolean;
}

async function targetOf(given: Given, ctx: Context): Promise<NewTarget> {
  const kind = required(given, "KIND");
  if (kind === "agents") return agents(given);
  if (kind === "sandbox") return sandbox(given);
  const cloud = cloudNamed(kind);
  if (cloud !== undefined) return await inCloud(cloud, kind, given, ctx);
  throw usage(
    `${JSON.stringify(kind)} is no kind of place; there are aws, azure, gcp, agents and sandbox`,
    "More:  berth target add --help",
  );
}

async function inCloud(cloud: Cloud, word: string, given: Given, ctx: Context): Promise<NewTarget> {
  const name = nameIn(given);
  if (name === undefined) throw usage(`a target of ${word} needs a name`, `As in:  ${EXAMPLES[cloud]}`);
  const own = new Set(["config", "print", ...flagsOf(cloud)]);
  refuseFlags(
    given,
    word,
    ["pool", "simulates", ...CLOUD_ONLY].filter((flag) => !own.has(flag)),
  );
  const body = await bodyOf(cloud, word, name, given, ctx);
  const check = `Prove what it may do, once that is applied:  berth target check ${name}`;
  const next =
    body["clientId"] === NO_APP_YET
      ? `The commands print the clientId; then say the same line again with --client CLIENT_ID.\n${check}`
      : check;
  return { name, body, next, cloud: true };
}

// A file may be all there is to say, or say what no flag does.
async function bodyOf(
  cloud: Cloud,
  word: string,
  name: string,
  given: Given,
  ctx: Context,
): Promise<TargetBody> {
  const file = given.flags["config"];
  const { cloudTarget } = await import("../cloud-target.ts");
  if (file === undefined) return cloudTarget(cloud, word, name, given);
  const byFlags = flagsOf(cloud).some((flag) => given.flags[flag] !== undefined);
  const said = byFlags ? cloudTarget(cloud, word, name, given) : { kind: cloud };
  return { ...said, ...(await objectIn(ctx, file)) };
}

async function objectIn(ctx: Context, file: string): Promise<TargetBody> {
  const { readDocument } = await import("../spec-file.ts");
  const { isRecord } = await import("../is-record.ts");
  const { document } = await readDocument(ctx, file);
  if (!isRecord(document)) throw usage(`${file} holds no object of a target's fields`);
  return document;
}

const nameIn = ({ args, flags }: Given): string | undefined => args["NAME"] ?? flags["name"];
/** Flags that clouds take, and no other kind of place. */
const CLOUD_ONLY: readonly string[] = ["config", "print", ...CLOUDS.flatMap(flagsOf)].filter(
  (flag) => flag !== "region",
);

function agents(given: Given): NewTarget {
  const pool = given.flags["pool"];
  if (pool === undefined)
    throw usage("a target of agents needs its pool", "As in:  berth target add agents --pool home");
  refuseFlags(given, "agents", ["simulates", "region", ...CLOUD_ONLY]);
  const name = nameIn(given) ?? pool;
  return {
    name,
    body: { kind: "agents", pool },
    next: `Let a machine join it:  berth agent token --pool ${pool}`,
    cloud: false,
  };
}

function sandbox(given: Given): NewTarget {
  const { simulates, region } = given.flags;
  if (simulates === undefined || region === undefined)
    throw usage(
      "a sandbox needs a cloud and a region",
      "As in:  berth target add sandbox --simulates aws --region eu-west-1",
    );
  refuseFlags(given, "sandbox", ["pool", ...CLOUD_ONLY]);
  const cloud = cloudNamed(simulates);
  if (cloud === undefined)
    throw usage(`--simulates takes ecs, aci or cloud-run, not ${JSON.stringify(simulates)}`);
  const name = nameIn(given) ?? region;
  return {
    name,
    body: { kind: "sandbox", simulates: cloud, region },
    next: `See what it offers:  berth target check ${name}`,
    cloud: false,
  };
}

function refuseFlags(given: Given, kind: string, names: readonly string[]): void {
  const wrong = names.find((name) => given.flags[name] !== undefined);
  if (wrong !== undefined)
    throw usage(`--${wrong} means nothing for ${kind}`, "More:  berth target add --help");
}
