import type { SandboxPorts, SimulatedClouds } from "./ports.ts";
import { AdapterError } from "../../domain/fault.ts";
import type { Observation } from "../../domain/observation.ts";
import type { Unit } from "../../domain/plan.ts";
import type { Target } from "../../store/instance.ts";
import type { Adapter, Call } from "../adapter.ts";
import type { Account } from "./account.ts";
import { parseSandboxConfig } from "./config.ts";
import { demandCreates, spendCreates } from "./creates.ts";
import { innerPorts } from "./inner-ports.ts";
import { innerUnit, upUnit } from "./inner-unit.ts";
import { liveLogs } from "./logs.ts";
import { offersHere } from "./offers.ts";
import { resourcesFor } from "./quotas.ts";
import { sandboxRuns } from "./runs.ts";
import { rulesOf, runVerb, type Sandbox, type Session } from "./session.ts";
import { witnessOf } from "./witness.ts";

/**
 * A target that behaves like ECS, ACI or Cloud Run and starts nothing real: that cloud's own adapter, over its simulator. Throws `Fault`
 * when its config does not parse.
 */
export function sandboxAdapter(target: Target, ports: SandboxPorts, clouds: SimulatedClouds): Adapter {
  const config = parseSandboxConfig(target.config);
  const sandbox = { target, config, cloud: clouds[config.simulates], rules: rulesOf(config), ports };
  const witness = witnessOf(sandbox);
  const still = atRest(sandbox);

  // Each at the address where it answers; an address that is new is kept, so that a restarted process takes it again.
  const witnessed = async (seen: readonly Observation[], account: Account, now: number, call: Call) => {
    const { observations, moved } = await witness.look(seen, account, now);
    if (moved.size > 0) await keepAddresses(sandbox, moved, call);
    return observations;
  };

  return {
    contract: "adapter/v1",
    provider: config.simulates,
    features: still.features,
    async offers(needs, call) {
      const verb = { on: "offers", workload: needs.workload } as const;
      const { answer, account, now } = await runVerb(sandbox, verb, call, ({ inner }) =>
        inner.offers(needs, call),
      );
      return offersHere(sandbox, answer, needs, account, now);
    },
    render: (unit) => still.render(upUnit(unit)),
    async apply(unit, call) {
      const verb = { on: "apply", workload: unit.workload } as const;
      const { answer, account, now } = await runVerb(sandbox, verb, call, (session) =>
        applyWithin(sandbox, session, unit, call),
      );
      const [seen = answer] = await witnessed([answer], account, now, call);
      return seen;
    },
    async observe(known, call) {
      const { answer, account, now } = await runVerb(sandbox, { on: "observe" }, call, ({ inner }) =>
        inner.observe(known, call),
      );
      await witness.tidy(account, now);
      return { ...answer, observations: await witnessed(answer.observations, account, now, call) };
    },
    async destroy(ref, call) {
      const verb = { on: "destroy", workload: ref.workload } as const;
      const { answer, account, now } = await runVerb(sandbox, verb, call, ({ inner }) =>
        inner.destroy(ref, call),
      );
      await witness.tidy(account, now);
      return answer;
    },
    async logs(ref, query, call) {
      await runVerb(sandbox, { on: "logs", workload: ref.workload }, call, async () => {});
      const stream = await liveLogs(sandbox, ref, query, call);
      if (stream === undefined)
        throw new AdapterError("bug", `The simulated ${config.simulates} has no logs.`);
      return stream;
    },
    runs: sandboxRuns(sandbox),
  };
}

/** The cloud's adapter for what is asked of no account: its features, and its documents. */
function atRest({ target, cloud, rules, ports }: Sandbox): Adapter {
  const { book, now } = ports;
  const inner = innerPorts({ book, now, sleep: async () => {} });
  return cloud.open(target, rules, inner, {
    ask: async () => await Promise.reject(new AdapterError("bug", "Nothing is asked of a cloud at rest.")),
  });
}

async function applyWithin(sandbox: Sandbox, session: Session, unit: Unit, call: Call): Promise<Observation> {
  const { cloud, rules, config } = sandbox;
  const { now } = session;
  const isThere = () => cloud.units(session.account.cloud, rules, now).some(({ id }) => id === unit.id);
  const told = innerUnit(unit);
  const { quota } = config.rules;
  const cost = isThere() ? 0 : resourcesFor(quota, told.replicas.min);
  if (cost > 0) demandCreates(session.account, quota, cost, now);
  try {
    return await session.inner.apply(told, call);
  } finally {
    // Also where it failed half way: what was made has been paid for.
    if (cost > 0 && isThere()) {
      session.account = withAnswers(spendCreates(session.account, quota, cost, now), unit);
    }
  }
}

function withAnswers(account: Account, { id, template }: Unit): Account {
  if (template.route === undefined) return account;
  return { ...account, answers: { ...account.answers, [id]: { image: template.image } } };
}

async function keepAddresses(
  sandbox: Sandbox,
  moved: ReadonlyMap<string, string>,
  call: Call,
): Promise<void> {
  await runVerb(sandbox, { on: undefined }, call, async (session) => {
    const { answers } = session.account;
    const changed = [...moved].flatMap(([id, url]) => {
      const there = answers[id];
      return there === undefined || there.url === url ? [] : [[id, { ...there, url }] as const];
    });
    if (changed.length > 0)
      session.account = { ...session.account, answers: { ...answers, ...Object.fromEntries(changed) } };
  });
}
