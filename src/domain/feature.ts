/** A sentence a user can act on. */
export type Because = string;

/** Every ability a spec can ask of a place. A new one does not compile until every adapter has answered it. */
export const FEATURES = [
  "service",
  "worker",
  "job",
  "entrypoint",
  "args-alone",
  "env",
  "secrets",
  "files",
  "secret-files",
  "large-ephemeral-storage",
  "arm64",
  "gpu",
  "http1",
  "h2c",
  "grpc",
  "public-access",
  "private-access",
  "custom-hosts",
  "sticky-sessions",
  "tcp-ports",
  "udp-ports",
  "http-health",
  "grpc-health",
  "alive-health",
  "autoscale",
  "scale-to-zero",
  "before-hooks",
  "sidecars",
  "scratch-volumes",
  "disk-volumes",
  "share-volumes",
  "numeric-user",
  "named-user",
  "working-dir",
  "long-stop-grace",
  "singleton",
  "fencing",
  "schedule",
  "logs",
  "canary",
  "data-gravity",
  "start-order",
] as const;
export type Feature = (typeof FEATURES)[number];

/** What a place answers to one feature: `true`, or the sentence a user reads when it rules this place out. */
export type Features = Readonly<Record<Feature, true | Because>>;

/** One thing a spec asks for, and the JSON pointer of the field that asks. */
export interface Demand {
  readonly feature: Feature;
  readonly pointer: string;
}

/** Why a place cannot take a spec: one entry for each demand it refuses. */
export function refusals(demands: readonly Demand[], features: Features): readonly Refusal[] {
  return demands.flatMap(({ feature, pointer }) => {
    const answer = features[feature];
    return answer === true ? [] : [{ rule: `feature:${feature}`, message: answer, pointer }];
  });
}

/** One reason against an offer: which rule spoke, what it says, and the spec field it speaks of. */
export interface Refusal {
  readonly rule: string;
  readonly message: Because;
  readonly pointer?: string | undefined;
  /** The message without what it says of this one place: places for which that is the same are told together. */
  readonly alike?: Because | undefined;
}

/** How one spec field is honoured at a place. */
export interface FieldFidelity {
  readonly field: string;
  readonly level: "exact" | "emulated" | "snapped" | "dropped";
  readonly message: Because;
}

/** What the gateway's own runtime can carry, asked the same way as a place's features. */
export interface GatewayFeatures {
  /** HTTP/2 up to the container, which h2c and gRPC need. */
  readonly grpc: true | Because;
  readonly websocket: true | Because;
  /** Whether an upstream may be a bare IP address. */
  readonly rawIp: true | Because;
  /** Whether an upstream may be an address inside the operator's own network. */
  readonly privateAddress: true | Because;
  readonly maxBodyMiB: number;
}
