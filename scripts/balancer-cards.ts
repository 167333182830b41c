import type { PriceCardDocument } from "./extra-cards.ts";
import type { Source } from "./price-sources.ts";

type Figure = readonly [region: string, asOf: string, hourUsd: string, lcuUsd?: string];

const RECORDED: Source = {
  id: "aws-elb-recorded",
  text: "AWS Price List, offer file AWSELB 20260911124544 for us-east-1, recorded in github.com/Elvis2131/preflight at 6f3cb90",
  licence: "figures only",
};
const QUOTED: Source = {
  id: "aws-elb-quoted",
  text: "AWS Price List, the region's own offer file AWSELB (pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AWSELB), as quoted by others",
  licence: "figures only",
};
const OLD: Source = {
  id: "aws-elb-old",
  text: "aws.amazon.com/elasticloadbalancing/pricing of December 2017 and an AmazonEC2 offer row of August 2023, as quoted by others",
  licence: "figures only",
};

/** An Application Load Balancer: USD an hour, and USD for a capacity unit an hour. The day is that of the file, or of the look at it. */
const FIGURES: readonly (readonly [Source, confidence: string, readonly Figure[]])[] = [
  [RECORDED, "high", [["us-east-1", "2026-09-11", "0.0225", "0.008"]]],
  [
    QUOTED,
    "medium",
    [
      ["ap-east-1", "2026-07-31", "0.0277", "0.0088"],
      ["ap-northeast-1", "2026-09-24", "0.0243", "0.008"],
      ["ap-northeast-2", "2026-10-01", "0.0225", "0.008"],
      ["ap-northeast-3", "2026-09-24", "0.0243", "0.008"],
      ["ap-south-1", "2026-09-16", "0.0239", "0.008"],
      ["ap-southeast-1", "2026-09-29", "0.0252", "0.008"],
      ["ap-southeast-3", "2026-08-31", "0.0252", "0.008"],
      ["ca-central-1", "2026-08-24", "0.02475", "0.0088"],
      ["eu-central-1", "2026-09-11", "0.027", "0.008"],
      ["eu-north-1", "2026-04-12", "0.02394", "0.0076"],
      ["eu-west-1", "2026-09-14", "0.0252", "0.008"],
      ["eu-west-2", "2026-10-06", "0.02646", "0.0084"],
      ["eu-west-3", "2026-09-08", "0.02646", "0.0084"],
      ["il-central-1", "2026-09-27", "0.02646", "0.0084"],
      ["me-central-1", "2026-09-11", "0.028224", "0.00896"],
      ["mx-central-1", "2026-07-20", "0.023625", "0.0084"],
      ["sa-east-1", "2026-06-19", "0.034", "0.011"],
      ["us-east-2", "2026-09-11", "0.0225", "0.008"],
      ["us-west-2", "2026-09-28", "0.0225", "0.008"],
    ],
  ],
  [
    OLD,
    "low",
    [
      ["ap-southeast-2", "2017-12-18", "0.0252"],
      ["us-west-1", "2023-08-01", "0.0252"],
    ],
  ],
];

/** The load balancer's cards: one for each day, source and meter. */
export function balancerCards(): readonly {
  readonly card: PriceCardDocument;
  readonly usd: Record<string, string>;
  readonly source: Source;
}[] {
  return FIGURES.flatMap(([source, confidence, figures]) => {
    const days = [...new Set(figures.map(([, asOf]) => asOf))].sort();
    return days.flatMap((asOf) =>
      METERS.flatMap(([meter, unit, usdOf]) => {
        const usd = Object.fromEntries(
          figures.flatMap((figure) => {
            const value = usdOf(figure);
            return figure[1] === asOf && value !== undefined ? [[figure[0], value]] : [];
          }),
        );
        const card = {
          provider: "ecs",
          product: "load-balancer",
          meter,
          unit,
          asOf,
          confidence,
          source: source.id,
        };
        return Object.keys(usd).length === 0 ? [] : [{ card, usd, source }];
      }),
    );
  });
}

const METERS: readonly (readonly [string, string, (figure: Figure) => string | undefined])[] = [
  ["lb-hour", "hour", ([, , hourUsd]) => hourUsd],
  ["lcu-hour", "LCU-hour", ([, , , lcuUsd]) => lcuUsd],
];
