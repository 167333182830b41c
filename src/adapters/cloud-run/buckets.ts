import type { Bucket } from "../throttle.ts";
import type { RestRequest } from "./api.ts";
import type { GoogleService } from "./services.ts";

/**
 * Cloud Run Admin API (cloud.google.com/run/quotas): 60 writes a minute in each region, 3,000 reads a minute. Burst and
 * rate together never pass the figure in any minute: 6 + 60 x 0.9 = 60, and 100 + 60 x 48 = 2,980.
 */
export function runBucket(project: string, region: string, access: "read" | "write"): Bucket {
  return access === "write"
    ? { key: `gcp/${project}/${region}/run-writes`, burst: 6, perSecond: 0.9 }
    : { key: `gcp/${project}/${region}/run-reads`, burst: 100, perSecond: 48 };
}

/**
 * The other APIs, a project each. Secret Manager: 600 reads and 600 writes a minute (cloud.google.com/secret-manager/quotas).
 * Logging: 60 `entries.list` a minute (cloud.google.com/logging/quotas). The others publish no figure for this: one a second.
 */
export function restBucket(project: string, { service, method }: RestRequest): Bucket {
  const access = service === "secretManager" && method !== "GET" ? "writes" : "reads";
  return { key: `gcp/${project}/${service}-${access}`, ...RATES[service] };
}

/**
 * The token services. Access tokens are one an hour; identity tokens are one for each private service, twice an hour, and all of them
 * after a start: IAM Credentials gives 60,000 a minute and Security Token Service 6,000 (cloud.google.com/iam/quotas), of which this is
 * a fiftieth and a fifth. While tokens cannot be had each call asks for one anew, and a check must not wait behind the looks to say so.
 */
export function tokenBucket(project: string, service: GoogleService): Bucket {
  const rate = service === "oauth" ? { burst: 10, perSecond: 1 } : { burst: 50, perSecond: 20 };
  return { key: `gcp/${project}/${service}`, ...rate };
}

const RATES: Readonly<Record<RestRequest["service"], Pick<Bucket, "burst" | "perSecond">>> = {
  secretManager: { burst: 60, perSecond: 9 },
  logging: { burst: 6, perSecond: 0.9 },
  artifactRegistry: { burst: 10, perSecond: 1 },
  resourceManager: { burst: 10, perSecond: 1 },
  serviceUsage: { burst: 10, perSecond: 1 },
  iam: { burst: 10, perSecond: 1 },
};
