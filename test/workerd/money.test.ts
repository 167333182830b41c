import { moneyContract } from "../store/money-contract.ts";
import { openD1Store } from "./database.ts";

moneyContract("D1", openD1Store);
