import type { Because, Refusal } from "../../domain/feature.ts";
import type { Needs } from "../../domain/needs.ts";

/** Fields of which a place may take only so much. */
export type Limited =
  | "containers"
  | "mounts"
  | "stopGrace"
  | "startup"
  | "jobTime"
  | "concurrency"
  | "requestTime"
  | "http1Body";

/** The most a place takes of each, and the sentence for more; a field that is not named has no limit there. */
export type Limits = Readonly<Partial<Record<Limited, { readonly most: number; readonly message: Because }>>>;

/** One refusal for each field that asks for more than the place takes. */
export function limitRefusals(needs: Needs, limits: Limits): readonly Refusal[] {
  return READ.flatMap(([field, pointer, read]) => {
    const limit = limits[field];
    const asked = read(needs);
    if (limit === undefined || asked === undefined || asked <= limit.most) return [];
    return [{ rule: "limit", message: limit.message, pointer }];
  });
}

const READ: readonly (readonly [Limited, pointer: string, (needs: Needs) => number | undefined])[] = [
  ["containers", "/sidecars", ({ containers }) => containers],
  ["mounts", "/files", mountsOf],
  ["stopGrace", "/stopGraceSeconds", ({ stopGraceSeconds }) => stopGraceSeconds],
  ["startup", "/health/startupSeconds", ({ startupSeconds }) => startupSeconds],
  ["jobTime", "/job/timeoutSeconds", ({ jobSeconds }) => jobSeconds],
  ["concurrency", "/scale/concurrency", ({ scale }) => scale.concurrency],
  ["requestTime", "/route/timeoutSeconds", ({ route }) => route?.timeoutSeconds],
  [
    "http1Body",
    "/route/maxBodyMiB",
    ({ route }) => (route?.protocol === "http1" ? route.maxBodyMiB : undefined),
  ],
];

// A folder with files is one mount, as a volume is.
function mountsOf({ fileFolders = [], demands }: Needs): number {
  return fileFolders.length + demands.filter(({ feature }) => feature.endsWith("-volumes")).length;
}
