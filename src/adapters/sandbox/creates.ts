import { AdapterError } from "../../domain/fault.ts";
import type { Account } from "./account.ts";
import type { Quota } from "./quotas.ts";

/** Throws `AdapterError` "throttled" when so many resources cannot be created yet, with the time to come back after. */
export function demandCreates(account: Account, quota: Quota, cost: number, now: number): void {
  const { tokens } = refilled(account.creates, quota, now);
  if (tokens >= cost) return;
  const retryAfterMs = Math.ceil(((cost - tokens) * HOUR_MS) / quota.createsPerHour);
  throw new AdapterError(
    "throttled",
    `The account may create ${quota.createsPerHour} resources an hour; try again in ${Math.ceil(retryAfterMs / 1_000)} s.`,
    { retryAfterMs },
  );
}

/** The bucket after so many resources were created. */
export function spendCreates(account: Account, quota: Quota, cost: number, now: number): Account {
  const { tokens } = refilled(account.creates, quota, now);
  return { ...account, creates: { tokens: Math.max(0, tokens - cost), at: now } };
}

function refilled(bucket: Account["creates"], quota: Quota, now: number): Account["creates"] {
  const grown = (Math.max(0, now - bucket.at) * quota.createsPerHour) / HOUR_MS;
  return { tokens: Math.min(quota.createBurst, bucket.tokens + grown), at: now };
}

const HOUR_MS = 3_600_000;
