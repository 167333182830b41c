CREATE TABLE `account_rates` (
	`project` text PRIMARY KEY NOT NULL,
	`body` text NOT NULL,
	`version` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `catalog` (
	`only` integer PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`book` text NOT NULL,
	`base_hash` text NOT NULL,
	`base_collected` text NOT NULL,
	`reports` text NOT NULL,
	`created_at` integer NOT NULL,
	`attempted_at` integer,
	CONSTRAINT "catalog_one_row" CHECK("catalog"."only" = 1)
);
--> statement-breakpoint
CREATE TABLE `price_books` (
	`hash` text NOT NULL,
	`part` integer NOT NULL,
	`parts` integer NOT NULL,
	`collected` text NOT NULL,
	`items` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`hash`, `part`)
);
