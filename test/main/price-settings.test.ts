import { expect, test } from "vitest";
import { parsePriceSettings } from "../../src/main/price-settings.ts";

test("without variables prices are read from the providers once a day, and Google's not at all", () => {
  expect(parsePriceSettings({ BERTH_GCP_PRICING_KEY: "", BERTH_PRICES_REFRESH_HOURS: "" })).toEqual({
    settings: {
      refreshHours: 24,
      gcpKey: undefined,
      addresses: {
        ecs: "https://pricing.us-east-1.amazonaws.com",
        aci: "https://prices.azure.com",
        "cloud-run": "https://cloudbilling.googleapis.com",
      },
    },
    problems: [],
  });
});

test("0 hours are never, and mirrors are read instead of the providers", () => {
  const { settings, problems } = parsePriceSettings({
    BERTH_PRICES_REFRESH_HOURS: "0",
    BERTH_AZURE_PRICES_URL: "http://mirror.internal:8080",
  });
  expect(problems).toEqual([]);
  expect(settings).toMatchObject({ refreshHours: 0, addresses: { aci: "http://mirror.internal:8080" } });
});

test.each([
  ["BERTH_PRICES_REFRESH_HOURS", "daily"],
  ["BERTH_PRICES_REFRESH_HOURS", "-1"],
  ["BERTH_PRICES_REFRESH_HOURS", "9999"],
  ["BERTH_AWS_PRICES_URL", "mirror.internal"],
  ["BERTH_GCP_PRICES_URL", "file:///etc/hostname"],
])("%s=%s is refused by name", (name, value) => {
  const { problems } = parsePriceSettings({ [name]: value });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(name);
});
