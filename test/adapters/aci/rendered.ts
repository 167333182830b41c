import { cloudOffers } from "../../../src/catalog/cloud-offers.ts";
import { builtInBook } from "../../../src/catalog/shipped-book.ts";
import { renderUnit } from "../../../src/adapters/aci/render/render.ts";
import { withImages } from "../../../src/domain/image-needs.ts";
import { parseSpec } from "../../../src/domain/parse-spec.ts";
import { needsOf } from "../../../src/domain/needs-of.ts";
import type { Offer } from "../../../src/domain/offer.ts";
import type { Unit } from "../../../src/domain/plan.ts";
import type { ResolvedImage } from "../../../src/domain/resolved-image.ts";
import type { Spec } from "../../../src/domain/spec.ts";
import { templateOf } from "../../../src/domain/template.ts";
import { aciUnit, PLACE, REGION } from "./world.ts";

/** What becomes of a spec here: the sentences against it, or its document beside what is honoured otherwise than written. */
export type Rendered =
  | { readonly refused: readonly string[] }
  | { readonly fidelity: readonly string[]; readonly document: unknown };

/** Renders a spec for the first on-demand offer, as a plan would; every image is taken for read, with an entrypoint of its own. */
export function rendered(spec: Spec): Rendered {
  const { offer, unit } = planned(spec);
  if (offer.impossible.length > 0) return { refused: offer.impossible.map(({ message }) => message).sort() };
  return {
    fidelity: offer.fidelity.map(({ field, level, message }) => `${field} ${level}: ${message}`),
    document: renderUnit(unit),
  };
}

/** The unit a plan would make of a spec, and the offer it stands on. */
export function planned(spec: Spec): { readonly offer: Offer; readonly unit: Unit } {
  const images = [spec, ...spec.sidecars].map(({ image }): ResolvedImage => ({
    reference: image,
    digest: `sha256:${"cd".repeat(32)}`,
    platforms: [{ os: "linux", arch: "amd64", digest: `sha256:${"ef".repeat(32)}` }],
    entrypoint: ["/image-entrypoint"],
  }));
  const needs = withImages(needsOf(spec), spec, images);
  const [offer] = cloudOffers("aci", REGION, needs, builtInBook());
  if (offer === undefined) throw new Error("no offer");
  const secretVersions = Object.fromEntries(secretsIn(spec).map((name) => [name, 3]));
  const unit = aciUnit(1, {
    workload: spec.name,
    place: PLACE,
    shape: offer.shape,
    billing: offer.billing,
    replicas: { min: spec.scale.min, max: spec.scale.max },
    template: templateOf(spec, { images, secretVersions }),
  });
  return { offer, unit };
}

/** The spec a document says. Throws when it is wrong. */
export function specOf(document: unknown): Spec {
  const parsed = parseSpec(document);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.spec;
}

function secretsIn({ secrets, sidecars, files }: Spec): readonly string[] {
  return [
    ...Object.values(secrets),
    ...sidecars.flatMap((sidecar) => Object.values(sidecar.secrets)),
    ...files.flatMap(({ secret }) => (secret === undefined ? [] : [secret])),
  ];
}
