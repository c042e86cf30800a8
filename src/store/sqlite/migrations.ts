/**
 * The schema, as the steps that led to it. A step that has been released is never changed; the number of steps done is
 * the database's `user_version`. Times are milliseconds since the Unix epoch; `document` columns hold JSON of what the
 * code reads as a whole, beside the columns by which rows are found.
 */
export const migrations: readonly string[] = [
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
  `
  -- By what events go; without these, an event came when it happened and is as relevant as the first of its issue.
  ALTER TABLE events ADD COLUMN stored_at INTEGER;
  ALTER TABLE events ADD COLUMN rank INTEGER;
  -- Of its issue, by time and id.
  ALTER TABLE events ADD COLUMN is_last INTEGER NOT NULL DEFAULT 0;
  UPDATE events SET is_last = 1 WHERE id IN (
    SELECT (SELECT id FROM events WHERE issue_id = issues.id ORDER BY time DESC, id DESC LIMIT 1) FROM issues);
  CREATE INDEX events_by_age ON events (ifnull(stored_at, time)) WHERE is_last = 0;
  CREATE INDEX events_by_rank ON events (ifnull(rank, time)) WHERE is_last = 0;
  CREATE INDEX events_by_stack ON events (stack_id);
  -- Events that are there.
  ALTER TABLE issues ADD COLUMN kept INTEGER NOT NULL DEFAULT 0;
  UPDATE issues SET kept = (SELECT count(*) FROM events WHERE issue_id = issues.id);
  CREATE INDEX issues_resolved ON issues (max(last_seen, CAST(ifnull(document ->> '$.resolvedAt', 0) AS INTEGER)))
    WHERE state = 'resolved';
  CREATE INDEX issue_hours_by_hour ON issue_hours (hour);
  CREATE INDEX versions_by_age ON versions (first_seen);
  CREATE INDEX deliveries_by_incident ON deliveries (incident_key);
  `,
  `
  -- Texts and their index know issues by a small number.
  ALTER TABLE issues ADD COLUMN number INTEGER;
  UPDATE issues SET number = numbered.number
    FROM (SELECT id, row_number() OVER (ORDER BY first_seen, id) AS number FROM issues) AS numbered WHERE numbered.id = issues.id;
  DROP INDEX issues_listed;
  CREATE INDEX issues_listed
    ON issues (last_seen DESC, id DESC, first_seen, count, state, severity, class, service, expected, swallowed, number);

  DROP TABLE issue_texts;
  CREATE TABLE issue_texts (
    number        INTEGER PRIMARY KEY,
    issue_id      TEXT NOT NULL,
    text          TEXT NOT NULL,
    is_indexed    INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX issue_texts_waiting ON issue_texts (number) WHERE is_indexed = 0;
  -- Without the texts, and without the places in them.
  CREATE VIRTUAL TABLE issue_words USING fts5 (text, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram');
  INSERT INTO issue_texts (number, issue_id, text, is_indexed) SELECT number, id, searched_text(document), 1 FROM issues;
  INSERT INTO issue_words (rowid, text) SELECT number, text FROM issue_texts;
  CREATE TRIGGER issue_deleted_with_text AFTER DELETE ON issues BEGIN
    DELETE FROM issue_texts WHERE number = old.number;
    DELETE FROM issue_words WHERE rowid = old.number;
  END;
  `,
  `
  -- Few, however many events there are.
  CREATE TABLE event_kinds (
    id            INTEGER PRIMARY KEY,
    service       TEXT NOT NULL,
    component     TEXT NOT NULL,
    severity      TEXT NOT NULL,
    UNIQUE (service, component, severity)
  ) STRICT;
  INSERT INTO event_kinds (service, component, severity)
    SELECT DISTINCT ifnull(service, ''), ifnull(component, ''), ifnull(severity, '') FROM events;
  ALTER TABLE events ADD COLUMN kind_id INTEGER REFERENCES event_kinds (id);
  UPDATE events SET kind_id = (
    SELECT event_kinds.id FROM event_kinds
    WHERE (event_kinds.service, event_kinds.component, event_kinds.severity)
      = (ifnull(events.service, ''), ifnull(events.component, ''), ifnull(events.severity, '')));
  DROP INDEX events_listed;
  CREATE INDEX events_listed ON events (time DESC, id DESC, kind_id);
  CREATE INDEX events_by_kind ON events (kind_id, time DESC, id DESC);
  `,
  `
  -- How many events of each operation there were in the hour, or the 24 hours, from this hour since the Unix epoch.
  CREATE TABLE operation_counts (
    hours         INTEGER NOT NULL,
    start         INTEGER NOT NULL,
    document      TEXT NOT NULL,
    PRIMARY KEY (hours, start)
  ) STRICT;
  WITH
    lengths (hours) AS (VALUES (1), (24)),
    counted AS (
      SELECT hours, hour / hours * hours AS start, service, ifnull(document ->> 'operation', '') AS operation,
        sum(issue_hours.count) AS count
      FROM lengths CROSS JOIN issue_hours JOIN issues ON issues.id = issue_id GROUP BY 1, 2, 3, 4
    ),
    ranked AS (SELECT *, row_number() OVER (PARTITION BY hours, start ORDER BY count DESC) AS rank FROM counted),
    named AS (
      SELECT hours, start, service || char(10) || iif(rank <= 200, operation, '(other)') AS name, sum(count) AS count
      FROM ranked GROUP BY 1, 2, 3
    )
  INSERT INTO operation_counts
    SELECT hours, start, json_group_array(json_array(name, count)) FROM named GROUP BY 1, 2;

  -- How many issues of each kind there are: to count them takes a look at all.
  CREATE TABLE issue_counts (
    state         TEXT NOT NULL,
    severity      TEXT NOT NULL,
    class         TEXT NOT NULL,
    expected      INTEGER NOT NULL,
    issues        INTEGER NOT NULL,
    PRIMARY KEY (state, severity, class, expected)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO issue_counts SELECT state, severity, class, expected, count(*) FROM issues GROUP BY 1, 2, 3, 4;
  CREATE TRIGGER issue_counted AFTER INSERT ON issues BEGIN
    INSERT INTO issue_counts VALUES (new.state, new.severity, new.class, new.expected, 1)
      ON CONFLICT DO UPDATE SET issues = issues + 1;
  END;
  CREATE TRIGGER issue_discounted AFTER DELETE ON issues BEGIN
    UPDATE issue_counts SET issues = issues - 1
      WHERE (state, severity, class, expected) = (old.state, old.severity, old.class, old.expected);
  END;
  CREATE TRIGGER issue_recounted AFTER UPDATE OF state, severity, class, expected ON issues
  WHEN (old.state, old.severity, old.class, old.expected) <> (new.state, new.severity, new.class, new.expected) BEGIN
    UPDATE issue_counts SET issues = issues - 1
      WHERE (state, severity, class, expected) = (old.state, old.severity, old.class, old.expected);
    INSERT INTO issue_counts VALUES (new.state, new.severity, new.class, new.expected, 1)
      ON CONFLICT DO UPDATE SET issues = issues + 1;
  END;
  `,
  `
  DELETE FROM event_kinds WHERE NOT EXISTS (SELECT 1 FROM events WHERE kind_id = event_kinds.id);
  CREATE INDEX event_kinds_by_component ON event_kinds (component);
  `,
  `
  -- Ids that issues would have by later versions of the fingerprint.
  CREATE TABLE issue_names (
    id            TEXT PRIMARY KEY,
    issue_id      TEXT NOT NULL REFERENCES issues (id) ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX issue_names_by_issue ON issue_names (issue_id);
  `,
  // Of the key by which users are hashed: one row at the most.
  'CREATE TABLE user_key (digest TEXT NOT NULL) STRICT',
  `
  -- What a receiver has no message for, since there were too many, is told of in one: 1 = to be, or was.
  ALTER TABLE deliveries ADD COLUMN in_digest INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE channels (
    receiver      TEXT PRIMARY KEY,
    document      TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  // Why it is not to be shown now; nothing is if it may be.
  'ALTER TABLE deliveries ADD COLUMN held_by TEXT',
  `
  -- An incident may be about no issue.
  CREATE TABLE incidents_next (
    key           TEXT PRIMARY KEY,
    issue_id      TEXT UNIQUE REFERENCES issues (id),
    state         TEXT NOT NULL,
    last_heard_at INTEGER NOT NULL,
    document      TEXT NOT NULL,
    starts_at     INTEGER AS (CAST(round(document ->> 'startsAt') AS INTEGER)),
    severity      TEXT AS (ifnull(document ->> '$.severity', document ->> '$.issue.severity')),
    service       TEXT AS (ifnull(document ->> '$.labels.service', document ->> '$.issue.service'))
  ) STRICT, WITHOUT ROWID;
  INSERT INTO incidents_next (key, issue_id, state, last_heard_at, document)
    SELECT key, issue_id, state, last_heard_at, document FROM incidents;
  DROP TABLE incidents;
  ALTER TABLE incidents_next RENAME TO incidents;
  CREATE INDEX incidents_firing ON incidents (last_heard_at) WHERE state = 'firing';
  CREATE INDEX incidents_listed ON incidents (starts_at DESC, key DESC, state, severity, service);
  CREATE INDEX incidents_over ON incidents (last_heard_at) WHERE issue_id IS NULL AND state = 'ended';
  `,
  `
  CREATE TABLE silences (
    id            TEXT PRIMARY KEY,
    ends_at       INTEGER NOT NULL,
    document      TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX silences_by_end ON silences (ends_at);
  `,
];
