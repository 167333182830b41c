import type { Command } from "../command.ts";
import { required } from "../command.ts";
import { connect } from "../connect.ts";
import { BROKER_FLAGS } from "../flags.ts";

interface Rollouts {
  readonly workloads: readonly {
    readonly workload: string;
    readonly outcome: "changed" | "held" | "refused";
    readonly plan?: string;
    readonly message?: string;
  }[];
  readonly more: boolean;
}

interface Rewrapped {
  readonly keyId: string;
  readonly rewrapped: number;
  readonly unopened: number;
  readonly more: boolean;
}

/** Calls of one command; each does up to a fixed number of things, so this bounds what a broker can make it do. */
const MAX_CALLS = 1_000;
/** Every workload of a call is placed anew, which asks every target, ms. */
const ROLLOUT_TIMEOUT_MS = 300_000;
const REWRAP_TIMEOUT_MS = 120_000;

/** `berth secret rollout` */
export const secretRollout: Command = {
  name: "secret rollout",
  summary: "give what runs in an environment the newest version",
  args: [{ name: "NAME", required: true, summary: "as the spec names it" }],
  flags: BROKER_FLAGS,
  notes: [
    "Each workload gets a plan of its own, with its own rules, approvals and rollout. Exit 1 when one is refused.",
  ],
  examples: [{ line: "berth secret rollout db-url", does: "after berth secret set db-url" }],
  run: async (given, ctx) => {
    const { printList } = await import("../print-list.ts");
    const path = `/v1/secrets/${encodeURIComponent(required(given, "NAME"))}/rollout`;
    const client = connect(given, ctx);
    const workloads: Rollouts["workloads"][number][] = [];
    for (let calls = 0; calls < MAX_CALLS; calls += 1) {
      const { body } = await client.call<Rollouts>({ method: "POST", path, timeoutMs: ROLLOUT_TIMEOUT_MS });
      workloads.push(...body.workloads);
      // Those that are refused are tried by each call again.
      if (!body.more || body.workloads.every(({ outcome }) => outcome === "refused")) break;
    }
    printList(
      ctx,
      given,
      { workloads },
      {
        head: ["WORKLOAD", "OUTCOME", "PLAN", ""],
        rows: workloads.map(({ workload, outcome, plan = "-", message = "" }) => [
          workload,
          outcome,
          plan,
          message,
        ]),
        none: "everything here runs with the newest version already",
      },
    );
    return workloads.some(({ outcome }) => outcome === "refused") ? 1 : 0;
  },
};

/** `berth secret rotate-keys` */
export const secretRotateKeys: Command = {
  name: "secret rotate-keys",
  summary: "put everything sealed under the current sealing key",
  args: [],
  flags: BROKER_FLAGS,
  notes: [
    "First start every broker with the new key at the head of BERTH_SEALING_KEYS and the old one behind it; drop the old one when this says that nothing is left. For an administrator of the instance.",
  ],
  examples: [{ line: "berth secret rotate-keys", does: "safe to repeat, and while others read and write" }],
  run: async (given, ctx) => {
    const { printJson } = await import("../print-json.ts");
    const client = connect(given, ctx);
    let rewrapped = 0;
    for (let calls = 0; calls < MAX_CALLS; calls += 1) {
      const { body } = await client.call<Rewrapped>({
        method: "POST",
        path: "/v1/secrets/rewrap",
        timeoutMs: REWRAP_TIMEOUT_MS,
      });
      rewrapped += body.rewrapped;
      if (body.more) continue;
      if (given.on.has("json")) printJson(ctx, { ...body, rewrapped });
      else ctx.stdout.write(`${rewrapped} sealed values were put under ${body.keyId}\n`);
      if (body.unopened === 0) return 0;
      ctx.stderr.write(
        `${body.unopened} do not open: put their keys into BERTH_SEALING_KEYS; the broker's log names them\n`,
      );
      return 1;
    }
    ctx.stderr.write("there is still more; say it again\n");
    return 1;
  },
};
