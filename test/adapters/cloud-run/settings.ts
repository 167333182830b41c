import type { Unit } from "../../../src/domain/plan.ts";
import { template, unit } from "../fixtures.ts";

export const PROJECT = "acme-shop-417";
export const REGION = "europe-west1";
export const PLACE = { provider: "cloud-run", target: "here", region: REGION } as const;
/** A target's configuration, as a user sends it. */
export const CONFIG = {
  projectId: PROJECT,
  regions: [REGION],
  runtimeServiceAccount: `run@${PROJECT}.iam.gserviceaccount.com`,
  serviceAccount: `berth@${PROJECT}.iam.gserviceaccount.com`,
  workloadIdentityProvider: "projects/417/locations/global/workloadIdentityPools/berth/providers/berth",
  remoteRepositories: { "ghcr.io": `europe-west1-docker.pkg.dev/${PROJECT}/ghcr` },
};
/** A token as the issuer's: what it says can be read, and nobody signed it. */
export function assertionOf(sub: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256" })}.${part({ sub })}.signature`;
}

/** A unit at this target, billed by request as its size below 1 vCPU has to be. */
export function runUnit(number: number, changes: Partial<Unit> = {}): Unit {
  return unit(number, PLACE, {
    billing: "request",
    ...changes,
    template: changes.template ?? template({ stopGraceSeconds: 10 }),
  });
}
