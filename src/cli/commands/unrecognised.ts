import type { Client } from "../client.ts";
import type { Command } from "../command.ts";
import { required } from "../command.ts";
import { BROKER_FLAGS, YES_FLAG } from "../flags.ts";
import { Refusal } from "../refusal.ts";

interface UnrecognisedList {
  readonly target: string;
  readonly complete: boolean;
  readonly resources: readonly Resource[];
}

interface Resource {
  readonly name: string;
  readonly workload: string;
  readonly environment?: string | undefined;
  readonly region?: string | undefined;
  readonly detail: string;
  readonly because?: string | undefined;
}

const TARGET = { name: "TARGET", required: true, summary: "the target" };

/** `berth target unrecognised` */
export const targetUnrecognised: Command = {
  name: "target unrecognised",
  summary: "list what carries the mark there and is unknown here",
  args: [TARGET],
  flags: BROKER_FLAGS,
  notes: [
    "A restored backup leaves such things behind, and they go on costing. Nothing is removed by looking.",
  ],
  examples: [{ line: "berth target unrecognised prod", does: "what is there, and of which workload it was" }],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const { printList } = await import("../print-list.ts");
    const target = required(given, "TARGET");
    const body = await readList(connect(given, ctx), target);
    printList(ctx, given, body, {
      head: ["NAME", "WORKLOAD", "ENVIRONMENT", "REGION", "WHAT IT IS"],
      rows: body.resources.map(({ name, workload, environment = "", region = "", detail }) => [
        name,
        workload,
        environment,
        region,
        detail,
      ]),
      none: body.complete
        ? `nothing at ${target} is unrecognised`
        : `nothing unrecognised was found, but ${target} could not be looked through: ask again`,
    });
    if (!body.complete && body.resources.length > 0)
      ctx.stderr.write(`${target} could not be looked through: there may be more\n`);
    return 0;
  },
};

/** `berth target purge` */
export const targetPurge: Command = {
  name: "target purge",
  summary: "remove what carries the mark and is unknown here",
  args: [TARGET, { name: "RESOURCE", required: true, summary: "its name, as target unrecognised lists it" }],
  flags: [YES_FLAG, ...BROKER_FLAGS],
  notes: ["What belongs to a known unit, and what does not carry the mark, is never touched."],
  examples: [
    { line: "berth target purge prod bk3vq7m2xw5n4c6j8h9d0f1g2a", does: "says what it is, and asks first" },
  ],
  run: async (given, ctx) => {
    const { confirm } = await import("../confirm.ts");
    const { connect } = await import("../connect.ts");
    const { printable } = await import("../../render/printable.ts");
    const [target, name] = [required(given, "TARGET"), required(given, "RESOURCE")];
    const client = connect(given, ctx);
    const { resources } = await readList(client, target);
    const resource = resources.find((one) => one.name === name);
    if (resource === undefined)
      throw new Refusal(1, `nothing unrecognised of the name ${name} is at ${target}`, {
        next: `See what there is:  berth target unrecognised ${target}`,
      });
    if (resource.because !== undefined) throw new Refusal(1, printable(resource.because));
    const what = `${name} of ${resource.workload} at ${target} (${printable(resource.detail)})`;
    await confirm(ctx, given.on.has("yes"), `Remove ${what} for good?`);
    const { body } = await client.call<{ readonly state: "gone" | "going" }>({
      method: "DELETE",
      path: `${pathOf(target)}/${encodeURIComponent(name)}`,
      query: { confirm: name },
    });
    if (given.on.has("json")) (await import("../print-json.ts")).printJson(ctx, body);
    else
      ctx.stdout.write(
        body.state === "gone" ? `${name} is gone\n` : `${name} is on its way out; say it again to be sure\n`,
      );
    return 0;
  },
};

const pathOf = (target: string): string => `/v1/targets/${encodeURIComponent(target)}/unrecognised`;

async function readList(client: Client, target: string): Promise<UnrecognisedList> {
  return (await client.call<UnrecognisedList>({ method: "GET", path: pathOf(target) })).body;
}
