import type { Command, Given } from "../command.ts";
import { required } from "../command.ts";
import type { Place } from "../../domain/place.ts";
import type { Context } from "../context.ts";
import { BROKER_FLAGS, YES_FLAG } from "../flags.ts";
import { usage } from "../refusal.ts";

/** A policy as the API shows it. */
interface PolicyView {
  readonly name: string;
  readonly owner: "instance" | "project";
  readonly version: number;
  readonly mandatory: boolean;
  readonly actor: string;
  readonly changedAt: string;
  readonly document: Readonly<Record<string, unknown>>;
  readonly violations?: readonly ViolationView[];
  readonly warnings?: readonly { readonly message: string }[];
  readonly reviewed?: boolean;
}

interface ViolationView {
  readonly environment: string;
  readonly workload: string;
  readonly version: number;
  readonly place: Place;
  readonly reasons: readonly { readonly message: string }[];
}

const NAME = { name: "NAME", required: true, summary: "the policy" };
const OF = { name: "instance", summary: "the instance's, not the project's own" };
const pathOf = (name: string): string => `/v1/policies/${encodeURIComponent(name)}`;
const ownerIn = (given: Given) => ({ of: given.on.has("instance") ? "instance" : undefined });
/** Storing a policy looks at all that runs, ms. */
const PUT_TIMEOUT_MS = 60_000;

/** `berth policy put` */
export const policyPut: Command = {
  name: "policy put",
  summary: "store a policy, or a new version; moves nothing",
  args: [NAME],
  flags: [
    {
      name: "file",
      short: "f",
      value: "FILE",
      required: true,
      summary: "its document, YAML or JSON; - reads standard input",
    },
    { name: "if-version", value: "N", summary: "only over this version; 0 only if there is none" },
    OF,
    ...BROKER_FLAGS,
  ],
  notes: [
    "With select it is mandatory wherever that holds; without, it counts where a spec names it, and one named default where a spec names none.",
  ],
  examples: [
    { line: "berth policy put eu-only -f eu-only.yaml", does: "and say what runs against it now" },
    {
      line: "berth policy put eu-only -f eu-only.yaml --if-version 3",
      does: "refused if somebody was first",
    },
  ],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const { printJson } = await import("../print-json.ts");
    const { documentToSend, withDocumentLines } = await import("../policy-document.ts");
    const sent = await documentToSend(ctx, required(given, "file"));
    const name = required(given, "NAME");
    const answer = await withDocumentLines([{ ...sent, at: "" }], () =>
      connect(given, ctx).call<PolicyView>({
        method: "PUT",
        path: pathOf(name),
        query: ownerIn(given),
        ifVersion: versionIn(given),
        body: sent.document,
        timeoutMs: PUT_TIMEOUT_MS,
      }),
    );
    if (given.on.has("json")) printJson(ctx, answer.body);
    else {
      ctx.stdout.write(`policy ${name} is at version ${answer.body.version}\n`);
      await tellViolations(ctx, answer.body);
    }
    return 0;
  },
};

/** `berth policy get` */
export const policyGet: Command = {
  name: "policy get",
  summary: "show a policy, and what runs against it",
  args: [NAME],
  flags: [
    { name: "version", value: "N", summary: "this version instead of the one in force" },
    OF,
    ...BROKER_FLAGS,
  ],
  examples: [
    { line: "berth policy get eu-only", does: "its document as YAML on standard output" },
    { line: "berth policy get eu-only --version 3", does: "as it was when a plan named version 3" },
  ],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const { printJson } = await import("../print-json.ts");
    const { stringify } = await import("yaml");
    const { body } = await connect(given, ctx).call<PolicyView>({
      method: "GET",
      path: pathOf(required(given, "NAME")),
      query: { ...ownerIn(given), version: given.flags["version"] },
    });
    if (given.on.has("json")) printJson(ctx, body);
    else {
      const { name, owner, version, actor, changedAt } = body;
      ctx.stderr.write(`${name} · ${owner}'s · version ${version} · by ${actor} at ${changedAt}\n`);
      ctx.stdout.write(stringify(body.document));
      await tellViolations(ctx, body);
    }
    return 0;
  },
};

