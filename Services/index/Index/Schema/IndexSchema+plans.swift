import Database

extension IndexSchema {
    /// Indexes in an order that makes plans certain: of two that look alike to the planner, as all do while a table is small,
    /// it takes the newer, and keeps to it while the table grows.
    static let plans = Migration(
        5, "plans",
        """
        DROP INDEX ref_kind;
        CREATE INDEX ref_branch ON ref (repository, name) WHERE kind = 1;
        CREATE INDEX ref_tag ON ref (repository, name) WHERE kind = 2;

        CREATE UNIQUE INDEX staged_key ON staged (repository, token, key);
        ALTER TABLE staged DROP CONSTRAINT staged_pkey;
        ALTER TABLE staged ADD CONSTRAINT staged_pkey PRIMARY KEY USING INDEX staged_key;

        CREATE UNIQUE INDEX upload_key ON upload (repository, id);
        ALTER TABLE upload DROP CONSTRAINT upload_pkey;
        ALTER TABLE upload ADD CONSTRAINT upload_pkey PRIMARY KEY USING INDEX upload_key
        """)
}
