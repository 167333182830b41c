import { base32, base32Number } from "./base32.ts";
import { canonicalJson, sha256Hex } from "./canonical-json.ts";
import type { Billing, Shape } from "./offer.ts";
import type { Place } from "./place.ts";
import type { Template } from "./plan.ts";

/** Everything that makes a unit itself: a change of any of these is another unit beside it. */
export interface UnitKey {
  /** The workload's row id, not its name: a name used again after a removal makes other units. */
  readonly workloadId: string;
  readonly template: Template;
  readonly place: Place;
  readonly shape: Shape;
  readonly billing: Billing;
  readonly ordinal: number;
  readonly attempt: number;
}

/** Hex characters of a unit id: 160 bits. */
const UNIT_ID_CHARS = 40;
/** 15 bytes make 24 base32 characters. With the `b` before them the name fits the shortest limit of the clouds. */
const NAME_BYTES = 15;

/** The id of a unit: 40 hex characters of the SHA-256 over its key's canonical JSON. */
export function unitId(key: UnitKey): string {
  const { workloadId, place, shape, billing, ordinal, attempt } = key;
  const template = templateIdentity(key.template);
  return sha256Hex(canonicalJson({ workloadId, template, place, shape, billing, ordinal, attempt })).slice(
    0,
    UNIT_ID_CHARS,
  );
}

/** The id of a unit that one run alone gets, in place of the unit `id` of a plan: no plan ever gives it to a unit of its own. */
export function unitIdOfRun(id: string, run: string): string {
  return sha256Hex(canonicalJson({ unit: id, run })).slice(0, UNIT_ID_CHARS);
}

/**
 * What of a template makes a unit itself. Not the images' own entrypoints: the digests say which they are, and whether a registry let
 * them be read makes no other unit.
 */
export function templateIdentity({ imageEntrypoint: _entrypoint, sidecars, ...template }: Template) {
  return {
    ...template,
    sidecars: sidecars.map(({ imageEntrypoint: _theirs, ...sidecar }) => sidecar),
  };
}

/** The provider-side name of a unit: `b` and 24 base32 characters of the id's bytes. */
export function unitName(id: string): string {
  const bytes = Uint8Array.from({ length: NAME_BYTES }, (_, index) =>
    Number.parseInt(id.slice(index * 2, index * 2 + 2), 16),
  );
  return `b${base32(bytes)}`;
}

/** How the id of a unit begins that has this provider-side name: 30 hex characters; undefined for what is no such name. */
export function idBeginning(name: string): string | undefined {
  if (!/^b[a-z2-7]{24}$/.test(name)) return undefined;
  return base32Number(name.slice(1))
    .toString(16)
    .padStart(NAME_BYTES * 2, "0");
}
