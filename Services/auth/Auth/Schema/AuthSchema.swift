package import Database

/// The schema of auth.
package enum AuthSchema {
    /// The schema's name unless a test chooses another.
    package static let name = "auth"

    package static func migrator(schema: String = AuthSchema.name) -> Migrator {
        Migrator(schema: schema, migrations: [users, purposeKeys, directory, audit, sessions])
    }

    /// Users, their access keys, and the one row that says that the first set-up was done.
    static let users = Migration(
        1, "users",
        """
        CREATE TABLE account (
            id text COLLATE "C" PRIMARY KEY CHECK (octet_length(id) BETWEEN 1 AND 255),
            created timestamptz NOT NULL DEFAULT now(),
            friendly_name text CHECK (octet_length(friendly_name) <= 1024),
            email text CHECK (octet_length(email) <= 320)
        );

        CREATE TABLE credential (
            access_key_id text COLLATE "C" PRIMARY KEY CHECK (octet_length(access_key_id) BETWEEN 3 AND 128),
            user_id text COLLATE "C" NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            -- Nonce, ciphertext and tag of AES-256-GCM; the access key id is authenticated along.
            secret bytea NOT NULL CHECK (octet_length(secret) <= 1024),
            -- Which key of the configuration sealed it.
            master_key_id text COLLATE "C" NOT NULL,
            created timestamptz NOT NULL DEFAULT now()
        );
        CREATE INDEX credential_user ON credential (user_id);
        CREATE INDEX credential_master_key ON credential (master_key_id);

        CREATE TABLE setup (
            singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
            administrator text COLLATE "C" NOT NULL,
            done timestamptz NOT NULL DEFAULT now()
        )
        """)

    /// Keys that services sign their own tokens with.
    static let purposeKeys = Migration(
        2, "purpose keys",
        """
        CREATE TABLE purpose_key (
            purpose text COLLATE "C" NOT NULL CHECK (octet_length(purpose) BETWEEN 1 AND 64),
            number bigint NOT NULL,
            -- Nonce, ciphertext and tag of AES-256-GCM; purpose and number are authenticated along.
            key bytea NOT NULL CHECK (octet_length(key) <= 1024),
            -- Which key of the configuration sealed it.
            master_key_id text COLLATE "C" NOT NULL,
            -- Seconds since 1970, by the clock of the process that made it.
            created bigint NOT NULL,
            PRIMARY KEY (purpose, number)
        )
        """)
}
