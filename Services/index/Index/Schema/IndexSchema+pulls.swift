import Database

extension IndexSchema {
    static let pulls = Migration(
        12, "pulls",
        """
        CREATE TABLE pull (
            repository bigint NOT NULL,
            -- Newer ones come first.
            id text COLLATE "C" NOT NULL,
            -- 1 open, 2 closed, 3 merged.
            state smallint NOT NULL DEFAULT 1 CHECK (state IN (1, 2, 3)),
            title text NOT NULL CHECK (octet_length(title) <= 1024),
            description text NOT NULL CHECK (octet_length(description) <= 65536),
            author text NOT NULL,
            source bytea NOT NULL,
            destination bytea NOT NULL,
            created timestamptz NOT NULL DEFAULT now(),
            -- When it was closed or merged.
            closed timestamptz,
            -- The merge commit.
            merged bytea,
            CHECK ((state = 3) = (merged IS NOT NULL)),
            PRIMARY KEY (repository, id)
        );
        CREATE INDEX pull_open ON pull (repository, id) WHERE state = 1;
        CREATE INDEX pull_over ON pull (repository, id) WHERE state <> 1
        """)
}
