import Database

extension AuthSchema {
    /// Access keys of sessions, beside the lasting ones. They end by themselves, and with what their maker was known by.
    static let sessions = Migration(
        5, "sessions",
        """
        ALTER TABLE credential
            -- SHA-256 of a session's token; null for a lasting key.
            ADD COLUMN token_digest bytea CHECK (octet_length(token_digest) = 32),
            -- By what its maker was known, one of the three.
            ADD COLUMN by_key text COLLATE "C" REFERENCES credential (access_key_id) ON DELETE CASCADE,
            ADD COLUMN by_password uuid,
            ADD COLUMN by_identity text COLLATE "C" REFERENCES external_principal (id) ON DELETE CASCADE,
            -- The login it was made in.
            ADD COLUMN login_id text COLLATE "C" CHECK (octet_length(login_id) <= 64),
            -- JSON: what the user's rights are cut down to.
            ADD COLUMN bounds text CHECK (octet_length(bounds) <= 65536),
            ADD CONSTRAINT credential_session_whole CHECK (
                num_nonnulls(by_key, by_password, by_identity) = CASE WHEN token_digest IS NULL THEN 0 ELSE 1 END
                AND (token_digest IS NULL OR expires IS NOT NULL AND bounds IS NOT NULL));
        CREATE INDEX credential_lasting ON credential (user_id, access_key_id) WHERE token_digest IS NULL;
        CREATE INDEX credential_session ON credential (user_id, access_key_id) WHERE token_digest IS NOT NULL;
        CREATE INDEX credential_session_expires ON credential (expires) WHERE token_digest IS NOT NULL;
        CREATE INDEX credential_by_key ON credential (by_key) WHERE by_key IS NOT NULL;
        CREATE INDEX credential_by_identity ON credential (by_identity) WHERE by_identity IS NOT NULL
        """)
}
