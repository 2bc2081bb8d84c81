#!/bin/bash
# Run once by PostgreSQL's image: the club's own role, which is no superuser, and its database.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -v password="${CLUB_PASSWORD:?}" -U "${POSTGRES_USER:-postgres}" <<'SQL'
CREATE ROLE vipclub LOGIN NOSUPERUSER NOCREATEROLE CREATEDB PASSWORD :'password';
CREATE DATABASE vipclub OWNER vipclub ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE vipclub FROM PUBLIC;
SQL
