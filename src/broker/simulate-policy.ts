import { Fault, type Problem } from "../domain/fault.ts";
import { DEFAULT_POLICY } from "../policy/policy.ts";
import { parsePolicy } from "../policy/parse-policy.ts";
import { changedBook, unknownRates } from "../policy/simulate/changed-book.ts";
import type { PriceChanges } from "../policy/simulate/price-changes.ts";
import { projectBook } from "./account-rates.ts";
import { policyWorld } from "./policy-world.ts";
import type { Caller, Ports } from "./ports.ts";
import { type FleetRequest, type FleetSimulation, simulateFleet } from "./simulate.ts";
import { simulateReceipts } from "./simulate-receipts.ts";
import type { Change } from "./simulate-workload.ts";
import { INSTANCE } from "./stored-policies.ts";

export interface SimulateRequest extends FleetRequest {
  /** The document to take instead of the stored policy of this name; the stored one where absent. */
  readonly policy?: unknown;
  readonly prices?: PriceChanges | undefined;
  readonly over: "fleet" | "receipts";
}

/** A simulation as the API answers it. */
export interface PolicySimulation extends FleetSimulation {
  readonly policy: string;
  readonly over: "fleet" | "receipts";
  /** What was changed, in words. */
  readonly changes: readonly string[];
}

/** How long one simulation may go on; then it answers what it has. Less than the least time a runtime gives a request, ms. */
export const SIMULATE_DEADLINE_MS = 20_000;

/**
 * What a policy's document, or other prices, would make of the project. Writes nothing. Throws `invalid-body` for a document or
 * prices that cannot be, `not-found` for a policy that is neither stored nor sent.
 */
export async function simulatePolicy(
  ports: Ports,
  caller: Caller,
  name: string,
  request: SimulateRequest,
): Promise<PolicySimulation> {
  const { of, policy } = await policyChange(ports, caller, name, request.policy);
  const change: Change = { of, policy, repricing: await repricingOf(ports, caller, request.prices) };
  const over = request.over === "fleet" ? simulateFleet : simulateReceipts;
  const { changed, ...simulation } = await over(
    ports,
    caller,
    change,
    request,
    AbortSignal.timeout(SIMULATE_DEADLINE_MS),
  );
  // What would arrive where is summed up in the warnings.
  const shown = changed.map(({ arrival: _arrival, ...effect }) => effect);
  return { policy: name, over: request.over, changes: changesIn(request), ...simulation, changed: shown };
}

async function policyChange(
  ports: Ports,
  caller: Caller,
  name: string,
  document: unknown,
): Promise<Pick<Change, "of" | "policy">> {
  const project = caller.project.id;
  const [own, shared] = await Promise.all([
    ports.store.policy(project, name),
    ports.store.policy(INSTANCE, name),
  ]);
  const stored = own ?? shared;
  const of = { owner: stored?.owner ?? project, name };
  if (document === undefined) {
    if (stored !== undefined || name === DEFAULT_POLICY.name) return { of };
    throw new Fault("not-found", `There is no policy ${name}; send its document, or put it first.`);
  }
  const world = await policyWorld(ports, project);
  const parsed = parsePolicy(document, { name, at: "/policy", stored: true, world });
  if (!parsed.ok) throw invalid("The policy has problems.", parsed.problems);
  return { of, policy: { ...of, rules: parsed.rules, select: parsed.select } };
}

async function repricingOf(
  ports: Ports,
  caller: Caller,
  changes: PriceChanges | undefined,
): Promise<Change["repricing"]> {
  if (changes === undefined) return undefined;
  const book = await projectBook(ports, caller.project.id);
  const problems = unknownRates(book, changes, "/prices");
  if (problems.length > 0) throw invalid("The prices have problems.", problems);
  return { book, changed: changedBook(book, changes), changes };
}

function changesIn({ policy, prices }: SimulateRequest): readonly string[] {
  const percents = Object.entries(prices?.percent ?? {}).flatMap(([provider, percent]) =>
    percent === undefined ? [] : [`${provider} ${percent.startsWith("-") ? "" : "+"}${percent} %`],
  );
  const rates = (prices?.rates ?? []).map(
    ({ provider, region, product, meter, usd }) =>
      `${[provider, region, product, meter].filter((part) => part !== undefined).join("/")} at ${usd} USD`,
  );
  const all = [...(policy === undefined ? [] : ["with the document sent"]), ...percents, ...rates];
  return all.length === 0 ? ["nothing changed"] : all;
}

function invalid(message: string, problems: readonly Problem[]): Fault {
  return new Fault("invalid-body", message, { problems });
}
