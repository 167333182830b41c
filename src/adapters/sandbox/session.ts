import { AdapterError } from "../../domain/fault.ts";
import type { Target } from "../../store/instance.ts";
import type { Adapter, Call } from "../adapter.ts";
import type { SimulatedCloud, SimulatedRules } from "../simulated-cloud.ts";
import { type Account, accountOf } from "./account.ts";
import type { SandboxConfig } from "./config.ts";
import { type Faultable, type FaultRule, strike } from "./faults.ts";
import { innerPorts } from "./inner-ports.ts";
import type { SandboxPorts } from "./ports.ts";

/** How often one verb tries again when another process changed the account at the same moment. */
const MAX_TRIES = 50;

/** One target's account and how it behaves. */
export interface Sandbox {
  readonly target: Target;
  readonly config: SandboxConfig;
  readonly cloud: SimulatedCloud<unknown>;
  readonly rules: SimulatedRules;
  readonly ports: SandboxPorts;
}

/** One verb at work: the account as it has become, and the cloud's own adapter over it. Time stands still. */
export interface Session {
  readonly now: number;
  readonly inner: Adapter;
  account: Account;
}

/** Which verb is called, and for which workload, so that faults can strike it. */
export interface Verb {
  /** Undefined is what no fault strikes. */
  readonly on: Faultable | undefined;
  readonly workload?: string | undefined;
}

/** How the account of a target behaves, in the words of its simulator. */
export function rulesOf({ region, rules }: SandboxConfig): SimulatedRules {
  const { delaysMs, quota, rates } = rules;
  return { region, delaysMs, resources: quota.resources, rates };
}

/**
 * Runs one verb of the cloud's own adapter against the account, and keeps once what the account has become; when another process was
 * faster the verb runs again, from the newer account. Gives its answer and the account. Throws what the verb throws, and faults.
 */
export async function runVerb<T>(
  sandbox: Sandbox,
  verb: Verb,
  call: Call,
  run: (session: Session) => Promise<T>,
): Promise<{ readonly answer: T; readonly account: Account; readonly now: number }> {
  const { ports, target } = sandbox;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    refuseWhenAborted(call);
    const now = ports.now();
    const { version, account: found } = await ports.sandboxState.load(target.id);
    const before = loaded(sandbox, found, now);
    const session = sessionOver(sandbox, before, now);
    const outcome = await outcomeOf(sandbox, session, verb, run);
    const { account } = session;
    if (!isSame(sandbox, before, account)) {
      const kept = toKeep(sandbox, account, now);
      if (!(await ports.sandboxState.save(target.id, kept, version))) continue;
    }
    if ("error" in outcome) throw outcome.error;
    return { answer: outcome.answer, account, now };
  }
  throw new AdapterError(
    "conflict",
    `The sandbox account changed ${MAX_TRIES} times while one call was made; try again.`,
  );
}

/** The account of a target as it is kept, opened for a look: what is asked of it is answered, and nothing is kept. */
export function loaded({ config, cloud }: Sandbox, kept: unknown, now: number): Account {
  return accountOf(kept, { provider: config.simulates, cloud, quota: config.rules.quota, now });
}

/** Throws `AdapterError` "unavailable" when nobody waits for the answer any more. */
export function refuseWhenAborted(call: Call): void {
  if (call.signal.aborted)
    throw new AdapterError("unavailable", "The call was ended before the sandbox answered.", {
      cause: call.signal.reason,
    });
}

/** Answers one request of the simulated cloud, and lets the judge, where there is one, look at both. */
export function judged<Reply>({ config, ports }: Sandbox, request: object, answer: () => Reply): Reply {
  const { sandboxJudge: judge } = ports;
  judge?.request(config.simulates, request);
  const reply = answer();
  judge?.reply(config.simulates, request, reply);
  return reply;
}

function sessionOver(sandbox: Sandbox, before: Account, now: number): Session {
  const { target, cloud, rules, ports } = sandbox;
  const inner = innerPorts({ book: ports.book, now: () => now, sleep: async () => {} });
  const session: Session = {
    now,
    account: before,
    inner: cloud.open(target, rules, inner, {
      async ask(request, step) {
        return judged(sandbox, request, () => {
          const { state, reply } = step(session.account.cloud, now);
          session.account = { ...session.account, cloud: state };
          return reply;
        });
      },
    }),
  };
  return session;
}

type Outcome<T> = { readonly answer: T } | { readonly error: unknown };

async function outcomeOf<T>(
  { config }: Sandbox,
  session: Session,
  { on, workload }: Verb,
  run: (session: Session) => Promise<T>,
): Promise<Outcome<T>> {
  if (on === undefined) return await tried(session, run);
  const struck = strike(config.rules.faults, session.account.faultsUsed, on, workload);
  if (struck === undefined) return await tried(session, run);
  session.account = { ...session.account, faultsUsed: struck.used };
  const { rule } = struck;
  // The work is done and its answer lost; what it would have said is of no use to anybody.
  if (rule.lostAnswer === true) await tried(session, run);
  return { error: faultOf(rule, on) };
}

async function tried<T>(session: Session, run: (session: Session) => Promise<T>): Promise<Outcome<T>> {
  try {
    return { answer: await run(session) };
  } catch (error) {
    return { error };
  }
}

function faultOf({ kind, message, retryAfterMs }: FaultRule, on: string): AdapterError {
  const said = message ?? `The sandbox fails this ${on} as its target asks (${kind}).`;
  return new AdapterError(kind, said, retryAfterMs === undefined ? {} : { retryAfterMs });
}

function isSame({ cloud }: Sandbox, one: Account, other: Account): boolean {
  if (one === other) return true;
  const { cloud: held, ...rest } = one;
  const { cloud: holds, ...others } = other;
  const same = (field: keyof typeof rest) => rest[field] === others[field];
  return same("creates") && same("faultsUsed") && same("answers") && cloud.holdSame(held, holds);
}

function toKeep({ cloud, rules }: Sandbox, account: Account, now: number): Account {
  const there = new Set(cloud.units(account.cloud, rules, now).map(({ id }) => id));
  const answers = Object.entries(account.answers).filter(([id]) => there.has(id));
  return { ...account, cloud: cloud.tidied(account.cloud), answers: Object.fromEntries(answers) };
}
