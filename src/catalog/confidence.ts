/** How sure a figure is: the vendor's own; the vendor's as seen through others; third party, old or floating. */
export const CONFIDENCES = ["high", "medium", "low"] as const;
export type Confidence = (typeof CONFIDENCES)[number];
