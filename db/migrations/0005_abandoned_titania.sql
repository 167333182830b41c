CREATE TABLE `policies` (
	`owner` text NOT NULL,
	`name` text NOT NULL,
	`version` integer NOT NULL,
	`hash` text NOT NULL,
	`document` text,
	`actor` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`owner`, `name`, `version`)
);
