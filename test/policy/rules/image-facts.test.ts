import { expect, test } from "vitest";
import { compileCel } from "../../../src/policy/cel/compile.ts";
import { offerScene, withOffer } from "../../../src/policy/cel/offer-values.ts";
import { imageFacts } from "../../../src/policy/rules/facts.ts";
import { aService } from "../../catalog/needs.ts";
import { anOffer } from "../arbitraries.ts";

const DIGEST = `sha256:${"ab".repeat(32)}`;
const workload = {
  project: "acme",
  projectLabels: {},
  environment: "production",
  environmentClass: "production",
  environmentLabels: {},
  protected: true,
  priority: 50,
  singleton: false,
} as const;

test.each([
  ["ghcr.io/acme/web", undefined, "latest", ""],
  ["ghcr.io/acme/web", DIGEST, "latest", DIGEST],
  ["localhost:5000/web", undefined, "latest", ""],
  ["ghcr.io/acme/web:latest", undefined, "latest", ""],
  ["ghcr.io/acme/web:1.4", DIGEST, "1.4", DIGEST],
  [`ghcr.io/acme/web@${DIGEST}`, undefined, "", DIGEST],
  [`ghcr.io/acme/web:1.4@${DIGEST}`, undefined, "1.4", DIGEST],
  ["not an image", undefined, "", ""],
])("rules see the tag that is pulled: %s resolved to %s has %j", (image, resolved, tag, digest) => {
  expect(imageFacts(image, resolved)).toMatchObject({ reference: image, tag, digest });
  const compiled = compileCel(
    `workload.image.tag == "${tag}" && workload.image.digest == "${digest}"`,
    "offer",
    "",
  );
  const scene = offerScene({
    needs: aService(),
    workload: { ...workload, image, ...(resolved === undefined ? {} : { digest: resolved }) },
  });
  expect(compiled.ok && compiled.program.run(withOffer(scene, anOffer("a")))).toEqual({
    ok: true,
    value: true,
  });
});
