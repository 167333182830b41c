import type { Command } from "./command.ts";
import { didYouMean } from "../domain/did-you-mean.ts";
import { usage } from "./refusal.ts";

type Loader = () => Promise<Command>;

/** Every command by name, in the order of the help. One is loaded only when it is said, so that starting stays quick. */
export const COMMANDS: Readonly<Record<string, Loader>> = {
  compare: async () => (await import("./commands/compare.ts")).compare,
  quote: async () => (await import("./commands/quote.ts")).quote,
  init: async () => (await import("./commands/init.ts")).init,
  plan: async () => (await import("./commands/plan.ts")).plan,
  deploy: async () => (await import("./commands/deploy.ts")).deploy,
  status: async () => (await import("./commands/status.ts")).status,
  run: async () => (await import("./commands/run.ts")).run,
  runs: async () => (await import("./commands/runs.ts")).runs,
  logs: async () => (await import("./commands/logs.ts")).logs,
  explain: async () => (await import("./commands/explain.ts")).explain,
  replay: async () => (await import("./commands/replay.ts")).replay,
  migrate: async () => (await import("./commands/migrate.ts")).migrate,
  rollback: async () => (await import("./commands/rollback.ts")).rollback,
  approve: async () => (await import("./commands/approve.ts")).approve,
  abort: async () => (await import("./commands/abort.ts")).abort,
  destroy: async () => (await import("./commands/destroy.ts")).destroy,
  "exception add": async () => (await import("./commands/exception.ts")).exceptionAdd,
  "exception list": async () => (await import("./commands/exception.ts")).exceptionList,
  "exception end": async () => (await import("./commands/exception.ts")).exceptionEnd,
  "target add": async () => (await import("./commands/target-add.ts")).targetAdd,
  "target list": async () => (await import("./commands/target.ts")).targetList,
  "target check": async () => (await import("./commands/target.ts")).targetCheck,
  "target trust": async () => (await import("./commands/target.ts")).targetTrust,
  "target unrecognised": async () => (await import("./commands/unrecognised.ts")).targetUnrecognised,
  "target purge": async () => (await import("./commands/unrecognised.ts")).targetPurge,
  "target remove": async () => (await import("./commands/target.ts")).targetRemove,
  "issuer show": async () => (await import("./commands/issuer.ts")).issuerShow,
  "issuer export": async () => (await import("./commands/issuer.ts")).issuerExport,
  "issuer replace": async () => (await import("./commands/issuer.ts")).issuerReplace,
  "agent token": async () => (await import("./commands/agent.ts")).agentToken,
  "agent list": async () => (await import("./commands/agent.ts")).agentList,
  "agent remove": async () => (await import("./commands/agent.ts")).agentRemove,
  "registry set": async () => (await import("./commands/registry.ts")).registrySet,
  "registry list": async () => (await import("./commands/registry.ts")).registryList,
  "registry delete": async () => (await import("./commands/registry.ts")).registryDelete,
  "policy put": async () => (await import("./commands/policy.ts")).policyPut,
  "policy get": async () => (await import("./commands/policy.ts")).policyGet,
  "policy list": async () => (await import("./commands/policy.ts")).policyList,
  "policy delete": async () => (await import("./commands/policy.ts")).policyDelete,
  "policy simulate": async () => (await import("./commands/policy-simulate.ts")).policySimulate,
  "policy test": async () => (await import("./commands/policy-test.ts")).policyTest,
  prices: async () => (await import("./commands/prices.ts")).prices,
  "prices refresh": async () => (await import("./commands/prices.ts")).pricesRefresh,
  "prices set": async () => (await import("./commands/prices-set.ts")).pricesSet,
  "prices rates": async () => (await import("./commands/prices.ts")).pricesRates,
  costs: async () => (await import("./commands/costs.ts")).costs,
  "costs explain": async () => (await import("./commands/costs.ts")).costsExplain,
  "costs import": async () => (await import("./commands/costs-import.ts")).costsImport,
  "budget set": async () => (await import("./commands/budget.ts")).budgetSet,
  "budget list": async () => (await import("./commands/budget.ts")).budgetList,
  "budget delete": async () => (await import("./commands/budget.ts")).budgetDelete,
  "secret set": async () => (await import("./commands/secret.ts")).secretSet,
  "secret list": async () => (await import("./commands/secret.ts")).secretList,
  "secret rollout": async () => (await import("./commands/secret-keys.ts")).secretRollout,
  "secret delete": async () => (await import("./commands/secret.ts")).secretDelete,
  "secret rotate-keys": async () => (await import("./commands/secret-keys.ts")).secretRotateKeys,
  "token create": async () => (await import("./commands/token.ts")).tokenCreate,
  "token list": async () => (await import("./commands/token.ts")).tokenList,
  "token revoke": async () => (await import("./commands/token.ts")).tokenRevoke,
  serve: async () => (await import("./commands/serve.ts")).serve,
  help: async () => (await import("./commands/help.ts")).help,
  version: async () => (await import("./commands/version.ts")).version,
};

/** All of them, loaded, in the order of the help. */
export async function loadCommands(): Promise<readonly Command[]> {
  return Promise.all(Object.values(COMMANDS).map((load) => load()));
}

/** The command that these words begin with, and the words after it. Throws a usage `Refusal` with what was probably meant. */
export async function findCommand(
  words: readonly string[],
): Promise<{ readonly command: Command; readonly rest: readonly string[] }> {
  const [first, second] = words;
  if (first === undefined || first === "--help" || first === "-h")
    return { command: await load("help"), rest: [] };
  if (first === "--version" || first === "-V") return { command: await load("version"), rest: [] };
  if (first.startsWith("-"))
    throw usage(`say the command before its flags: berth COMMAND ${first}`, "All commands:  berth --help");
  const pair = `${first} ${second ?? ""}`;
  if (Object.hasOwn(COMMANDS, pair)) return { command: await load(pair), rest: words.slice(2) };
  if (Object.hasOwn(COMMANDS, first)) return { command: await load(first), rest: words.slice(1) };
  const verbs = verbsOf(first);
  if (verbs.length === 0)
    throw unknown(first, [...new Set(Object.keys(COMMANDS).map((name) => name.split(" ")[0] ?? name))]);
  // `berth target --help` and a bare `berth target` both ask what can be done with targets.
  if (second === "--help" || second === "-h") return { command: await load("help"), rest: [first] };
  if (second === undefined)
    throw usage(`berth ${first} needs a verb: ${verbs.join(", ")}`, `More:  berth ${first} --help`);
  throw unknown(
    pair,
    verbs.map((verb) => `${first} ${verb}`),
  );
}

/** What can follow a noun such as `target`; none for a command of one word. */
export function verbsOf(noun: string): readonly string[] {
  return Object.keys(COMMANDS).flatMap((name) =>
    name.startsWith(`${noun} `) ? [name.slice(noun.length + 1)] : [],
  );
}

async function load(name: string): Promise<Command> {
  const loader = COMMANDS[name];
  if (loader === undefined) throw unknown(name, Object.keys(COMMANDS));
  return loader();
}

function unknown(words: string, candidates: readonly string[]) {
  const meant = didYouMean(words, candidates);
  return usage(
    `there is no command berth ${words}${meant === undefined ? "" : `; did you mean berth ${meant}?`}`,
    "All of them:  berth --help",
  );
}
