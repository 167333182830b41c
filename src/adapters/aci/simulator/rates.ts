import { type AciReply, refusal } from "./refusal.ts";
import type { AciOperation, AciSimRules, RateName } from "./rules.ts";
import type { AciSimState } from "./state.ts";

/** Takes a call's tokens, or says how long it has to wait. */
export function spend(
  state: AciSimState,
  operation: AciOperation,
  creates: boolean,
  now: number,
  rules: AciSimRules,
): { readonly state: AciSimState; readonly refused?: AciReply | undefined } {
  const names = ratesOf(operation, creates);
  const levels = names.map((name) => ({ name, level: refilled(state, name, now, rules) }));
  const empty = levels.find(({ level }) => level.tokens < 1);
  if (empty !== undefined) {
    const { burst, seconds } = rules.rates[empty.name];
    const wait = Math.ceil(((1 - empty.level.tokens) * seconds) / burst);
    const message = `Too many requests: the limit of ${burst} in ${seconds} s is used up.`;
    return { state, refused: refusal(429, "TooManyRequests", message, Math.max(1, wait)) };
  }
  const spent = Object.fromEntries(
    levels.map(({ name, level }) => [name, { tokens: level.tokens - 1, at: now }]),
  );
  return { state: { ...state, levels: { ...state.levels, ...spent } } };
}

function ratesOf(operation: AciOperation, creates: boolean): readonly RateName[] {
  if (operation === "delete") return ["deletes", "deletesInFive", "deletesInHour"];
  if (operation === "patch") return ["writes"];
  if (operation === "put") return creates ? ["writes", "createsInFive", "createsInHour"] : ["writes"];
  return ["reads"];
}

function refilled(state: AciSimState, name: RateName, now: number, { rates }: AciSimRules) {
  const { burst, seconds } = rates[name];
  const level = state.levels[name] ?? { tokens: burst, at: now };
  const back = (Math.max(0, now - level.at) / 1_000) * (burst / seconds);
  return { tokens: Math.min(burst, level.tokens + back), at: now };
}
