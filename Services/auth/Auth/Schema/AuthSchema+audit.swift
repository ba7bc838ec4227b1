import Database

extension AuthSchema {
    /// The audit log: a partition for each day, to which rows are added and from which none is taken but with its day.
    static let audit = Migration(
        4, "audit",
        """
        CREATE SEQUENCE audit_number;
        CREATE TABLE audit (
            -- Microseconds since 1970: when the call came. Both rows of a call have the same.
            at bigint NOT NULL,
            number bigint NOT NULL DEFAULT nextval('audit_number'),
            request_id text COLLATE "C" NOT NULL,
            -- 1 begun, 2 ended, 3 both at once.
            phase integer NOT NULL CHECK (phase BETWEEN 1 AND 3),
            -- 1 control, 2 data.
            plane integer NOT NULL,
            service text COLLATE "C" NOT NULL,
            operation text COLLATE "C" NOT NULL,
            user_id text COLLATE "C",
            access_key_id text COLLATE "C",
            client_address text COLLATE "C",
            user_agent text,
            repository text COLLATE "C",
            target text,
            message text,
            -- Of HTTP.
            status integer,
            microseconds bigint
        ) PARTITION BY RANGE (at);
        CREATE TABLE audit_other PARTITION OF audit DEFAULT;
        CREATE INDEX audit_place ON audit (at, number);
        CREATE INDEX audit_user ON audit (user_id, at, number);
        CREATE INDEX audit_repository ON audit (repository, at, number);

        CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'the audit log is only added to';
        END
        $$;
        CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE ON audit
            FOR EACH ROW EXECUTE FUNCTION audit_refuse();
        CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit
            FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

        -- Makes the partitions of yesterday to a week from now, and drops those of days that are over. Days are since 1970.
        CREATE FUNCTION audit_tend(today bigint, kept bigint) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE
            name text;
        BEGIN
            PERFORM pg_advisory_xact_lock(hashtextextended(current_schema() || '.audit_tend', 0));
            FOR day IN today - 1 .. today + 7 LOOP
                name := 'audit_day_' || day;
                IF to_regclass(quote_ident(current_schema()) || '.' || name) IS NULL THEN
                    BEGIN
                        EXECUTE format(
                            'CREATE TABLE %I PARTITION OF audit FOR VALUES FROM (%s) TO (%s)', name,
                            day * 86400000000, (day + 1) * 86400000000);
                    EXCEPTION WHEN check_violation THEN
                        -- Rows of that day are in the other partition already, and the rest of the day goes there too.
                        NULL;
                    END;
                END IF;
            END LOOP;
            IF kept IS NULL THEN
                RETURN;
            END IF;
            FOR name IN
                SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = 'audit'::regclass AND CASE
                    WHEN c.relname ~ '^audit_day_[0-9]+$' THEN substr(c.relname, 11)::bigint < today - kept
                    ELSE false END
            LOOP
                EXECUTE format('DROP TABLE %I', name);
            END LOOP;
        END
        $$
        """)
}
