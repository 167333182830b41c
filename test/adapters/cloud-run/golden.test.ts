import { join } from "node:path";
import { expect, test } from "vitest";
import type { Invoker } from "../../../src/adapters/cloud-run/config.ts";
import { parseSpec } from "../../../src/domain/parse-spec.ts";
import type { Spec } from "../../../src/domain/spec.ts";
import { renderSpecs } from "../render-specs.ts";
import { FIELD_TABLE, leavesOf, sourceOf } from "./field-table.ts";
import { offersOf, renderedOf, violationsIn } from "./rendered.ts";

const SPECS = [...renderSpecs()];
/** Specs that are rendered for private services, too. */
const PRIVATE = ["smallest-service", "scaled"];

test.each(SPECS)("%s is rendered as its golden file says, valid by Google's contract", async (name, spec) => {
  const outcome = outcomeOf(spec);
  for (const one of outcome)
    if (one.document !== undefined) expect(violationsIn(one.collection, one.document)).toEqual([]);
  const golden = join(import.meta.dirname, "golden", `${name}.json`);
  await expect(`${JSON.stringify(outcome, undefined, 2)}\n`).toMatchFileSnapshot(golden);
});

test.each(SPECS.filter(([name]) => PRIVATE.includes(name)))(
  "%s at a target with private services is rendered as its golden file says",
  async (name, spec) => {
    const outcome = outcomeOf(spec, "private");
    for (const one of outcome)
      if (one.document !== undefined) expect(violationsIn(one.collection, one.document)).toEqual([]);
    const golden = join(import.meta.dirname, "golden", `${name}.private.json`);
    await expect(`${JSON.stringify(outcome, undefined, 2)}\n`).toMatchFileSnapshot(golden);
  },
);

test("every leaf of every document has its row in the field table, and every row is used", () => {
  const leaves = [...SPECS.map(([, spec]) => spec), ...MORE].flatMap((spec) =>
    outcomeOf(spec).flatMap((one) => (one.document === undefined ? [] : [...leavesOf(one.document)])),
  );
  expect(leaves.filter((leaf) => sourceOf(leaf) === undefined)).toEqual([]);
  const used = new Set(leaves.map(sourceOf));
  expect(FIELD_TABLE.filter(([, from]) => !used.has(from)).map(String)).toEqual([]);
});

// What the thirty do not reach here, because something else in them rules Cloud Run out.
const MORE = [
  {
    name: "wide",
    image: "acme/wide:1",
    workingDir: "/app",
    labels: { team: "shop" },
    route: { port: 8080, protocol: "grpc", sticky: true },
    health: { grpc: "acme.Wide" },
    scale: { min: 2, max: 150, concurrency: 40 },
    resources: { cpu: 1, memory: "1Gi" },
    "x-cloud-run": {
      vpcAccess: { network: "default", subnetwork: "inner", tags: ["web"], egress: "ALL_TRAFFIC" },
      encryptionKey: "projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k",
    },
  },
].map((document): Spec => {
  const parsed = parseSpec(document);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.spec;
});

type Outcome =
  | { readonly offer: string; readonly impossible: readonly string[]; readonly document?: undefined }
  | ({ readonly offer: string; readonly fidelity: readonly string[]; readonly secretManager: unknown } & Pick<
      ReturnType<typeof renderedOf>,
      "collection" | "document"
    >);

// Each way it is sold; or, where there is none, why.
function outcomeOf(spec: Spec, invoker: Invoker = "public"): readonly Outcome[] {
  return offersOf(spec).map((offer): Outcome => {
    if (offer.impossible.length > 0)
      return { offer: offer.id, impossible: offer.impossible.map(({ message }) => message) };
    const { collection, document, secrets } = renderedOf(spec, offer, invoker);
    const fidelity = offer.fidelity.map(({ field, level, message }) => `${field} ${level}: ${message}`);
    return { offer: offer.id, fidelity, collection, document, secretManager: secrets.secrets };
  });
}
