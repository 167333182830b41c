import type { LayerRef } from "../domain/layer.ts";
import type { PolicyRules } from "./policy-rules.ts";

/** One document that has a say, and which one it is. */
export interface Layer {
  readonly ref: LayerRef;
  readonly rules: PolicyRules;
}

/** What a spec says inline is a layer without a version of its own: it is part of the spec's revision. */
export const INLINE: LayerRef = { layer: "inline", name: "inline", version: 0, hash: "" };
