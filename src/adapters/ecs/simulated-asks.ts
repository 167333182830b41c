import type { EvaluationResult } from "@aws-sdk/client-iam";
import type { Call } from "../adapter.ts";
import type { Cloud } from "./cloud.ts";
import type { EcsConfig, EcsRegion } from "./config.ts";
import { actStatements, permissionPolicy, type Statement } from "./statements.ts";

/** One question to AWS's simulation: a statement's actions on things such as it names, in a call such as it demands. */
export interface Ask {
  readonly region: string;
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly context: readonly Entry[];
}

interface Entry {
  readonly key: string;
  readonly value: string;
}

/** Pages of one simulation. IAM may give less than it is asked for on each. */
const MOST_PAGES = 5;
/** Stands for a name of Berth's choosing: no unit is called so. */
const SOME = "check";

/** What is asked of a region: everything that the printed policy allows and a check cannot try. */
export function asksIn(config: EcsConfig, region: EcsRegion): readonly Ask[] {
  // Of this region alone, so that its own cluster is named.
  const statements = actStatements({ ...config, regions: [region] });
  return statements.flatMap((statement) =>
    contextsOf(statement, region.region).map((context) => ({
      region: region.region,
      sid: statement.Sid,
      actions: statement.Action ?? [],
      resources: statement.Resource.map((pattern) => oneOf(pattern, region.region)),
      context,
    })),
  );
}

/** What AWS says to one ask, every page of it. Throws `AdapterError`. */
export async function evaluationsOf(
  cloud: Cloud,
  role: string,
  { actions, resources, context }: Ask,
  call: Call,
): Promise<readonly EvaluationResult[]> {
  const found: EvaluationResult[] = [];
  let marker: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const input = {
      PolicySourceArn: role,
      ActionNames: [...actions],
      ResourceArns: [...resources],
      ContextEntries: context.map(({ key, value }) => ({
        ContextKeyName: key,
        ContextKeyValues: [value],
        ContextKeyType: "string" as const,
      })),
      ...(marker === undefined ? {} : { Marker: marker }),
    };
    // IAM is in no region: every ask takes of one limit.
    const home = cloud.config.regions[0]?.region ?? "";
    const answer = await cloud.send(home, "SimulatePrincipalPolicy", input, call);
    found.push(...(answer.EvaluationResults ?? []));
    marker = answer.IsTruncated === true ? answer.Marker : undefined;
    if (marker === undefined || marker === "") break;
  }
  return found;
}

/** Keys of conditions in the policy that Berth prints, in small letters: whoever uses it has AWS name them as missing. */
export function ownKeys(config: EcsConfig): ReadonlySet<string> {
  const keys = permissionPolicy(config).Statement.flatMap(({ Condition = {} }) =>
    Object.values(Condition).flatMap((rules) => Object.keys(rules)),
  );
  return new Set(keys.map((key) => key.toLowerCase()));
}

// Every context the statement's conditions allow; a condition that a key be there is met by any value.
function contextsOf({ Condition = {} }: Statement, region: string): readonly (readonly Entry[])[] {
  const choices = Object.entries(Condition).flatMap(([operator, rules]) =>
    Object.entries(rules).map(([key, values]) => ({
      key,
      values: operator === "Null" ? [SOME] : [values].flat().map((value) => oneOf(value, region)),
    })),
  );
  const start: readonly (readonly Entry[])[] = [[{ key: "aws:RequestedRegion", value: region }]];
  return choices.reduce(
    (contexts, { key, values }) =>
      contexts.flatMap((context) => values.map((value) => [...context, { key, value }])),
    start,
  );
}

// A thing such as a pattern names, in this region. The revision of a task definition is a number.
function oneOf(pattern: string, region: string): string {
  if (pattern === "*") return pattern;
  return pattern.replace(":*:", `:${region}:`).replace(/:\*$/, ":1").replaceAll("*", SOME);
}
