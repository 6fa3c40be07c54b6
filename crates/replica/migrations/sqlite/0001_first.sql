-- What a replica remembers: one row.
CREATE TABLE replica (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    author BLOB NOT NULL CHECK (length(author) = 16),
    clock_millis INTEGER NOT NULL,
    clock_counter INTEGER NOT NULL,
    -- The contracts that the store was written under, as TOML.
    contracts TEXT NOT NULL,
    -- The number of the last message that was put into the outbox.
    sent INTEGER NOT NULL
) STRICT;

-- How far each author was read in each collection, from where on single events are kept, and how fresh the copy is.
CREATE TABLE log (
    collection TEXT NOT NULL,
    author BLOB NOT NULL CHECK (length(author) = 16),
    seen INTEGER NOT NULL,
    floor INTEGER NOT NULL,
    fresh_sequence INTEGER,
    fresh_at INTEGER,
    PRIMARY KEY (collection, author)
) STRICT, WITHOUT ROWID;

CREATE TABLE home (
    collection TEXT PRIMARY KEY,
    author BLOB NOT NULL CHECK (length(author) = 16),
    moved INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Events as FORMAT.md says, in the order in which they were taken in.
CREATE TABLE event (
    position INTEGER PRIMARY KEY,
    collection TEXT NOT NULL,
    author BLOB NOT NULL CHECK (length(author) = 16),
    sequence INTEGER NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (collection, author, sequence)
) STRICT;

-- Records as FORMAT.md says; the owner is empty except in owned collections.
CREATE TABLE record (
    collection TEXT NOT NULL,
    owner BLOB NOT NULL CHECK (length(owner) IN (0, 16)),
    key TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (collection, owner, key)
) STRICT, WITHOUT ROWID;

-- Messages to be delivered, stored with the change that sends them.
CREATE TABLE outbox (
    number INTEGER PRIMARY KEY,
    source BLOB NOT NULL CHECK (length(source) = 16),
    topic TEXT NOT NULL,
    key TEXT NOT NULL,
    body BLOB NOT NULL,
    written_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    -- Why it was set aside.
    reason TEXT,
    delivered_at INTEGER
) STRICT;

CREATE INDEX outbox_waiting ON outbox (topic, key, number) WHERE delivered_at IS NULL;

-- Messages that were acted on, with what was done.
CREATE TABLE inbox (
    source BLOB NOT NULL CHECK (length(source) = 16),
    number INTEGER NOT NULL,
    PRIMARY KEY (source, number)
) STRICT, WITHOUT ROWID;

-- Up to where a source will never send again: no single number is kept below.
CREATE TABLE inbox_settled (
    source BLOB PRIMARY KEY CHECK (length(source) = 16),
    settled INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
