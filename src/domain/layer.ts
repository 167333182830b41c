/** The kinds of layer a policy is made of, widest first. */
export const LAYERS = ["default", "instance", "project", "environment", "workload", "inline"] as const;
export type LayerKind = (typeof LAYERS)[number];

/** One layer of the policy a plan was made under: which document, in which version. */
export interface LayerRef {
  readonly layer: LayerKind;
  readonly name: string;
  readonly version: number;
  /** Content hash of the document. */
  readonly hash: string;
}

/** A layer as people read it: `project policy prod-rules (version 3)`, or `inline policy`. */
export function layerLabel({ layer, name, version }: LayerRef): string {
  if (layer === "inline" || layer === "default") return `${layer} policy`;
  return `${layer} policy ${name} (version ${version})`;
}
