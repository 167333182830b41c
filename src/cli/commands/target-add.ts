import type { Command, Given } from "../command.ts";
import { required } from "../command.ts";
import { BROKER_FLAGS } from "../flags.ts";
import { cloudNamed } from "../../catalog/cloud-names.ts";
import { Refusal, usage } from "../refusal.ts";

/** `berth target add` */
export const targetAdd: Command = {
  name: "target add",
  summary: "connect a place: your own machines, or a simulated cloud",
  args: [{ name: "KIND", required: true, summary: "agents or sandbox" }],
  flags: [
    { name: "name", value: "NAME", summary: "of the target; default the pool's or the region's" },
    { name: "pool", value: "NAME", summary: "agents: the pool whose machines it stands for" },
    { name: "simulates", value: "CLOUD", summary: "sandbox: ecs, aci or cloud-run (or aws, azure, gcp)" },
    { name: "region", value: "REGION", summary: "sandbox: a region of that cloud; its prices count" },
    ...BROKER_FLAGS,
  ],
  notes: [
    "A sandbox starts and bills nothing: it answers as that cloud would, with its delays and quotas, so that policies and pipelines can be tried.",
  ],
  examples: [
    { line: "berth target add agents --pool home", does: "the machines of pool home, as target home" },
    {
      line: "berth target add sandbox --simulates aws --region eu-west-1",
      does: "a simulated Fargate in Ireland",
    },
  ],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const { printJson } = await import("../print-json.ts");
    const { name, body, next } = targetOf(given);
    const answer = await connect(given, ctx).call({
      method: "PUT",
      path: `/v1/targets/${encodeURIComponent(name)}`,
      body,
    });
    if (given.on.has("json")) printJson(ctx, answer.body);
    else ctx.stdout.write(`${name} is ${answer.status === 201 ? "connected" : "changed"}\n`);
    ctx.stderr.write(`${next}\n`);
    return 0;
  },
};

interface NewTarget {
  readonly name: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly next: string;
}

function targetOf(given: Given): NewTarget {
  const kind = required(given, "KIND");
  if (kind === "agents") return agents(given);
  if (kind === "sandbox") return sandbox(given);
  const cloud = cloudNamed(kind);
  if (cloud !== undefined) throw notYet(kind, cloud);
  throw usage(
    `${JSON.stringify(kind)} is no kind of place; there are agents and sandbox`,
    "More:  berth target add --help",
  );
}

function agents(given: Given): NewTarget {
  const pool = given.flags["pool"];
  if (pool === undefined)
    throw usage("a target of agents needs its pool", "As in:  berth target add agents --pool home");
  refuseFlags(given, "agents", ["simulates", "region"]);
  const name = given.flags["name"] ?? pool;
  return {
    name,
    body: { kind: "agents", pool },
    next: `Let a machine join it:  berth agent token --pool ${pool}`,
  };
}

function sandbox(given: Given): NewTarget {
  const { simulates, region } = given.flags;
  if (simulates === undefined || region === undefined)
    throw usage(
      "a sandbox needs a cloud and a region",
      "As in:  berth target add sandbox --simulates aws --region eu-west-1",
    );
  refuseFlags(given, "sandbox", ["pool"]);
  const cloud = cloudNamed(simulates);
  if (cloud === undefined)
    throw usage(`--simulates takes ecs, aci or cloud-run, not ${JSON.stringify(simulates)}`);
  const name = given.flags["name"] ?? region;
  return {
    name,
    body: { kind: "sandbox", simulates: cloud, region },
    next: `See what it offers:  berth target check ${name}`,
  };
}

function refuseFlags(given: Given, kind: string, names: readonly string[]): void {
  const wrong = names.find((name) => given.flags[name] !== undefined);
  if (wrong !== undefined)
    throw usage(`--${wrong} means nothing for ${kind}`, "More:  berth target add --help");
}

function notYet(word: string, cloud: string): Refusal {
  return new Refusal(
    2,
    `this build cannot connect ${word} yet: it prices ${cloud} everywhere, but cannot start anything there`,
    {
      next: `Try it simulated:  berth target add sandbox --simulates ${word} --region REGION\nOr run on your own machines:  berth target add agents --pool home`,
    },
  );
}
