import Database

extension IndexSchema {
    /// Staged entries and the tokens that hold them together.
    static let staging = Migration(
        2, "staging",
        """
        CREATE TABLE token (
            repository bigint NOT NULL,
            token uuid NOT NULL,
            branch bigint NOT NULL,
            name bytea NOT NULL,
            -- 1 open, 2 closed, 3 retired.
            state smallint NOT NULL CHECK (state IN (1, 2, 3)),
            -- When it came into this state.
            since timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (repository, token)
        ) WITH (fillfactor = 50);
        CREATE INDEX token_retired ON token (since) WHERE state = 3;

        CREATE TABLE staged (
            repository bigint NOT NULL,
            token uuid NOT NULL,
            branch bigint NOT NULL,
            key bytea NOT NULL,
            -- As the tree encodes it; NULL for a tombstone.
            entry bytea,
            -- The operation that wrote the row, and those it was written by before, the newest first.
            write_id uuid NOT NULL,
            earlier uuid[],
            PRIMARY KEY (repository, token, key)
        );
        -- Finds a write that was carried out before, in whatever token of the branch.
        CREATE INDEX staged_write ON staged (repository, branch, key);

        -- Who does the upkeep of the whole index.
        CREATE TABLE lease (
            name text PRIMARY KEY,
            owner uuid NOT NULL,
            ends timestamptz NOT NULL
        )
        """)
}
