import { expect, test } from "vitest";
import { parseCloudSettings } from "../../src/main/cloud-settings.ts";

test("without variables there is no issuer, and targets name no endpoints of their own", () => {
  const none = { settings: { issuerUrl: undefined, allowCustomEndpoints: false }, problems: [] };
  expect(parseCloudSettings({})).toEqual(none);
  expect(parseCloudSettings({ BERTH_ISSUER_URL: "", BERTH_ALLOW_CUSTOM_ENDPOINTS: "0" })).toEqual(none);
});

test("an issuer is taken without the slash at its end, as its tokens will name it", () => {
  const variables = { BERTH_ISSUER_URL: "https://keys.example/berth/", BERTH_ALLOW_CUSTOM_ENDPOINTS: "1" };
  expect(parseCloudSettings(variables)).toEqual({
    settings: { issuerUrl: "https://keys.example/berth", allowCustomEndpoints: true },
    problems: [],
  });
});

test.each([
  ["BERTH_ISSUER_URL", "http://berth.example"],
  ["BERTH_ISSUER_URL", "berth.example"],
  ["BERTH_ISSUER_URL", "https://berth.example:8443"],
  ["BERTH_ISSUER_URL", "https://me:secret@berth.example"],
  ["BERTH_ISSUER_URL", "https://berth.example/?a=b"],
  ["BERTH_ISSUER_URL", "https://berth.example/#"],
  ["BERTH_ISSUER_URL", `https://berth.example/${"a".repeat(255)}`],
  ["BERTH_ALLOW_CUSTOM_ENDPOINTS", "yes"],
])("%s=%s is refused with a sentence that names the variable", (name, value) => {
  const { problems } = parseCloudSettings({ [name]: value });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(`${name} is `);
});
