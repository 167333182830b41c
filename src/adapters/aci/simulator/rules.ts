/** How a simulated subscription behaves. Plain JSON; every figure that Azure has published has it as its default. */
export interface AciSimRules {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  /** Where next pages are, as the client reaches this API. */
  readonly origin: string;
  readonly delaysMs: {
    /** From the PUT until the containers are started; until then Azure refuses to delete the group. */
    readonly create: number;
    /** From there until they run. */
    readonly ready: number;
    readonly destroy: number;
    /** How long a new group is missing from lists. */
    readonly visible: number;
    /** How long a job runs that no rule names. */
    readonly job: number;
  };
  /** Quotas of each region, by the names that `usages` gives them. */
  readonly quotas: {
    readonly ContainerGroups: number;
    readonly StandardCores: number;
    readonly StandardSpotCores: number;
  };
  /** Token buckets: calls at once, and seconds in which as many come back. */
  readonly rates: Readonly<Record<RateName, { readonly burst: number; readonly seconds: number }>>;
  readonly pageSize: number;
  /** What containers of an image do, by the end of its name; the first that fits counts. */
  readonly images: readonly ImageRule[];
  /** A variable that makes whatever has it end at once, its value being the exit code. */
  readonly crashVariable?: string | undefined;
  /** A variable that says how long a job runs, s. */
  readonly secondsVariable?: string | undefined;
  /** Resource ids of the identities that the app may assign; without the list it may assign any. */
  readonly identities?: readonly string[] | undefined;
  /** Regions that have no room now. */
  readonly full: readonly string[];
  /** DNS labels that others have, by region. */
  readonly takenLabels: readonly { readonly region: string; readonly label: string }[];
  readonly faults: readonly AciFault[];
}

export type RateName =
  | "reads"
  | "writes"
  | "deletes"
  | "createsInFive"
  | "createsInHour"
  | "deletesInFive"
  | "deletesInHour";

/** `ends`: it exits by itself. `unreachable`: it cannot be pulled, said at the PUT. `fails`: the group is taken and then fails. */
export interface ImageRule {
  readonly image: string;
  readonly does: "ends" | "unreachable" | "fails";
  readonly exitCode?: number | undefined;
  readonly afterMs?: number | undefined;
  /** Started again after an exit code other than 0, the policy `Never` notwithstanding. */
  readonly again?: boolean | undefined;
  readonly lines?: readonly string[] | undefined;
}

export const OPERATIONS = ["list", "get", "put", "patch", "delete", "logs", "usages"] as const;
export type AciOperation = (typeof OPERATIONS)[number];

/** The next calls of one sort that go wrong. */
export interface AciFault {
  readonly on: AciOperation;
  /** Only for groups whose name has this in it. */
  readonly name?: string | undefined;
  /** Only for calls of this region's quotas. */
  readonly region?: string | undefined;
  /** So many calls go well first. */
  readonly skip?: number | undefined;
  readonly times: number;
  /** `before`: refused. `after`: done, and then refused. `lost`: done, and no answer comes. */
  readonly how: "before" | "after" | "lost";
  readonly status?: number | undefined;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** A subscription that behaves as published and never fails. */
export const USUAL_RULES: AciSimRules = {
  subscriptionId: "00000000-0000-0000-0000-000000000001",
  resourceGroup: "berth",
  origin: "https://management.azure.com",
  delaysMs: { create: 300, ready: 700, destroy: 300, visible: 200, job: 500 },
  quotas: { ContainerGroups: 100, StandardCores: 100, StandardSpotCores: 100 },
  rates: {
    reads: { burst: 250, seconds: 10 },
    writes: { burst: 200, seconds: 20 },
    deletes: { burst: 200, seconds: 20 },
    createsInFive: { burst: 100, seconds: 300 },
    createsInHour: { burst: 300, seconds: 3_600 },
    deletesInFive: { burst: 100, seconds: 300 },
    deletesInHour: { burst: 300, seconds: 3_600 },
  },
  pageSize: 100,
  images: [{ image: ":crash", does: "ends", exitCode: 1, lines: ["this image ends at once"] }],
  full: [],
  takenLabels: [],
  faults: [],
};
