import Database

extension AuthSchema {
    /// Groups, policies, attachments, passwords, sessions that were ended; the base groups and policies.
    ///
    /// Who was a user before could do anything, and becomes a member of `Admins`.
    static let directory = Migration(
        3, "directory",
        """
        ALTER TABLE account
            ADD COLUMN external_id text CHECK (octet_length(external_id) <= 1024),
            ADD COLUMN source text CHECK (octet_length(source) <= 64),
            -- Tells a user from one of the same name before: tokens carry it.
            ADD COLUMN incarnation uuid NOT NULL DEFAULT gen_random_uuid();

        ALTER TABLE credential
            ADD COLUMN name text CHECK (octet_length(name) <= 255),
            ADD COLUMN expires timestamptz,
            -- To the minute.
            ADD COLUMN last_used timestamptz;
        DROP INDEX credential_user;
        CREATE INDEX credential_user ON credential (user_id, access_key_id);

        CREATE TABLE user_group (
            id text COLLATE "C" PRIMARY KEY CHECK (octet_length(id) BETWEEN 1 AND 255),
            description text CHECK (octet_length(description) <= 1024),
            created timestamptz NOT NULL DEFAULT now()
        );

        CREATE TABLE membership (
            group_id text COLLATE "C" NOT NULL REFERENCES user_group (id) ON DELETE CASCADE,
            user_id text COLLATE "C" NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            PRIMARY KEY (group_id, user_id)
        );
        CREATE INDEX membership_user ON membership (user_id, group_id);

        CREATE TABLE policy (
            id text COLLATE "C" PRIMARY KEY CHECK (octet_length(id) BETWEEN 1 AND 255),
            -- A JSON array.
            statements text NOT NULL CHECK (octet_length(statements) <= 32768),
            created timestamptz NOT NULL DEFAULT now()
        );

        CREATE TABLE user_policy (
            user_id text COLLATE "C" NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            policy_id text COLLATE "C" NOT NULL REFERENCES policy (id) ON DELETE CASCADE,
            PRIMARY KEY (user_id, policy_id)
        );
        CREATE INDEX user_policy_policy ON user_policy (policy_id);

        CREATE TABLE group_policy (
            group_id text COLLATE "C" NOT NULL REFERENCES user_group (id) ON DELETE CASCADE,
            policy_id text COLLATE "C" NOT NULL REFERENCES policy (id) ON DELETE CASCADE,
            PRIMARY KEY (group_id, policy_id)
        );
        CREATE INDEX group_policy_policy ON group_policy (policy_id);

        CREATE TABLE external_principal (
            id text COLLATE "C" PRIMARY KEY CHECK (octet_length(id) BETWEEN 1 AND 1024),
            user_id text COLLATE "C" NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            -- JSON as it was given.
            settings text CHECK (octet_length(settings) <= 4096),
            created timestamptz NOT NULL DEFAULT now()
        );
        CREATE INDEX external_principal_user ON external_principal (user_id, id);

        CREATE TABLE password (
            user_id text COLLATE "C" PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
            -- Names the password in the tokens it gave: another password, another number.
            generation uuid NOT NULL DEFAULT gen_random_uuid(),
            salt bytea NOT NULL CHECK (octet_length(salt) BETWEEN 16 AND 64),
            -- What scrypt made of it, with these parameters.
            hash bytea NOT NULL CHECK (octet_length(hash) BETWEEN 32 AND 64),
            scrypt_n integer NOT NULL,
            scrypt_r integer NOT NULL,
            scrypt_p integer NOT NULL,
            changed timestamptz NOT NULL DEFAULT now()
        );

        -- Tokens that were given back before their time, until it is over.
        CREATE TABLE ended_session (
            id text COLLATE "C" PRIMARY KEY CHECK (octet_length(id) BETWEEN 1 AND 64),
            expires timestamptz NOT NULL
        );
        CREATE INDEX ended_session_expires ON ended_session (expires);

        INSERT INTO policy (id, statements) VALUES
        ('AuthFullAccess', '[{"action":["auth:*"],"effect":"allow","resource":"*"}]'),
        ('AuthManageOwnCredentials', '[{"action":["auth:CreateCredentials","auth:DeleteCredentials",'
            '"auth:ListCredentials","auth:ReadCredentials"],"effect":"allow",'
            '"resource":"arn:lakefs:auth:::user/${user}"}]'),
        ('CatalogReadAll', '[{"action":["catalog:List*","catalog:Read*"],"effect":"allow","resource":"*"}]'),
        ('CatalogReadWriteAll', '[{"action":["catalog:*"],"effect":"allow","resource":"*"}]'),
        ('FSFullAccess', '[{"action":["fs:*"],"effect":"allow","resource":"*"}]'),
        ('FSReadAll', '[{"action":["fs:List*","fs:Read*"],"effect":"allow","resource":"*"}]'),
        ('FSReadWriteAll', '[{"action":["fs:List*","fs:Read*","fs:WriteObject","fs:DeleteObject",'
            '"fs:RevertBranch","fs:CreateBranch","fs:DeleteBranch","fs:CreateTag","fs:DeleteTag",'
            '"fs:CreateCommit"],"effect":"allow","resource":"*"}]'),
        ('PRReadWriteAll', '[{"action":["pr:*"],"effect":"allow","resource":"*"}]'),
        ('RepoManagementFullAccess', '[{"action":["branches:*","ci:*","fs:ReadConfig","retention:*"],'
            '"effect":"allow","resource":"*"}]'),
        ('RepoManagementReadAll', '[{"action":["branches:Get*","ci:Read*","fs:ReadConfig","retention:Get*"],'
            '"effect":"allow","resource":"*"}]');

        INSERT INTO user_group (id, description) VALUES
        ('Admins', 'Everything'),
        ('Developers', 'Reads and writes of all repositories'),
        ('SuperUsers', 'Everything but users and settings'),
        ('Viewers', 'Reads of all repositories');

        INSERT INTO group_policy (group_id, policy_id) VALUES
        ('Admins', 'AuthFullAccess'), ('Admins', 'CatalogReadWriteAll'), ('Admins', 'FSFullAccess'),
        ('Admins', 'PRReadWriteAll'), ('Admins', 'RepoManagementFullAccess'),
        ('Developers', 'AuthManageOwnCredentials'), ('Developers', 'FSReadWriteAll'),
        ('Developers', 'PRReadWriteAll'), ('Developers', 'RepoManagementReadAll'),
        ('SuperUsers', 'AuthManageOwnCredentials'), ('SuperUsers', 'FSFullAccess'),
        ('SuperUsers', 'PRReadWriteAll'), ('SuperUsers', 'RepoManagementReadAll'),
        ('Viewers', 'AuthManageOwnCredentials'), ('Viewers', 'FSReadAll');

        INSERT INTO membership (group_id, user_id) SELECT 'Admins', id FROM account
        """)
}
