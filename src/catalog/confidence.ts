/**
 * How sure a figure is: the vendor's own; stated by the account itself, which nobody else can check; the vendor's as seen through others;
 * third party, old or floating.
 */
export const CONFIDENCES = ["high", "stated", "medium", "low"] as const;
export type Confidence = (typeof CONFIDENCES)[number];
