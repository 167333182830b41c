import { openTemporaryStore } from "../routes/temporary-store.ts";
import { moneyContract } from "./money-contract.ts";

moneyContract("libSQL", openTemporaryStore);
