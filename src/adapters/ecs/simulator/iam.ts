import type { InputOf } from "../api.ts";
import type { Statement } from "../statements.ts";
import { SimFailure } from "./failure.ts";
import type { World } from "./world.ts";

type Input = InputOf<"SimulatePrincipalPolicy">;
type Decision = "allowed" | "explicitDeny" | "implicitDeny";
type Context = ReadonlyMap<string, readonly string[]>;

/** What the role's policy says to each action; an account that has none told allows everything. */
export function simulatePrincipalPolicy({ rules }: World, input: Input): object {
  const { PolicySourceArn = "", ActionNames = [], ResourceArns = ["*"], ContextEntries = [] } = input;
  if (!PolicySourceArn.includes(`:${rules.accountId}:role/`))
    throw new SimFailure("NoSuchEntity", `The role ${PolicySourceArn} cannot be found.`, 404);
  const policy = rules.policy ?? EVERYTHING;
  const context: Context = new Map(
    ContextEntries.map(({ ContextKeyName = "", ContextKeyValues = [] }) => [
      ContextKeyName.toLowerCase(),
      ContextKeyValues,
    ]),
  );
  const missing = keysOf(policy).filter((key) => !context.has(key.toLowerCase()));
  const results = ActionNames.map((action) => {
    const of = ResourceArns.map((resource) => ({
      EvalResourceName: resource,
      EvalResourceDecision: decide(policy, action, resource, context),
      MissingContextValues: missing,
    }));
    const decisions = new Set(of.map(({ EvalResourceDecision }) => EvalResourceDecision));
    return {
      EvalActionName: action,
      EvalResourceName: ResourceArns[0],
      EvalDecision: WORST.find((decision) => decisions.has(decision)),
      MatchedStatements: [],
      ResourceSpecificResults: of,
    };
  });
  return { EvaluationResults: results, IsTruncated: false };
}

const EVERYTHING: readonly Statement[] = [{ Sid: "All", Effect: "Allow", Action: ["*"], Resource: ["*"] }];
const WORST: readonly Decision[] = ["explicitDeny", "implicitDeny", "allowed"];

// IAM User Guide, "Policy evaluation logic": a deny that applies wins, and what nothing allows is denied.
function decide(policy: readonly Statement[], action: string, resource: string, context: Context): Decision {
  const applying = policy.filter((statement) => applies(statement, action, resource, context));
  if (applying.some(({ Effect }) => Effect === "Deny")) return "explicitDeny";
  return applying.length > 0 ? "allowed" : "implicitDeny";
}

function applies(
  { Action, NotAction = [], Resource, Condition = {} }: Statement,
  action: string,
  resource: string,
  context: Context,
): boolean {
  const names = (patterns: readonly string[]) =>
    patterns.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase()));
  if (Action === undefined ? names(NotAction) : !names(Action)) return false;
  if (!Resource.some((pattern) => matches(pattern, resource))) return false;
  return Object.entries(Condition).every(([operator, rules]) =>
    Object.entries(rules).every(([key, wanted]) =>
      OPERATORS[operator]?.(context.get(key.toLowerCase()), [wanted].flat()),
    ),
  );
}

// IAM User Guide, "IAM JSON policy elements: Condition operators": those that Berth prints. A negated one holds where the key is missing.
const OPERATORS: Readonly<
  Record<string, (held: readonly string[] | undefined, wanted: readonly string[]) => boolean>
> = {
  Null: (held, wanted) => wanted.includes(String(held === undefined)),
  StringEquals: (held = [], wanted) => held.some((value) => wanted.includes(value)),
  StringNotEquals: (held = [], wanted) => !held.some((value) => wanted.includes(value)),
  ArnLike: (held = [], wanted) => held.some((value) => wanted.some((pattern) => matches(pattern, value))),
};

function matches(pattern: string, value: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(value);
}

const keysOf = (policy: readonly Statement[]): readonly string[] => [
  ...new Set(
    policy.flatMap(({ Condition = {} }) => Object.values(Condition).flatMap((rules) => Object.keys(rules))),
  ),
];
