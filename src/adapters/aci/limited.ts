import type { AdapterError } from "../../domain/fault.ts";
import type { Call } from "../adapter.ts";
import { callCloud } from "../call-cloud.ts";
import type { CloudPorts } from "../cloud-ports.ts";
import type { Bucket } from "../throttle.ts";
import type { AciConfig } from "./config.ts";

type Send<T> = (signal: AbortSignal) => Promise<T>;

/** Calls of one subscription, each kept within the limits Azure has published for its sort. */
export interface LimitedCalls {
  read<T>(send: Send<T>, call: Call): Promise<T>;
  /** Small changes that may be said again, such as tags. */
  change<T>(send: Send<T>, call: Call): Promise<T>;
  create<T>(send: Send<T>, call: Call): Promise<T>;
  remove<T>(send: Send<T>, call: Call): Promise<T>;
}

/**
 * Token buckets of Azure Resource Manager (request-limits-and-throttling: reads 250 and 25/s, writes and deletes 200 and 10/s for each
 * subscription and principal) and of Container Instances (quotas page: creates and deletes 300 an hour and 100 in 5 minutes each).
 */
export function limitedCalls(
  ports: Pick<CloudPorts, "throttle" | "sleep" | "draw">,
  { subscriptionId, clientId }: Pick<AciConfig, "subscriptionId" | "clientId">,
  classify: (error: unknown) => AdapterError,
): LimitedCalls {
  const arm = (sort: string, burst: number, perSecond: number): Bucket =>
    armBucket({ subscriptionId, clientId }, sort, burst, perSecond);
  const aci = (sort: string, burst: number, seconds: number): Bucket => ({
    key: `azure/${subscriptionId}/container-instances/${sort}`,
    burst,
    perSecond: burst / seconds,
  });
  const reads = arm("reads", 250, 25);
  const writes = arm("writes", 200, 10);
  const deletes = arm("deletes", 200, 10);
  const [createsInFive, createsInHour] = [
    aci("creates in 5 min", 100, 300),
    aci("creates in 1 h", 300, 3_600),
  ];
  const [deletesInFive, deletesInHour] = [
    aci("deletes in 5 min", 100, 300),
    aci("deletes in 1 h", 300, 3_600),
  ];
  // A refusal closes the narrowest alone: creates that came too fast do not hold up deletes.
  const through = async <T>(
    wider: readonly Bucket[],
    bucket: Bucket,
    repeatable: boolean,
    send: Send<T>,
    call: Call,
  ) => await callCloud(ports, { bucket, wider, repeatable, classify, send }, call);
  return {
    read: (send, call) => through([], reads, true, send, call),
    change: (send, call) => through([], writes, true, send, call),
    // A PUT that is repeated after its answer was lost would restart the containers: a read tells what became of it.
    create: (send, call) => through([writes, createsInHour], createsInFive, false, send, call),
    remove: (send, call) => through([deletes, deletesInHour], deletesInFive, true, send, call),
  };
}

/**
 * What looks may use of the reads: 100 at once and 10 a second, so that whoever makes and removes groups always finds some left.
 */
export const looksOf = (account: Pick<AciConfig, "subscriptionId" | "clientId">): Bucket =>
  armBucket(account, "looks", 100, 10);

/** The same for looks at tries of jobs: 50 at once and 10 a second, beside what looks at units may use. */
export const triesOf = (account: Pick<AciConfig, "subscriptionId" | "clientId">): Bucket =>
  armBucket(account, "tries", 50, 10);

const armBucket = (
  { subscriptionId, clientId }: Pick<AciConfig, "subscriptionId" | "clientId">,
  sort: string,
  burst: number,
  perSecond: number,
): Bucket => ({ key: `azure/${subscriptionId}/${clientId}/${sort}`, burst, perSecond });
