import { z } from "zod";
import { time } from "./parts.ts";

export const issuerAnswers = {
  Issuer: z.strictObject({
    issuer: z.string(),
    algorithm: z.string(),
    holdsUntil: time.describe("Until then a copy of the documents is enough."),
    keys: z.array(
      z.strictObject({
        id: z.string(),
        state: z.enum(["signs", "next", "ended"]),
        createdAt: time,
        signsFrom: time,
      }),
    ),
    documents: z.array(
      z.strictObject({
        path: z.string().describe("Below the issuer's URL."),
        mediaType: z.string(),
        text: z.string(),
      }),
    ),
  }),
  TargetTrust: z.strictObject({
    target: z.string(),
    issuer: z.string(),
    subject: z.string().describe("Stands for this one target, and is never used again."),
    audience: z.string().optional(),
    documents: z.array(
      z.strictObject({
        title: z.string(),
        format: z.enum(["json", "shell", "terraform"]),
        text: z.string(),
      }),
    ),
  }),
};
