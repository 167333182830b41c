import type { EvaluationResult } from "@aws-sdk/client-iam";
import { AdapterError } from "../../domain/fault.ts";
import type { CheckLine } from "../../domain/trust.ts";
import type { Call } from "../adapter.ts";
import { ok, refused, type Verdict } from "./check-line.ts";
import type { Cloud } from "./cloud.ts";
import type { EcsConfig } from "./config.ts";
import { type Ask, asksIn, evaluationsOf, ownKeys } from "./simulated-asks.ts";

/** Regions whose acts one check simulates; the policies that Berth prints tell regions apart in one statement alone. */
const MOST_REGIONS_SIMULATED = 3;

/** What only AWS's own simulation of the role's policies can prove, for the calls themselves would change something. */
export async function simulatedLines(cloud: Cloud, call: Call): Promise<readonly CheckLine[]> {
  const { regions } = cloud.config;
  const asks = regions.slice(0, MOST_REGIONS_SIMULATED).flatMap((region) => asksIn(cloud.config, region));
  const beyond = regions.slice(MOST_REGIONS_SIMULATED).map(({ region }): CheckLine => {
    const message = `A check simulates what changes something in the target's first ${MOST_REGIONS_SIMULATED} regions only: name ${region} earlier to have it proved.`;
    return { name: `changes in ${region}`, ...unproved(message) };
  });
  return [...worstOf(await verdictsOf(cloud, asks, call)), ...beyond];
}

/** What one ask says of one of its actions. */
interface Told {
  readonly name: string;
  readonly verdict: Verdict;
}

const unproved = (message: string): Verdict => ({ verdict: "cannot be proved", message });

async function verdictsOf(cloud: Cloud, asks: readonly Ask[], call: Call): Promise<readonly Told[]> {
  const { roles, credentials } = cloud.config;
  const role = roles.berth;
  if (credentials !== undefined || role === undefined)
    return asks.flatMap((ask) => everyAction(ask, unproved(NO_ROLE)));
  const [first, ...others] = asks;
  if (first === undefined) return [];
  // One that may not be asked says it for all, instead of a refusal for each.
  const begun = await told(cloud, role, first, call);
  if (begun instanceof AdapterError) {
    const verdict = unproved(begun.kind === "denied" ? `${ended(begun.message)} ${ALLOW}` : begun.message);
    return asks.flatMap((ask) => everyAction(ask, verdict));
  }
  const rest = await Promise.all(
    others.map(async (ask) => {
      const answer = await told(cloud, role, ask, call);
      return answer instanceof AdapterError ? everyAction(ask, unproved(answer.message)) : answer;
    }),
  );
  return [...begun, ...rest.flat()];
}

const NO_ROLE =
  "The target uses long-lived keys, and AWS simulates the policies of a role: set roles.berth instead of credentials. Until then the first deploy shows it.";
const ALLOW =
  "Allow iam:SimulatePrincipalPolicy on the role itself, as `berth target trust` prints it; until then the first deploy shows it.";

const everyAction = ({ actions, region }: Ask, verdict: Verdict): readonly Told[] =>
  actions.map((action) => ({ name: `${action} in ${region}`, verdict }));

async function told(
  cloud: Cloud,
  role: string,
  ask: Ask,
  call: Call,
): Promise<readonly Told[] | AdapterError> {
  try {
    const results = await evaluationsOf(cloud, role, ask, call);
    return ask.actions.map((action) => {
      const found = results.filter(
        ({ EvalActionName }) => EvalActionName?.toLowerCase() === action.toLowerCase(),
      );
      return { name: `${action} in ${ask.region}`, verdict: verdictOf(cloud.config, role, ask, found) };
    });
  } catch (error) {
    if (error instanceof AdapterError) return error;
    throw error;
  }
}

function verdictOf(config: EcsConfig, role: string, ask: Ask, results: readonly EvaluationResult[]): Verdict {
  if (results.length === 0)
    return unproved("AWS's simulation said nothing of it; the first deploy shows it.");
  const no = results.find((result) => decisionsOf(result).some((decision) => decision !== "allowed"));
  if (no === undefined) return ok(`The policies of ${role} allow it, as AWS simulates them.`);
  // AWS lists every key that some policy of the role asks for, those of the other statements among them.
  const own = ownKeys(config);
  const foreign = missingIn(no).filter((key) => !own.has(key.toLowerCase()));
  if (foreign.length > 0)
    return unproved(
      `It is not allowed without ${foreign.join(", ")}, which a policy of ${role} asks for and only a real call has; the first deploy shows it.`,
    );
  return refused(refusalOf(role, ask, no));
}

function refusalOf(role: string, { sid, resources }: Ask, no: EvaluationResult): string {
  if (no.OrganizationsDecisionDetail?.AllowedByOrganizations === false)
    return "A service control policy of the organisation does not allow it: have it allowed there.";
  if (no.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false)
    return `The permissions boundary of ${role} does not allow it: widen the boundary by the statement ${sid} that \`berth target trust\` prints.`;
  const denied = decisionsOf(no).includes("explicitDeny");
  const parts = [no, ...(no.ResourceSpecificResults ?? [])];
  const sources = parts.flatMap(({ MatchedStatements = [] }) =>
    MatchedStatements.flatMap(({ SourcePolicyId }) => SourcePolicyId ?? []),
  );
  if (denied)
    return `A policy of ${role} denies it (${[...new Set(sources)].join(", ") || "AWS does not tell which"}): take that out, or compare it with what \`berth target trust\` prints.`;
  return `No policy of ${role} allows it on ${resources.join(", ")}: add the statement ${sid} that \`berth target trust\` prints.`;
}

const decisionsOf = ({ EvalDecision, ResourceSpecificResults = [] }: EvaluationResult) => [
  EvalDecision,
  ...ResourceSpecificResults.map(({ EvalResourceDecision }) => EvalResourceDecision),
];

const missingIn = ({
  MissingContextValues = [],
  ResourceSpecificResults = [],
}: EvaluationResult): readonly string[] => [
  ...new Set([
    ...MissingContextValues,
    ...ResourceSpecificResults.flatMap(({ MissingContextValues: missing = [] }) => missing),
  ]),
];

const SEVERITY = ["ok", "cannot be proved", "refused"] as const;

// An action of several statements, such as passing roles to two services, is allowed where each of them is.
function worstOf(all: readonly Told[]): readonly CheckLine[] {
  const lines = new Map<string, CheckLine>();
  for (const { name, verdict } of all) {
    const before = lines.get(name);
    if (before === undefined || SEVERITY.indexOf(verdict.verdict) > SEVERITY.indexOf(before.verdict))
      lines.set(name, { name, ...verdict });
  }
  return [...lines.values()];
}

const ended = (message: string): string => message.replace(/\.?$/, ".");
