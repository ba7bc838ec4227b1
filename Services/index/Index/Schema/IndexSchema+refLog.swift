import Database

extension IndexSchema {
    /// What brings deleted branches and tags back. The indexes hold deletions alone, so that no other statement can be
    /// planned on them.
    static let refLog = Migration(
        8, "ref log",
        """
        -- Whether a branch that was deleted was hidden.
        ALTER TABLE ref_log ADD COLUMN is_hidden boolean NOT NULL DEFAULT false;
        CREATE INDEX ref_log_deletion ON ref_log (repository, id) WHERE new_head IS NULL;
        CREATE INDEX ref_log_deletion_name ON ref_log (repository, name, id) WHERE new_head IS NULL
        """)
}
