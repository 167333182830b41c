import type { Fields } from "./shape.ts";

const PLACE = {
  provider: "string",
  target: "string",
  region: "string",
  host: "string",
} as const satisfies Fields;
const IMAGE = {
  reference: "string",
  registry: "string",
  repository: "string",
  tag: "string",
  digest: "string",
} as const satisfies Fields;
const REPLICAS = { min: "int", max: "int" } as const satisfies Fields;

/** What `require` and the tiers of a policy may speak of. What is not known is absent, and `has()` tells; texts are empty then. */
export const OFFER_FACTS = {
  offer: {
    id: "string",
    ...PLACE,
    billing: "string",
    arch: "string",
    cpu: "double",
    milliCpu: "int",
    memoryMiB: "int",
    ephemeralStorageGiB: "double",
    jurisdictions: "strings",
    labels: "labels",
    floorUsd: "double",
    expectedUsd: "double",
    ceilingUsd: "double",
    /** Field of the spec -> exact, snapped, emulated or dropped. */
    fidelity: "labels",
    transport: "string",
    reach: "string",
    bypassable: "bool",
    capacityReplicas: "int",
    gridGramsPerKwh: "double",
    simulated: "bool",
  },
  needs: {
    kind: "string",
    cpu: "double",
    milliCpu: "int",
    memoryMiB: "int",
    ephemeralStorageGiB: "double",
    arch: "string",
    gpu: "string",
    gpuCount: "int",
    minReplicas: "int",
    maxReplicas: "int",
    routed: "bool",
    protocol: "string",
    access: "string",
    containers: "int",
    stopGraceSeconds: "int",
    registries: "strings",
    requestsPerMonth: "double",
    egressGiBPerMonth: "double",
  },
  workload: {
    name: "string",
    project: "string",
    environment: "string",
    environmentClass: "string",
    protected: "bool",
    labels: "labels",
    projectLabels: "labels",
    environmentLabels: "labels",
    image: IMAGE,
    priority: "int",
    singleton: "bool",
  },
  /** `runs` is false where it runs nowhere yet; then the texts are empty. */
  incumbent: { runs: "bool", ...PLACE, billing: "string", arch: "string" },
  now: "instant",
} as const satisfies Fields;

/** What rules over changes may speak of: `ChangeFacts`, where every field is always there. */
export const CHANGE_FACTS = {
  change: {
    kinds: "strings",
    trigger: "string",
    reason: "string",
    automatic: "bool",
    emergency: "bool",
    creates: "bool",
    moves: "bool",
    from: [PLACE],
    to: [PLACE],
    price: { before: "double", after: "double" },
    replicas: { before: REPLICAS, after: REPLICAS },
  },
  actor: { name: "string", automatic: "bool" },
  source: { repo: "string", commit: "string", ref: "string", runUrl: "string", sequence: "int" },
  image: IMAGE,
  environment: { name: "string", class: "string", protected: "bool", labels: "labels" },
  workload: { name: "string", kind: "string", labels: "labels", images: [IMAGE] },
  now: "instant",
} as const satisfies Fields;
