-- A role and a schema for each service that keeps state; neither sees the other's. Safe to run again.
-- The passwords come from the environment: TARN_AUTH_PASSWORD and TARN_INDEX_PASSWORD.
\getenv auth_password TARN_AUTH_PASSWORD
\getenv index_password TARN_INDEX_PASSWORD

SELECT format('CREATE ROLE %I LOGIN', name)
FROM (VALUES ('tarn_auth'), ('tarn_index')) AS wanted (name)
WHERE name NOT IN (SELECT rolname FROM pg_roles)
\gexec

ALTER ROLE tarn_auth PASSWORD :'auth_password';
ALTER ROLE tarn_index PASSWORD :'index_password';

SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO tarn_auth, tarn_index', current_database()) \gexec
REVOKE ALL ON SCHEMA public FROM PUBLIC;

CREATE SCHEMA IF NOT EXISTS auth AUTHORIZATION tarn_auth;
CREATE SCHEMA IF NOT EXISTS index AUTHORIZATION tarn_index;
ALTER ROLE tarn_auth SET search_path = auth;
ALTER ROLE tarn_index SET search_path = index;