/** `berth policy list` */
export const policyList: Command = {
  name: "policy list",
  summary: "list the policies that can have a say in the project",
  args: [],
  flags: [OF, ...BROKER_FLAGS],
  examples: [{ line: "berth policy list", does: "name, whose, version, and where each one holds" }],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const { printList } = await import("../print-list.ts");
    const { body } = await connect(given, ctx).call<{ readonly policies: readonly PolicyView[] }>({
      method: "GET",
      path: "/v1/policies",
      query: ownerIn(given),
    });
    const rows = body.policies.map((policy) => [
      policy.name,
      policy.owner,
      String(policy.version),
      policy.changedAt.slice(0, DAY_CHARS),
      whereOf(policy),
    ]);
    printList(ctx, given, body, {
      head: ["NAME", "OWNER", "VERSION", "CHANGED", "HOLDS"],
      rows,
      none: "there is no policy yet. Store one:  berth policy put default -f policy.yaml",
    });
    return 0;
  },
};

/** `berth policy delete` */
export const policyDelete: Command = {
  name: "policy delete",
  summary: "take a policy out of force; its versions can still be read",
  args: [NAME],
  flags: [OF, YES_FLAG, ...BROKER_FLAGS],
  examples: [{ line: "berth policy delete eu-only --yes", does: "refused while a workload's spec names it" }],
  run: async (given, ctx) => {
    const { confirm } = await import("../confirm.ts");
    const { connect } = await import("../connect.ts");
    const name = required(given, "NAME");
    const client = connect(given, ctx);
    await confirm(ctx, given.on.has("yes"), `Take policy ${name} out of force?`);
    await client.call({ method: "DELETE", path: pathOf(name), query: ownerIn(given) });
    if (!given.on.has("json")) ctx.stdout.write(`policy ${name} is out of force\n`);
    return 0;
  },
};

/** A day within an ISO time. */
const DAY_CHARS = "2026-11-22".length;

function versionIn(given: Given): number | undefined {
  const text = given.flags["if-version"];
  if (text !== undefined && !/^\d{1,9}$/.test(text))
    throw usage(`--if-version ${text} is not a version`, "See which it is:  berth policy list");
  return text === undefined ? undefined : Number(text);
}

// What runs against it is no answer that a pipe waits for: it goes where progress goes.
async function tellViolations(
  ctx: Context,
  { violations = [], warnings = [], reviewed, document }: PolicyView,
): Promise<void> {
  const { placeWords } = await import("../../render/place-words.ts");
  const { printable } = await import("../../render/printable.ts");
  const lines = violations.map(({ environment, workload, place, reasons }) => {
    const why = reasons.map(({ message }) => message).join("; ");
    return `  ${environment}/${workload} on ${placeWords(place)}: ${why}`;
  });
  const head = lines.length === 0 ? [] : [movesOrStays(document)];
  const partly =
    reviewed === false ? ["not all that runs could be looked at in time; Berth goes on with it"] : [];
  const warned = warnings.map(({ message }) => `! ${message}`);
  for (const line of [...warned, ...head, ...lines, ...partly]) ctx.stderr.write(`${printable(line)}\n`);
}

const movesOrStays = (document: PolicyView["document"]): string =>
  document["whenViolated"] === "move"
    ? "runs against it, and is moved as soon as it may be:"
    : "runs against it, and stays until its next plan:";

function whereOf({ mandatory, document }: PolicyView): string {
  if (!mandatory) return "where a spec names it";
  const select = JSON.stringify(document["select"]);
  return select === "{}" ? "everywhere" : `where ${select}`;
}
