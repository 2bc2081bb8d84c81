-- The tables of the bare application, filled: 10,000 people with a token and units, 10,000 times,
-- and ten appointments for each.
CREATE TABLE seat_time (
  id integer PRIMARY KEY, seats integer NOT NULL, taken integer NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
CREATE TABLE unit_account (
  id integer PRIMARY KEY, units integer NOT NULL, held integer NOT NULL DEFAULT 0
) WITH (fillfactor = 70);
CREATE TABLE entry (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account_id integer NOT NULL,
  held integer NOT NULL, at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE visit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, time_id integer NOT NULL,
  person_id integer NOT NULL, state text NOT NULL DEFAULT 'booked',
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX visit_of_person ON visit (person_id, id);
CREATE INDEX visit_of_time ON visit (time_id);
CREATE TABLE letter (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text NOT NULL, content jsonb NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE trail (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, who integer NOT NULL, did text NOT NULL,
  content jsonb NOT NULL, at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE token (
  hash bytea PRIMARY KEY, person_id integer NOT NULL, scope text NOT NULL,
  until timestamptz NOT NULL
);
CREATE TABLE answered (
  person_id integer NOT NULL, key text NOT NULL, body_hash bytea NOT NULL, status integer,
  answer text, PRIMARY KEY (person_id, key)
);
INSERT INTO seat_time (id, seats) SELECT n, 1000000000 FROM generate_series(1, 10000) n;
INSERT INTO unit_account (id, units) SELECT n, 1000000000 FROM generate_series(1, 10000) n;
INSERT INTO token
  SELECT sha256(('token-' || n)::bytea), n, 'book', now() + interval '1 year'
  FROM generate_series(1, 10000) n;
INSERT INTO visit (time_id, person_id)
  SELECT 2 + (n * 7919) % 9999, 1 + n % 10000 FROM generate_series(1, 100000) n;
VACUUM ANALYZE;
