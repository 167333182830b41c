import cloudresourcemanager from "../contracts/data/gcp/cloudresourcemanager__v3.json" with { type: "json" };
import iamcredentials from "../contracts/data/gcp/iamcredentials__v1.json" with { type: "json" };
import logging from "../contracts/data/gcp/logging__v2.json" with { type: "json" };
import run from "../contracts/data/gcp/run__v2.json" with { type: "json" };
import secretmanager from "../contracts/data/gcp/secretmanager__v1.json" with { type: "json" };
import serviceusage from "../contracts/data/gcp/serviceusage__v1.json" with { type: "json" };
import sts from "../contracts/data/gcp/sts__v1.json" with { type: "json" };
import { giveDocuments } from "../contracts/run-discovery.ts";

// Imported and not read: workerd has no files.
giveDocuments([run, secretmanager, logging, sts, iamcredentials, cloudresourcemanager, serviceusage]);
