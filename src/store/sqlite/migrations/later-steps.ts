/** The steps since the one that keeps the store within its bounds; a new one goes to the end. */
export const laterSteps: readonly string[] = [
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
  `
  -- What happened to incidents on their way to people; what happens again and again is one row. They are written one behind the other:
  -- among those of its incident each would be on a page of its own.
  CREATE TABLE timelines (
    incident_key  TEXT NOT NULL,
    -- Of its entries, from 1.
    seq           INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    last_at       INTEGER NOT NULL,
    count         INTEGER NOT NULL DEFAULT 1,
    kind          TEXT NOT NULL,
    -- Empty: it is about the incident.
    receiver      TEXT NOT NULL,
    revision      INTEGER,
    document      TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX timelines_by_incident ON timelines (incident_key, seq);
  `,
  `
  -- Messages by day since the Unix epoch, in UTC; mode: 'sent', or 'dry run' of what would have been.
  CREATE TABLE sent_messages (
    day           INTEGER NOT NULL,
    receiver      TEXT NOT NULL,
    mode          TEXT NOT NULL,
    posts         INTEGER NOT NULL,
    edits         INTEGER NOT NULL,
    replies       INTEGER NOT NULL,
    digests       INTEGER NOT NULL,
    examples      TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (day, receiver, mode)
  ) STRICT, WITHOUT ROWID;
  -- Those that are sent nothing, and what of a delivery of theirs is shown in fact, where that is not as it says.
  CREATE TABLE dry_runs (receiver TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  ALTER TABLE deliveries ADD COLUMN told TEXT;
  `,
  // In whose place it is, and why: JSON.
  'ALTER TABLE deliveries ADD COLUMN fallback_of TEXT',
  // Of its incident, which is in the digest that is being told; 0 = it is in none.
  'ALTER TABLE deliveries ADD COLUMN digest_revision INTEGER NOT NULL DEFAULT 0',
  `
  -- Together with what, and when, it is shown: JSON, see Grouping.
  ALTER TABLE deliveries ADD COLUMN grouping TEXT;
  -- Of the incident in whose message it was told; it has none of its own, and counts as one in a digest does.
  ALTER TABLE deliveries ADD COLUMN told_in TEXT;
  -- It is not shown for the first time before.
  ALTER TABLE deliveries ADD COLUMN wait_until INTEGER NOT NULL DEFAULT 0;
  -- When people last heard of it, or of what was told in its message.
  ALTER TABLE deliveries ADD COLUMN loud_at INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX deliveries_grouped ON deliveries (receiver, grouping ->> '$.group') WHERE grouping IS NOT NULL;
  CREATE INDEX deliveries_told_in ON deliveries (receiver, told_in) WHERE told_in IS NOT NULL;
  `,
  `
  -- A version that appeared later than this, in the same place, is news to who follows it.
  ALTER TABLE incidents ADD COLUMN environment TEXT AS (document ->> '$.issue.environment');
  ALTER TABLE incidents ADD COLUMN knows_until INTEGER
    AS (CAST(max(round(document ->> 'startsAt'), ifnull(document ->> '$.deployment.at', 0)) AS INTEGER));
  CREATE INDEX incidents_by_version ON incidents (service, environment, knows_until) WHERE state = 'firing' AND issue_id IS NOT NULL;
  `,
  // What was told before that was noted is to be repeated like others.
  'UPDATE deliveries SET loud_at = wanted_since WHERE shown_revision > 0 AND in_digest = 0 AND last_error IS NULL AND loud_at = 0',
];
