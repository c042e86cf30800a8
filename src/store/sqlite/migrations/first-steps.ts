/** The steps up to the one that keeps the store within its bounds. */
export const firstSteps: readonly string[] = [
  `
  CREATE TABLE issues (
    id            TEXT PRIMARY KEY,
    short_id      TEXT NOT NULL,
    service       TEXT NOT NULL,
    severity      TEXT NOT NULL,
    state         TEXT NOT NULL,
    last_seen     INTEGER NOT NULL,
    document      TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX issues_by_last_seen ON issues (last_seen DESC, id DESC);
  CREATE INDEX issues_by_short_id ON issues (short_id);

  CREATE TABLE events (
    id            TEXT PRIMARY KEY,
    issue_id      TEXT NOT NULL REFERENCES issues (id),
    time          INTEGER NOT NULL,
    document      TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_by_issue ON events (issue_id, time DESC);

  CREATE TABLE changes (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    issue_id      TEXT NOT NULL REFERENCES issues (id),
    kind          TEXT NOT NULL,
    at            INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE incidents (
    key           TEXT PRIMARY KEY,
    issue_id      TEXT NOT NULL UNIQUE REFERENCES issues (id),
    state         TEXT NOT NULL,
    last_heard_at INTEGER NOT NULL,
    document      TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX incidents_firing ON incidents (last_heard_at) WHERE state = 'firing';

  CREATE TABLE deliveries (
    receiver         TEXT NOT NULL,
    incident_key     TEXT NOT NULL REFERENCES incidents (key),
    severity_rank    INTEGER NOT NULL,
    wanted_revision  INTEGER NOT NULL,
    state_revision   INTEGER NOT NULL,
    wanted_since     INTEGER NOT NULL,
    shown_revision   INTEGER NOT NULL DEFAULT 0,
    reference        TEXT,
    edits            INTEGER NOT NULL DEFAULT 0,
    failures         INTEGER NOT NULL DEFAULT 0,
    retry_at         INTEGER NOT NULL DEFAULT 0,
    edit_not_before  INTEGER NOT NULL DEFAULT 0,
    claimed_at       INTEGER,
    last_error       TEXT,
    PRIMARY KEY (receiver, incident_key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX deliveries_wanted ON deliveries (receiver) WHERE shown_revision < wanted_revision;
  `,
  'ALTER TABLE deliveries ADD COLUMN reposts INTEGER NOT NULL DEFAULT 0',
  `
  ALTER TABLE issues ADD COLUMN class TEXT NOT NULL DEFAULT 'unknown';
  ALTER TABLE issues ADD COLUMN first_seen INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE issues ADD COLUMN count INTEGER NOT NULL DEFAULT 0;
  UPDATE issues SET
    class = document ->> 'class',
    first_seen = CAST(round(document ->> 'firstSeen') AS INTEGER),
    count = document ->> 'count';
  -- Everything that lists are filtered and ordered by: the rows themselves are large and far apart.
  DROP INDEX issues_by_last_seen;
  CREATE INDEX issues_listed ON issues (last_seen DESC, id DESC, first_seen, count, state, severity, class, service);

  CREATE TABLE issue_texts (
    issue_id      TEXT PRIMARY KEY REFERENCES issues (id) ON DELETE CASCADE,
    text          TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  INSERT INTO issue_texts
    SELECT id, lower(substr((document ->> 'type') || ': ' || (document ->> 'message'), 1, 1000)) FROM issues;

  DROP INDEX events_by_issue;
  CREATE INDEX events_by_issue ON events (issue_id, time DESC, id DESC);

  ALTER TABLE incidents ADD COLUMN starts_at INTEGER AS (CAST(round(document ->> 'startsAt') AS INTEGER));
  ALTER TABLE incidents ADD COLUMN severity TEXT AS (document ->> '$.issue.severity');
  ALTER TABLE incidents ADD COLUMN service TEXT AS (document ->> '$.issue.service');
  CREATE INDEX incidents_listed ON incidents (starts_at DESC, key DESC, state, severity, service);
  CREATE INDEX deliveries_by_want ON deliveries (wanted_since DESC, incident_key DESC, receiver DESC);

  CREATE TABLE probe (content BLOB NOT NULL) STRICT;
  `,
  'ALTER TABLE deliveries ADD COLUMN tried_at INTEGER NOT NULL DEFAULT 0',
  `
  CREATE TABLE stacks (
    id            INTEGER PRIMARY KEY,
    digest        TEXT NOT NULL UNIQUE,
    document      TEXT NOT NULL
  ) STRICT;
  -- Without one, the document has the stack in it.
  ALTER TABLE events ADD COLUMN stack_id INTEGER REFERENCES stacks (id);
  `,
  'CREATE TABLE ledger (id INTEGER PRIMARY KEY CHECK (id = 1), document TEXT NOT NULL) STRICT',
  `
  -- Events of which it is kept that they were. Each id is the bytes that its hex digits stand for.
  CREATE TABLE counted_events (
    seq           INTEGER PRIMARY KEY,
    id            BLOB NOT NULL,
    issue_id      BLOB NOT NULL,
    trace_id      BLOB NOT NULL
  ) STRICT;
  UPDATE issues SET document = json_set(document, '$.expected', json('false'), '$.resolvedInNextVersion', json('false'));
  ALTER TABLE issues ADD COLUMN expected INTEGER NOT NULL DEFAULT 0;
  DROP INDEX issues_listed;
  CREATE INDEX issues_listed ON issues (last_seen DESC, id DESC, first_seen, count, state, severity, class, service, expected);

  CREATE TABLE issue_log (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    issue_id      TEXT NOT NULL REFERENCES issues (id) ON DELETE CASCADE,
    at            INTEGER NOT NULL,
    by            TEXT NOT NULL,
    action        TEXT NOT NULL
  ) STRICT;
  CREATE INDEX issue_log_by_issue ON issue_log (issue_id, seq DESC);

  -- Hours since the Unix epoch.
  CREATE TABLE issue_hours (
    issue_id      TEXT NOT NULL REFERENCES issues (id) ON DELETE CASCADE,
    hour          INTEGER NOT NULL,
    count         INTEGER NOT NULL,
    PRIMARY KEY (issue_id, hour)
  ) STRICT, WITHOUT ROWID;

  ALTER TABLE events ADD COLUMN service TEXT AS (document ->> '$.service');
  ALTER TABLE events ADD COLUMN severity TEXT AS (document ->> '$.severity');
  ALTER TABLE events ADD COLUMN component TEXT AS (document ->> '$.component');
  ALTER TABLE events ADD COLUMN trace_id TEXT AS (document ->> '$.traceId');
  ALTER TABLE events ADD COLUMN own_support_code TEXT AS (document ->> '$.ownSupportCode');
  ALTER TABLE events ADD COLUMN job_id TEXT AS (CAST(document ->> '$.attributes."job.id"' AS TEXT));
  ALTER TABLE events ADD COLUMN job_name TEXT AS (CAST(document ->> '$.attributes."job.name"' AS TEXT));
  CREATE INDEX events_listed ON events (time DESC, id DESC, severity, component, service);
  CREATE INDEX events_by_trace ON events (trace_id, time DESC, id DESC);
  CREATE INDEX events_by_support_code ON events (own_support_code) WHERE own_support_code IS NOT NULL;
  CREATE INDEX events_by_job ON events (job_name, time DESC) WHERE job_name IS NOT NULL;
  CREATE INDEX events_by_job_id ON events (job_id, time DESC) WHERE job_id IS NOT NULL;

  CREATE TABLE event_attributes (
    key           TEXT NOT NULL,
    value         TEXT NOT NULL,
    event_id      TEXT NOT NULL REFERENCES events (id) ON DELETE CASCADE,
    PRIMARY KEY (key, value, event_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX event_attributes_by_event ON event_attributes (event_id);

  CREATE TABLE versions (
    service       TEXT NOT NULL,
    environment   TEXT NOT NULL,
    version       TEXT NOT NULL,
    first_seen    INTEGER NOT NULL,
    PRIMARY KEY (service, environment, version)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO versions
    SELECT document ->> '$.service', document ->> '$.environment', document ->> '$.version', min(time)
    FROM events WHERE document ->> '$.version' <> '' GROUP BY 1, 2, 3;
  UPDATE events SET document = json_set(document, '$.expected', json('false'));
  UPDATE events SET document = json_set(document, '$.causes', json('[]')) WHERE stack_id IS NULL;
  UPDATE stacks SET document = json_set(document, '$.causes', json('[]'));
  `,
  `
  UPDATE issues SET document = json_set(document, '$.held', 0, '$.swallowed', json('false'), '$.users', 0, '$.pods', 0);
  ALTER TABLE issues ADD COLUMN held INTEGER AS (document ->> '$.held');
  CREATE INDEX issues_held ON issues (id) WHERE held > 0;
  ALTER TABLE issues ADD COLUMN swallowed INTEGER AS (document ->> '$.swallowed');
  -- Sketches of who it happened to, and where.
  CREATE TABLE issue_distinct (
    issue_id      TEXT NOT NULL REFERENCES issues (id) ON DELETE CASCADE,
    kind          TEXT NOT NULL,
    sketch        BLOB NOT NULL,
    PRIMARY KEY (issue_id, kind)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX issues_escalating ON issues (id) WHERE state = 'escalating';
  DROP INDEX issues_listed;
  CREATE INDEX issues_listed
    ON issues (last_seen DESC, id DESC, first_seen, count, state, severity, class, service, expected, swallowed);
  `,
  `
  CREATE TABLE tasks (
    service       TEXT NOT NULL,
    kind          TEXT NOT NULL,
    name          TEXT NOT NULL,
    last_run      INTEGER NOT NULL,
    document      TEXT NOT NULL,
    PRIMARY KEY (service, kind, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tasks_by_last_run ON tasks (last_run DESC);
  `,
];
